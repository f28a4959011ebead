"""Trend: what happened to the level of a series, as sudden changes and as slow drifts.

A drift is named where Mann-Kendall's test rejects and a straight line describes the values better
than the best steps do, a line being priced as one step is. Steps found inside such a drift are the
stairs of a slope, so they are no confirmed changes.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from holdfast.stats.change_points import LEVEL, NEEDED, ChangePoint, change_points
from holdfast.stats.drift import Drift, drift
from holdfast.stats.energy import inflation
from holdfast.stats.interval import Interval
from holdfast.stats.steps import criterion, deviations, is_constant, step_fit

Floats = NDArray[np.float64]

__all__ = ["DRIFT_LEVEL", "Slope", "Trend", "mean_interval", "trend"]

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

    A drift is looked for in the whole series first, then on both sides of its clearest change, and
    so on; a stretch needs `2 * NEEDED` values.

    >>> slow = np.tile([0.0, 0.02, -0.02], 20) - np.linspace(0.0, 0.06, 60)
    >>> [round(found.drift.slope, 3) for found in trend(slow).drifts]
    [-0.001]
    """
    points = change_points(values, level=level)
    slope = _slope(values)
    if slope is not None:
        stairs = tuple(replace(point, drifting=True) for point in points)
        return Trend(changes=stairs, drifts=(slope,))
    both = [point for point in points if point.support == "both"]
    if not both:
        return Trend(changes=points, drifts=())
    clearest = min(both, key=lambda point: point.p)
    place = clearest.index
    left = trend(values[:place], level=level)
    right = _moved(trend(values[place:], level=level), place)
    ends = [point.index for point in left.changes if _is_step(point)]
    starts = [point.index for point in right.changes if _is_step(point)]
    point = replace(
        clearest,
        before=place - max(ends, default=0),
        after=min(starts, default=values.size) - place,
    )
    return Trend(
        changes=(*left.changes, point, *right.changes), drifts=(*left.drifts, *right.drifts)
    )


def mean_interval(values: Floats, *, alpha: float = 0.025) -> Interval:
    """Mean of a stretch between two one-sided t bounds, widened for autocorrelation.

    `values` have shape (n,). A single value says nothing of the noise: its bounds are infinite.

    >>> found = mean_interval(np.array([1.0, 2.0, 3.0, 2.0]))
    >>> round(found.low, 3), found.estimate, round(found.high, 3)
    (0.701, 2.0, 3.299)
    """
    mean = float(values.mean())
    if values.size < 2:
        return Interval(low=-np.inf, estimate=mean, high=np.inf)
    if is_constant(values):
        return Interval(low=mean, estimate=mean, high=mean)
    error = float(values.std(ddof=1)) * np.sqrt(inflation(values, ()) / values.size)
    reach = float(stdtrit(values.size - 1, 1.0 - alpha) * error)
    return Interval(low=mean - reach, estimate=mean, high=mean + reach)


def _is_step(point: ChangePoint) -> bool:
    return point.support == "both" and not point.drifting


def _moved(found: Trend, by: int) -> Trend:
    return Trend(
        changes=tuple(
            replace(point, index=point.index + by, first=point.first + by, last=point.last + by)
            for point in found.changes
        ),
        drifts=tuple(
            replace(slope, start=slope.start + by, end=slope.end + by) for slope in found.drifts
        ),
    )


def _slope(values: Floats) -> Slope | None:
    found = drift(values) if values.size >= 2 * NEEDED else None
    if found is None or found.p >= DRIFT_LEVEL:
        return None
    whole, steps = deviations(values, ()), step_fit(values)
    cost = deviations(values, steps)
    stairs = criterion(cost, whole=whole, steps=len(steps), size=values.size)
    line = criterion(found.deviations, whole=whole, steps=_LINE, size=values.size)
    return Slope(start=0, end=values.size, drift=found) if line < stairs else None
