"""Reweighting: bounds of a statistic of sums, by weights that units might as well have had.

The Bayesian bootstrap (Rubin 1981, Ann. Stat. 9:130) gives every unit a random weight instead of
drawing it again or not. For the lower bound one pseudo-unit that disagrees joins in, for the upper
bound one that agrees: for a plain share this makes exactly the bounds of Clopper and Pearson, and a
sample without a single disagreement does not claim that there can be none.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.stats.interval import Interval

__all__ = ["DRAWS", "Reweighted", "reweighted"]

Floats = NDArray[np.float64]

DRAWS = 2_000
"""Random weightings; a bound of a share then moves by less than a tenth of its distance."""

_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reweighted:
    """Sums over units as they are, and as they might have been."""

    total: Floats
    """Shape (columns,)."""
    below: Floats
    """With the pseudo-unit that disagrees; shape (DRAWS, columns)."""
    above: Floats
    """With the pseudo-unit that agrees; shape (DRAWS, columns)."""

    def between(self, statistic: Callable[[Floats], Floats], *, alpha: float) -> Interval:
        """Estimate of a statistic between two bounds, each at level 1 - alpha.

        The statistic takes sums of shape (draws, columns) and gives values of shape (draws,).
        """
        estimate = float(statistic(self.total[None])[0])
        low = float(np.quantile(statistic(self.below), alpha))
        high = float(np.quantile(statistic(self.above), 1.0 - alpha))
        return Interval(low=min(low, estimate), estimate=estimate, high=max(high, estimate))


def reweighted(parts: Floats, *, apart: Floats, equal: Floats, seed: int = 0) -> Reweighted:
    """Sums over randomly weighted units.

    Args:
        parts: what each unit adds to each sum; shape (units, columns).
        apart: what a pseudo-unit that disagrees adds; shape (columns,).
        equal: what a pseudo-unit that agrees adds; shape (columns,).
        seed: of the weights.

    >>> hits = np.array([[1.0, 1.0]] * 45 + [[0.0, 1.0]] * 5)
    >>> found = reweighted(hits, apart=np.array([0.0, 1.0]), equal=np.array([1.0, 1.0]))
    >>> round(found.between(lambda sums: sums[:, 0] / sums[:, 1], alpha=0.05).low, 2)
    0.8
    """
    return Reweighted(
        total=parts.sum(axis=0), below=_sums(parts, apart, seed), above=_sums(parts, equal, seed)
    )


def _sums(parts: Floats, pseudo: Floats, seed: int) -> Floats:
    """Sums over randomly weighted units, on the scale of the sums; shape (DRAWS, columns)."""
    units = parts.shape[0]
    generator = np.random.default_rng(seed)
    rows = max(1, _CHUNK // (units + 1))
    whole = np.vstack([parts, pseudo[None]])
    found: list[Floats] = []
    for start in range(0, DRAWS, rows):
        weights = generator.standard_exponential((min(rows, DRAWS - start), units + 1))
        weights *= units / weights.sum(axis=1, keepdims=True)
        found.append(weights @ whole)
    return np.concatenate(found)
