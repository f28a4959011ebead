"""Estimate: paired evidence of one metric gives a change with its bounds and p-values."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.metric import Better

__all__ = [
    "Estimate",
    "Floats",
    "Method",
    "Pairs",
    "Repeated",
    "Scale",
    "identical",
    "without_limit",
]

Scale = Literal["difference", "ratio"]
Method = Literal[
    "identical",
    "tango",
    "shrunk-t",
    "fieller",
    "within-case",
    "exact",
    "ppi",
    "betting",
    "blocks",
    "none",
]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """Scores of every trial of every case, in the metric's own orientation."""

    baseline: tuple[tuple[float, ...], ...]
    candidate: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Case means of both arms for one metric, in the metric's own orientation."""

    baseline: Floats
    """Shape (cases,)."""
    candidate: Floats
    """Shape (cases,)."""
    units: NDArray[np.int64]
    """Index of the resampling unit (the cluster, or the case itself) of each case."""
    single_binary: bool
    """Every case has one trial per arm, and every score is one of the two bounds."""
    bounds: tuple[float, float]
    """Range of a score; for ratios, zero and the baseline's mean."""
    better: Better
    alpha: float
    scale: Scale = "difference"
    """`ratio`: bounds and estimate are changes of the total as shares of the baseline's."""
    repeated: Repeated | None = None
    """Where the claim is about these cases and no others; None where they are a sample."""

    @property
    def changes(self) -> Floats:
        """Change per case, positive is better."""
        sign = 1.0 if self.better == "higher" else -1.0
        return sign * (self.candidate - self.baseline)

    @property
    def swapped(self) -> "Pairs":
        """The same with the arms exchanged; trials within cases are left out."""
        return replace(self, baseline=self.candidate, candidate=self.baseline, repeated=None)

    @property
    def sizes(self) -> Floats:
        """Number of cases of each resampling unit, shape (units,)."""
        return np.bincount(self.units).astype(np.float64)

    @property
    def clustered(self) -> bool:
        """Whether any resampling unit holds more than one case."""
        return self.sizes.size < self.units.size

    @property
    def size(self) -> float:
        """What a change is large beside, the same for both orders of the arms."""
        if self.scale == "difference":
            return self.bounds[1] - self.bounds[0]
        amounts = np.concatenate([self.baseline, self.candidate])
        return float(amounts[np.isfinite(amounts)].mean())

    @property
    def rooms(self) -> Floats:
        """Largest change that each case could show."""
        low, high = self.bounds
        return high - self.baseline if self.better == "higher" else self.baseline - low


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Mean change with one-sided bounds and one-sided p-values, positive is better."""

    low: float
    middle: float
    high: float
    p_worse: float
    p_better: float
    method: Method
    test: str
    spread: float
    """Standard deviation of the change per unit-of-one-case, for planning."""
    units: int


def identical(pairs: int) -> Estimate:
    """The estimate for answers that are the same to the byte: nothing can have changed."""
    return Estimate(
        low=0.0,
        middle=0.0,
        high=0.0,
        p_worse=1.0,
        p_better=1.0,
        method="identical",
        test="none: the answers are identical",
        spread=0.0,
        units=pairs,
    )


def without_limit(units: int, *, p: float) -> Estimate:
    """The estimate where some cases may have lost any amount; p is the smallest that could be.

    For sign flips, signs under which such a case gains are never as bad as what was observed, so
    every one of these cases halves the p-value of the others.
    """
    return Estimate(
        low=-np.inf,
        middle=-np.inf,
        high=-np.inf,
        p_worse=p,
        p_better=1.0 - p,
        method="none",
        test="none: nothing limits the lost scores",
        spread=0.0,
        units=units,
    )
