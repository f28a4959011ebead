"""Bounds for the mean change of bounded scores that hold in small samples.

Two bounds are computed and the wider one counts:

- shrunk t: two pseudo-units, one at each of +guard and -guard, join the data before a t bound is
  taken (the idea of Agresti and Caffo 2000 and Bonett and Price 2012 for proportions). The bound
  never has zero width.
- skewness-adjusted t: Hall's cubic transformation (Hall 1992, JRSS B 54:221), which widens the
  bound on the side where rare large losses hide.

The t bound rises when an outlying gain is lowered, which would let a candidate pass by getting
worse. The bound used here is its smallest value over all samples in which gains were larger.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

__all__ = ["GUARD", "Sample", "lower_bound", "standard_error"]

GUARD = 0.75
"""Pseudo-units, as a share of the score's range; see docs/decisions for how it was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Per-unit sums of oriented changes; a unit is a case or a cluster of cases."""

    sums: NDArray[np.float64]
    """Sum of the changes of each unit, positive is better; shape (units,)."""
    sizes: NDArray[np.float64]
    """Number of cases of each unit; shape (units,)."""
    rooms: NDArray[np.float64]
    """Largest value that each sum could take; shape (units,)."""
    guard: float
    """Change of a pseudo-unit's cases, in score units."""

    @property
    def cases(self) -> float:
        return float(self.sizes.sum())

    @property
    def mean(self) -> float:
        """Mean change per case."""
        return float(self.sums.sum()) / self.cases


def standard_error(sample: Sample) -> float:
    """Standard error of the mean change, pseudo-units included (Miller 2024, arXiv:2411.00640)."""
    mean, residuals = _residuals(sample)
    return _error(residuals) if residuals.size > 1 else float("inf") * max(abs(mean), 1.0)


def lower_bound(sample: Sample, *, alpha: float) -> float:
    """One-sided lower bound of the mean change at level 1 - alpha.

    The upper bound is minus the lower bound of the mirrored sample.
    """
    mean, residuals = _residuals(sample)
    quantile = float(stdtrit(residuals.size - 1, 1.0 - alpha))
    plain = _smallest_plain_bound(sample, quantile=quantile)
    error = _error(residuals)
    return min(plain, mean - error * _hall(residuals, quantile=quantile))


def _residuals(sample: Sample) -> tuple[float, NDArray[np.float64]]:
    """Mean with pseudo-units, and each unit's share of the deviation from it, in case units."""
    typical = sample.cases / sample.sizes.size
    pseudo = np.array([sample.guard, -sample.guard]) * typical
    sums = np.concatenate([sample.sums, pseudo])
    sizes = np.concatenate([sample.sizes, [typical, typical]])
    mean = float(sums.sum() / sizes.sum())
    return mean, (sums - sizes * mean) * (sums.size / sizes.sum())


def _error(residuals: NDArray[np.float64]) -> float:
    units = residuals.size
    return float(np.sqrt((residuals**2).sum() / (units * (units - 1))))


def _hall(residuals: NDArray[np.float64], *, quantile: float) -> float:
    """The t quantile, transformed for the sample's skewness (Hall 1992, third transformation)."""
    units = residuals.size
    deviation = float(np.sqrt((residuals**2).sum() / (units - 1)))
    skewness = float((residuals**3).mean()) / deviation**3
    share = skewness / np.sqrt(units)
    if abs(share) < 1e-9:
        return quantile
    return float(3.0 / share * (np.cbrt(1.0 + share * (quantile - share / 6.0)) - 1.0))


def _smallest_plain_bound(sample: Sample, *, quantile: float) -> float:
    """Smallest shrunk-t bound over all samples in which any gains were larger.

    The bound is concave in the sums, so it is smallest at a corner of the box, and among corners
    with the same mean where the units that deviate most upwards are raised: one pass over the
    units in that order finds it.
    """
    typical = sample.cases / sample.sizes.size
    total = sample.cases + 2.0 * typical
    mean = sample.mean * sample.cases / total
    order = np.argsort(-(sample.sums - sample.sizes * mean), kind="stable")
    sums, sizes, rooms = sample.sums[order], sample.sizes[order], sample.rooms[order]
    start = np.zeros(1)
    gain = np.concatenate([start, np.cumsum(rooms - sums)])
    sum_of_squares = np.concatenate([start, np.cumsum(rooms**2 - sums**2)])
    sum_of_products = np.concatenate([start, np.cumsum((rooms - sums) * sizes)])
    pseudo = 2.0 * (sample.guard * typical) ** 2
    squares = float((sums**2).sum()) + pseudo + sum_of_squares
    products = float((sums * sizes).sum()) + sum_of_products
    means = (float(sums.sum()) + gain) / total
    weights = float((sizes**2).sum()) + 2.0 * typical**2
    units = sums.size + 2
    scatter = np.maximum(squares - 2.0 * means * products + means**2 * weights, 0.0)
    errors = np.sqrt(scatter * units / (units - 1)) / total
    return float((means - quantile * errors).min())
