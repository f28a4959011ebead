"""Trend: what happened to the level of a series, as sudden changes and as slow drifts.

A drift is named where Mann-Kendall's test rejects and a straight line describes the values better
than the best steps do, a line being priced as one step is. Steps found inside such a drift are the
stairs of a slope, so they are no confirmed changes.
"""

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.stats.change_points import LEVEL, NEEDED, ChangePoint, change_points
from holdfast.stats.drift import Drift, drift
from holdfast.stats.steps import criterion, deviations, step_fit

Floats = NDArray[np.float64]

__all__ = ["DRIFT_LEVEL", "Slope", "Trend", "trend"]

DRIFT_LEVEL = 0.01
"""Level of Mann-Kendall's two-sided test."""
_LINE = 0.75
"""Price of a line, in steps: measured so that a drift of three standard deviations over 60 runs and
a step of 1.5 in their middle are taken for each other equally often, in one series of six."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """A stretch of the series that drifts."""

    start: int
    end: int
    """Position after the last value."""
    drift: Drift


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What happened to the level of a series."""

    changes: tuple[ChangePoint, ...]
    drifts: tuple[Slope, ...]


def trend(values: Floats, *, level: float = LEVEL) -> Trend:
    """Sudden changes and slow drifts of values of shape (n,), in their order.

    Drifts are looked for in the whole series and, where it has none, between confirmed changes;
    a stretch needs `2 * NEEDED` values.

    >>> slow = np.tile([0.0, 0.02, -0.02], 20) - np.linspace(0.0, 0.06, 60)
    >>> [round(found.drift.slope, 3) for found in trend(slow).drifts]
    [-0.001]
    """
    points = change_points(values, level=level)
    whole = _slope(values, 0, values.size)
    if whole is not None:
        return Trend(changes=tuple(map(_inside_a_drift, points)), drifts=(whole,))
    edges = (0, *(point.index for point in points if point.confirmed), values.size)
    pieces = itertools.pairwise(edges) if len(edges) > 2 else ()
    found = (_slope(values, start, end) for start, end in pieces)
    return Trend(changes=points, drifts=tuple(slope for slope in found if slope is not None))


def _inside_a_drift(point: ChangePoint) -> ChangePoint:
    return replace(point, drifting=True)


def _slope(values: Floats, start: int, end: int) -> Slope | None:
    stretch = values[start:end]
    found = drift(stretch) if stretch.size >= 2 * NEEDED else None
    if found is None or found.p >= DRIFT_LEVEL:
        return None
    whole, steps = deviations(stretch, ()), step_fit(stretch)
    cost = deviations(stretch, steps)
    stairs = criterion(cost, whole=whole, steps=len(steps), size=stretch.size)
    line = criterion(found.deviations, whole=whole, steps=_LINE, size=stretch.size)
    return Slope(start=start, end=end, drift=found) if line < stairs else None
