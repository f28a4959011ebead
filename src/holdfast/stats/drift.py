"""Drift: whether a series rises or falls steadily, however small each single move is.

Mann-Kendall's test (Mann 1945, Econometrica 13:245; Kendall 1975) with its variance enlarged for
autocorrelation (Yue and Wang 2004, Water Resour. Manage. 18:201), and the slope of Theil and Sen
(Sen 1968, JASA 63:1379) with its interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from holdfast.stats.energy import inflation
from holdfast.stats.steps import is_constant

Floats = NDArray[np.float64]

__all__ = ["Drift", "drift", "kendall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A steady movement of a series."""

    slope: float
    """Change for each value of the series, the median of all slopes between two values."""
    low: float
    """Lower end of the 95 % interval of the slope."""
    high: float
    p: float
    """Two-sided p-value of 'there is no monotone trend'."""
    inflated: float
    """Factor by which autocorrelation raised the variance of the test."""
    deviations: float
    """Sum of the absolute deviations from the line."""


def drift(values: Floats) -> Drift | None:
    """Steady movement of at least four values of shape (n,); None where all are equal.

    >>> found = drift(np.array([1.0, 2.0, 4.0, 3.0, 5.0, 6.0, 8.0, 7.0, 9.0]))
    >>> found.slope, round(found.p, 4)
    (1.0, 0.0012)
    """
    size = values.size
    if size < 4 or is_constant(values):
        return None
    earlier, later = np.triu_indices(size, k=1)
    slopes = np.sort((values[later] - values[earlier]) / (later - earlier))
    slope = float(np.median(slopes))
    level = values - slope * np.arange(size)
    residuals = level - float(np.median(level))
    inflated = inflation(residuals, ())
    total, variance = kendall(values)
    error = float(np.sqrt(variance * inflated))
    # One is the distance between neighbouring sums, half of which corrects for continuity.
    z = max(abs(total) - 1.0, 0.0) / error
    reach = float(-ndtri(0.025)) * error
    # As scipy.stats.theilslopes: the ranks of the slopes that the test would not reject.
    upper = min(round((slopes.size + reach) / 2.0), slopes.size - 1)
    lower = max(round((slopes.size - reach) / 2.0) - 1, 0)
    return Drift(
        slope=slope,
        low=float(slopes[lower]),
        high=float(slopes[upper]),
        p=2.0 * float(ndtr(-z)),
        inflated=inflated,
        deviations=float(np.abs(residuals).sum()),
    )


def kendall(values: Floats) -> tuple[float, float]:
    """Kendall's sum of signs of all later minus earlier values, and its variance without a trend.

    >>> kendall(np.array([1.0, 2.0, 3.0, 3.0]))
    (5.0, 7.666666666666667)
    """
    size = values.size
    earlier, later = np.triu_indices(size, k=1)
    total = float(np.sign(values[later] - values[earlier]).sum())
    ties = np.unique(values, return_counts=True)[1].astype(np.float64)
    tied = float((ties * (ties - 1.0) * (2.0 * ties + 5.0)).sum())
    return total, (size * (size - 1.0) * (2.0 * size + 5.0) - tied) / 18.0
