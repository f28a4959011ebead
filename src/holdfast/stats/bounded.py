"""Bounds for the mean change of bounded scores that hold in small samples.

Two bounds are computed and the wider one counts:

- shrunk t: two pseudo-units, one at each of +guard and -guard, join the data before a t bound is
  taken (the idea of Agresti and Caffo 2000 and Bonett and Price 2012 for proportions). The bound
  never has zero width.
- skewness-adjusted t: Hall's cubic transformation (Hall 1992, JRSS B 54:221), which widens the
  bound on the side where rare large losses hide.

The t bound rises when an outlying gain is lowered, which would let a candidate pass by getting
worse. The bound used here is its smallest value over all samples in which gains were larger.
That holds for the first bound exactly; the adjustment for skewness can only widen it, and is not
monotone itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]

__all__ = ["GUARD", "Sample", "lower_bound", "standard_error"]

GUARD = 0.75
"""Pseudo-units, as a share of the score's range; see docs/decisions for how it was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Per-unit sums of oriented changes; a unit is a case or a cluster of cases."""

    sums: Floats
    """Sum of the changes of each unit, positive is better; shape (units,)."""
    sizes: Floats
    """Number of cases of each unit; shape (units,)."""
    rooms: Floats
    """Largest value that each sum could take; shape (units,)."""
    guard: float
    """Change of a pseudo-unit's cases, in score units."""

    @property
    def cases(self) -> float:
        return float(self.sizes.sum())


def standard_error(sample: Sample) -> float:
    """Standard error of the mean change, pseudo-units included (Miller 2024, arXiv:2411.00640)."""
    return float(_corners(sample).errors[0])


def lower_bound(sample: Sample, *, alpha: float) -> float:
    """One-sided lower bound of the mean change at level 1 - alpha.

    The upper bound is minus the lower bound of the mirrored sample.
    """
    corners = _corners(sample)
    quantile = float(stdtrit(sample.sums.size + 1, 1.0 - alpha))
    adjusted = _hall(corners.skews, quantile=quantile)
    factors = np.maximum(quantile, adjusted)
    return float((corners.means - factors * corners.errors).min())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Corners:
    """Moments of the sample with its first 0, 1, 2, ... units raised to their largest value.

    The t bound is concave in the sums, so over all samples with larger gains it is smallest at a
    corner of the box, and among corners with the same mean where the units that deviate most
    upwards are raised: one pass over the units in that order finds it.
    """

    means: Floats
    errors: Floats
    skews: Floats
    """Skewness of the units divided by the root of their number."""


def _corners(sample: Sample) -> _Corners:
    typical = sample.cases / sample.sizes.size
    units, cases = sample.sums.size + 2, sample.cases + 2.0 * typical
    order = np.argsort(-(sample.sums - sample.sizes * float(sample.sums.sum()) / cases))
    sums, sizes, rooms = sample.sums[order], sample.sizes[order], sample.rooms[order]
    pseudo = np.array([sample.guard, -sample.guard]) * typical

    def total(values: Floats, raised: Floats, padding: float) -> Floats:
        steps = np.concatenate([np.zeros(1), np.cumsum(raised - values)])
        return float(values.sum()) + padding + steps

    means = total(sums, rooms, 0.0) / cases
    squares = total(sums**2, rooms**2, float((pseudo**2).sum()))
    cubes = total(sums**3, rooms**3, 0.0)
    products = total(sums * sizes, rooms * sizes, 0.0)
    mixed = total(sums**2 * sizes, rooms**2 * sizes, float((pseudo**2).sum()) * typical)
    weighted = total(sums * sizes**2, rooms * sizes**2, 0.0)
    second = float((sizes**2).sum()) + 2.0 * typical**2
    third = float((sizes**3).sum()) + 2.0 * typical**3
    scatter = np.maximum(squares - 2.0 * means * products + means**2 * second, 0.0)
    lean = cubes - 3.0 * means * mixed + 3.0 * means**2 * weighted - means**3 * third
    deviations = np.sqrt(np.maximum(scatter / (units - 1), np.finfo(float).tiny))
    return _Corners(
        means=means,
        errors=deviations * np.sqrt(units) / cases,
        skews=lean / units / deviations**3 / np.sqrt(units),
    )


def _hall(skews: Floats, *, quantile: float) -> Floats:
    """The t quantile, transformed for skewness (Hall 1992, third transformation)."""
    safe = np.where(np.abs(skews) < 1e-9, 1e-9, skews)
    return 3.0 / safe * (np.cbrt(1.0 + safe * (quantile - safe / 6.0)) - 1.0)
