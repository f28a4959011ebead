"""Level: how far the mean of one run's cases may lie from that of all cases like them."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from holdfast.stats.interval import Interval
from holdfast.stats.proportion import wilson

__all__ = ["level_interval"]


def level_interval(
    values: NDArray[np.float64],
    units: NDArray[np.int64],
    *,
    bounds: tuple[float, float] | None,
    alpha: float = 0.025,
) -> Interval | None:
    """Mean of case means with two-sided bounds at level 1 - 2 alpha; None for a single unit.

    Cases of one unit (a cluster) move together: the error is that of the sum over units, with
    Student's t on one degree less than there are units (the linearised ratio of Cochran 1977,
    section 11.8), which for cases of their own is the usual t-interval. Where single cases score
    0 or 1 only, or all score the same on a bounded range, the bounds are Wilson's: a t-interval of
    zero width would claim to know what nobody measured.

    Args:
        values: Mean score of each case, shape (cases,).
        units: Index of each case's unit, counted from 0, shape (cases,).
        bounds: Smallest and largest score, where there are any.
        alpha: Chance that each bound misses.

    >>> found = level_interval(np.array([1.0, 0.0, 1.0, 1.0]), np.arange(4), bounds=(0.0, 1.0))
    >>> round(found.low, 3), found.estimate, round(found.high, 3)
    (0.301, 0.75, 0.954)
    """
    count = int(np.unique(units).size)
    if count < 2:
        return None
    if bounds is not None:
        shares = (values - bounds[0]) / (bounds[1] - bounds[0])
        binary = count == values.size and bool(np.isin(shares, (0.0, 1.0)).all())
        if binary or not np.ptp(values):
            return _of_shares(shares, float(values.mean()), count, bounds=bounds, alpha=alpha)
    mean = float(values.mean())
    sums = np.bincount(units, weights=values - mean)
    error = float(np.sqrt(count / (count - 1) * np.square(sums).sum())) / values.size
    half = float(student.ppf(1 - alpha, count - 1)) * error
    low, high = mean - half, mean + half
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Interval(low=low, estimate=mean, high=high)


def _of_shares(
    shares: NDArray[np.float64],
    mean: float,
    count: int,
    *,
    bounds: tuple[float, float],
    alpha: float,
) -> Interval:
    """Wilson's bounds of scores that are all at an end of their range, or all the same."""
    least, most = bounds
    total = min(max(float(shares.mean()) * count, 0.0), float(count))
    low, high = (least + bound * (most - least) for bound in wilson(total, count, alpha=alpha))
    # Rounding must not put the mean outside.
    return Interval(low=min(low, mean), estimate=mean, high=max(high, mean))
