"""Sequence: how a run that may stop early was looked at while it was made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Look", "SequentialMethod", "SequentialRecord"]

SequentialMethod = Literal["hsd", "betting"]
"""How the looks of a sequential run share alpha: group-sequential with Hwang-Shih-DeCani spending,
or an e-process that may be looked at any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One time at which a sequential run was judged while it was made."""

    cases: int
    """Cases drawn by then: the first ones of the seeded order."""
    repeats: int
    """Trials of each drawn case by then."""
    fraction: float
    """Share of the planned maximum of evidence that was in."""
    spent: float
    """Share of each gate's alpha that was used up."""
    outcome: str = ""
    """What the gate said: `pass`, `regression`, `inconclusive` or `invalid`."""
    states: Mapping[str, str] = field(default_factory=dict[str, str])
    """State of each gated metric, by its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialRecord:
    """How a run that may stop early draws its cases, and what its looks said."""

    method: SequentialMethod
    seed: int
    """Seed of the order in which cases are drawn."""
    repeats: int
    """Trials of each case while cases are drawn."""
    most: int
    """Trials of each case at the planned maximum of evidence, where all cases are drawn."""
    beside: str = ""
    """Id of the run that it was judged beside."""
    looks: tuple[Look, ...] = ()
    ended: bool = False
    """Nothing more is to be made: the verdict is decided, or the plan is at its end."""
