"""Defect: one thing found wrong with a suite."""

from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["KINDS", "Defect", "Kind"]

Kind = Literal[
    "inverted",
    "constant",
    "misses",
    "narrow",
    "unscored",
    "low_reference",
    "gate",
    "conflict",
    "leak",
    "no_reference",
    "unproven",
    "blind_suite",
    "duplicate",
    "small_tag",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One thing found wrong, with its figures."""

    kind: Kind
    sentence: str
    blocks: bool = True
    """The suite is not proven while this stands; else it is a notice."""
    metric: str = ""
    """Label of the metric, where it is about one."""
    size: float = 0.0
    """How bad it is among those of its kind, larger is worse."""
    cases: tuple[str, ...] = ()
    """Ids of the first cases that show it."""

    @property
    def order(self) -> tuple[bool, int, float, str]:
        """Sorts the worst first."""
        return (not self.blocks, KINDS.index(self.kind), -self.size, self.sentence)
