"""Stages: after which cases a sequential run is looked at, and what share of the evidence is in."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.sequence import SequentialMethod

__all__ = ["Stage", "stages_of"]

_FEWEST_UNITS = 20
"""Bounds of a mean carry no claim below this many units."""
_UNITS_PER_LOOK = 25
_MOST_LOOKS = 20
"""Ten cost up to 8 % more calls at the same power, forty save 3 % more; see docs/decisions."""
_BETS = 50
"""Looks of a betting run at most: they cost no power, only the time of a comparison."""
_FEWEST_PER_BET = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is to be made before a look."""

    cases: int
    """Cases drawn by then, in the seeded order."""
    repeats: int
    """Trials of each drawn case by then."""
    fraction: float
    """Share of the planned maximum of trials, which is never more than that of the information."""


def stages_of(
    sizes: Sequence[int], *, method: SequentialMethod | None, repeats: int, most: int
) -> tuple[Stage, ...]:
    """Stages of a run: first over the cases, then with one more trial of every case each.

    `sizes` are the cases of each unit in the order in which units are drawn. Without a method
    there is one look when all cases are drawn, and one after each extension.
    """
    count, drawn = len(sizes), 0
    places: dict[int, int] = {}
    for place, size in enumerate(sizes, start=1):
        drawn += size
        places[place] = drawn
    stages = [
        Stage(cases=places[units], repeats=repeats, fraction=units / count * repeats / most)
        for units in _looks(count, method)
    ]
    further = range(repeats + 1, most + 1)
    return tuple(stages) + tuple(
        Stage(cases=drawn, repeats=trials, fraction=trials / most) for trials in further
    )


def _looks(units: int, method: SequentialMethod | None) -> list[int]:
    """Numbers of units after which there is a look, the last of them all units."""
    if method is None:
        return [units]
    if method == "betting":
        step = max(_FEWEST_PER_BET, math.ceil(units / _BETS))
        return [*range(max(_FEWEST_UNITS, step), units, step), units]
    looks = max(1, min(_MOST_LOOKS, units // _UNITS_PER_LOOK))
    planned = (math.ceil(units * look / looks) for look in range(1, looks + 1))
    return sorted({min(units, max(_FEWEST_UNITS, number)) for number in planned})
