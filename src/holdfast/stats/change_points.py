"""Change points of a series of runs: where its level moved, and how sure that is.

Two methods that share no assumption look at the series: E-divisive (`holdfast.stats.energy`) and a
penalised step fit (`holdfast.stats.steps`). What both find is a change; what one of them finds is
a possible one. Votes of several methods made fewer errors than any single one in Mozilla's study
of 2026 (arXiv:2606.18377).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.stats.energy import difference_p, energy_divisive
from holdfast.stats.steps import step_fit

Floats = NDArray[np.float64]

__all__ = ["LEVEL", "NEEDED", "WINDOW", "ChangePoint", "Support", "change_points"]

Support = Literal["both", "energy", "steps"]

LEVEL = 0.001
"""Level of the t-test between the two sides of a change point."""
WINDOW = 50
"""Values that E-divisive looks at together."""
NEEDED = 12
"""Values that each side of a confirmed change holds."""
_REACH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """One place at which the level of a series moved."""

    index: int
    """Position of the first value after the change."""
    first: int
    """Smallest position that either method gives."""
    last: int
    """Largest position that either method gives."""
    support: Support
    """The method that found it."""
    p: float
    """Two-sided p-value of the t-test between the stretches on its two sides."""
    before: int
    """Values since the change before it, or since the beginning."""
    after: int
    """Values until the next change, or until the end."""
    drifting: bool = False
    """A steady drift describes the values around it better than steps do."""

    @property
    def confirmed(self) -> bool:
        """Both methods found it, each side holds `NEEDED` values, and it is no part of a drift."""
        enough = min(self.before, self.after) >= NEEDED
        return self.support == "both" and enough and not self.drifting


def change_points(values: Floats, *, level: float = LEVEL) -> tuple[ChangePoint, ...]:
    """Change points that either method finds, in the order of the series; values of shape (n,).

    Places that lie at most two values apart are one change.

    >>> series = np.tile([0.80, 0.81, 0.79], 10) - np.repeat([0.0, 0.1], 15)
    >>> [(point.index, point.support, point.confirmed) for point in change_points(series)]
    [(15, 'both', True)]
    """
    energy, inflated = energy_divisive(values, level=level, window=WINDOW)
    found: list[tuple[int, int, int, Support]] = []
    alone = list(step_fit(values))
    for place in energy:
        near = min(alone, key=lambda step: abs(step - place), default=None)
        if near is None or abs(near - place) > _REACH:
            found.append((place, place, place, "energy"))
        else:
            alone.remove(near)
            found.append((place, min(place, near), max(place, near), "both"))
    found.extend((place, place, place, "steps") for place in alone)
    return _described(values, sorted(found), inflated=inflated)


def _described(
    values: Floats, found: list[tuple[int, int, int, Support]], *, inflated: float
) -> tuple[ChangePoint, ...]:
    """The points with the stretches on their sides; what one method alone found ends none of both.

    The stretches around a point that both methods found reach to the next such points.
    """
    points: list[ChangePoint] = []
    for place, first, last, support in found:
        others = [at for at, _, _, kind in found if support != "both" or kind == "both"]
        start = max((at for at in others if at < place), default=0)
        end = min((at for at in others if at > place), default=values.size)
        points.append(
            ChangePoint(
                index=place,
                first=first,
                last=last,
                support=support,
                p=difference_p(values[start:place], values[place:end], inflated=inflated),
                before=place - start,
                after=end - place,
            )
        )
    return tuple(points)
