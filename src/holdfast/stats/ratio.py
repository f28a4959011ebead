"""Bounds for a ratio of totals, such as the tokens of all cases now beside those before.

The ratio stays below r where the mean of r * baseline - candidate is above zero (Fieller 1954,
JRSS B 16:175). Each such contrast is tested by the bound of `stats.bounded`: pseudo-units, the
correction for skewness and the monotony in every score are inherited. No logarithm and no
resampling is needed, and clusters are units as elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.stats.bounded import Sample, lower_bound

Floats = NDArray[np.float64]

__all__ = ["Totals", "crossing", "least", "most", "typical"]

_LEAN = 2.0
"""Factor on the correction for skewness; totals are dominated by few large cases."""
_STEPS = 60
_PRECISION = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What each case consumed in both arms: no amount is negative, the first are not all zero."""

    baseline: Floats
    """Shape (cases,)."""
    candidate: Floats
    """Shape (cases,)."""
    units: NDArray[np.int64]
    """Index of the resampling unit (a cluster, or the case itself), shape (cases,)."""

    @property
    def swapped(self) -> "Totals":
        return Totals(baseline=self.candidate, candidate=self.baseline, units=self.units)

    def by_unit(self, values: Floats) -> Floats:
        """Sums of the units, shape (units,)."""
        return np.bincount(self.units, weights=values).astype(np.float64)

    @property
    def typical(self) -> float:
        """Size of the case that a typical baseline token (or dollar) belongs to."""
        return typical(self.baseline)


def typical(amounts: Floats) -> float:
    """Mean of amounts, each weighted by itself.

    >>> typical(np.array([1.0, 3.0]))
    2.5
    """
    return float((amounts**2).sum() / amounts.sum())


def most(totals: Totals, *, alpha: float) -> float:
    """Upper one-sided bound of sum(candidate) / sum(baseline) at level 1 - alpha, maybe infinite.

    Raising any amount of the candidate never lowers it. The pseudo-units are one case of typical
    size that consumes nothing and one that consumes twice as much.
    """
    before, after = totals.by_unit(totals.baseline), totals.by_unit(totals.candidate)
    sizes = totals.by_unit(np.ones(totals.units.size))

    def clears(inverse: float) -> float:
        """The bound of mean(baseline - inverse * candidate); above zero: the ratio is below."""
        sample = Sample(
            sums=before - inverse * after,
            sizes=sizes,
            rooms=before,
            guard=totals.typical * max(1.0, inverse),
            lean=_LEAN,
        )
        return lower_bound(sample, alpha=alpha)

    inverse = crossing(clears)
    return 1.0 / inverse if inverse > 0.0 else np.inf


def least(totals: Totals, *, alpha: float) -> float:
    """Lower one-sided bound of sum(candidate) / sum(baseline) at level 1 - alpha.

    Lowering any amount of the candidate never raises it. For that, amounts above twice the largest
    of the baseline count as twice the largest.
    """
    sizes = totals.by_unit(np.ones(totals.units.size))
    cap = 2.0 * float(totals.baseline.max())
    before = totals.by_unit(totals.baseline)
    after = totals.by_unit(np.minimum(totals.candidate, cap))

    def clears(ratio: float) -> float:
        """The bound of mean(candidate - ratio * baseline); above zero: the ratio is above."""
        sample = Sample(
            sums=after - ratio * before,
            sizes=sizes,
            rooms=cap * sizes - ratio * before,
            guard=totals.typical * max(1.0, ratio),
            lean=_LEAN,
        )
        return lower_bound(sample, alpha=alpha)

    return crossing(clears)


def crossing(clears: Callable[[float], float]) -> float:
    """The x > 0 at which `clears` falls below zero, from below; 0 where it is never above."""
    low, at_low = 0.0, clears(0.0)
    if at_low <= 0.0:
        return 0.0
    high = 1.0
    while (at_high := clears(high)) > 0.0:
        low, at_low, high = high, at_high, 2.0 * high
    # Regula falsi that halves the weight of an end that stays twice (the Illinois algorithm).
    moved = 0
    for _ in range(_STEPS):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        value = clears(middle)
        if value == 0.0:
            return middle
        if value > 0.0:
            at_high = at_high / 2.0 if moved < 0 else at_high
            low, at_low, moved = middle, value, -1
        else:
            at_low = at_low / 2.0 if moved > 0 else at_low
            high, at_high, moved = middle, value, 1
        if high - low <= _PRECISION * high:
            break
    return low
