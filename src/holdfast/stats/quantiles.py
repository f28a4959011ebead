"""Quantiles of interleaved measurements: their ratio between two arms, with bounds that hold.

Quantiles are those of Harrell and Davis (1982, Biometrika 69:635), which average the order
statistics near the wanted one, taken on the log scale so that one request that took an hour does
not decide a 95th percentile.

The uncertainty is that of a bootstrap over whole blocks; see `blocks`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betainc

from holdfast.stats.blocks import expanded, redraws, units_of
from holdfast.stats.covariate import Covariate

__all__ = [
    "QuantileChange",
    "Traces",
    "fewest",
    "harrell_davis",
    "quantile_change",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SWAPS = 1_000
_CHUNK = 4_000_000
_SEED = 1982
_FLOOR = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What both arms took for the same requests, in the order of time or any other."""

    baseline: Floats
    """Log of each measurement; shape (requests,)."""
    candidate: Floats
    """Log of the measurement of the same request in the other arm; shape (requests,)."""
    blocks: Ints
    """Number of the block that each request was made in, by both arms; shape (requests,)."""
    covariate: Covariate | None = None
    """What the measurements are to be adjusted for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileChange:
    """Log of the ratio between a quantile of the candidate and that of the baseline."""

    low: float
    """Lower one-sided bound at level 1 - alpha."""
    estimate: float
    high: float
    """Upper one-sided bound at level 1 - alpha."""
    p_higher: float
    """One-sided p-value of 'the candidate's is higher' (null: not higher)."""
    p_lower: float
    """One-sided p-value of 'the candidate's is lower' (null: not lower)."""
    baseline: float
    """Log of the baseline's quantile."""
    candidate: float
    error: float
    """Standard error of the estimate."""
    floor: float
    """Noise floor: 95 of 100 comparisons of two equal systems in these blocks stay below it."""
    units: int
    """Blocks, or groups of neighbouring blocks, that were drawn again."""


def harrell_davis(values: Floats, share: float) -> float:
    """Harrell-Davis estimate of the quantile that a share of the distribution lies below.

    >>> round(harrell_davis(np.array([1.0, 2.0, 3.0, 4.0]), 0.5), 9)
    2.5
    """
    ordered = np.sort(values)
    return float(_quantiles(ordered, np.arange(1.0, values.size + 1.0)[np.newaxis], share)[0])


def fewest(share: float) -> int:
    """Requests per arm below which nothing is said of a quantile.

    Thirty, and five beyond the quantile on its shorter side: 100 for the 95th percentile (59 would
    be the first number whose maximum bounds it with 95 % confidence). From the 99th on it is the
    rule of MLPerf Inference: the first number with which, at 99 % confidence, one request beyond
    the quantile is too few (662 for the 99th; 459 without any).

    >>> fewest(0.5), fewest(0.95), fewest(0.99)
    (30, 100, 662)
    """
    tail = min(share, 1.0 - share)
    number = max(30, int(np.ceil(round(5.0 / tail, 6))))
    if tail <= 0.01 + 1e-12:
        while bdtr(1, number, tail) > 0.01:
            number += 1
    return number


def quantile_change(traces: Traces, share: float, *, alpha: float) -> QuantileChange:
    """Change of one quantile from baseline to candidate, with one-sided bounds and p-values.

    Seeded, so that the same traces always give the same numbers; swapping the arms mirrors them.

    Args:
        traces: at least two blocks of measurements.
        share: the quantile, such as 0.95.
        alpha: level of each bound.
    """
    units = units_of(traces.blocks)
    draws = redraws(int(units.max()) + 1)
    arms, shifts = _adjusted(traces, units, draws, share)
    ordered = [_Ordered.of(values, units) for values in arms]
    once = np.ones((1, draws.shape[1]))
    logs = [float(arm.redrawn(once, share)[0]) for arm in ordered]
    estimate = logs[1] - logs[0]
    changes = ordered[1].redrawn(draws, share) - ordered[0].redrawn(draws, share) - shifts
    interval = expanded(changes, units=draws.shape[1], alpha=alpha)
    return QuantileChange(
        low=interval.low,
        estimate=estimate,
        high=interval.high,
        p_higher=interval.p_above,
        p_lower=interval.p_below,
        baseline=logs[0],
        candidate=logs[1],
        error=float(changes.std(ddof=1)),
        floor=_noise_floor(arms[0], arms[1] - estimate, units, share),
        units=draws.shape[1],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ordered:
    """The measurements of one arm in order, with the units that they belong to."""

    values: Floats
    """Shape (requests,)."""
    counts: Floats
    """How many of each unit's measurements stand up to each place; shape (units, requests)."""

    @classmethod
    def of(cls, values: Floats, units: Ints) -> "_Ordered":
        order = np.argsort(values, kind="stable")
        held = np.zeros((int(units.max()) + 1, values.size))
        held[units[order], np.arange(values.size)] = 1.0
        return cls(values=values[order], counts=held.cumsum(axis=1))

    def redrawn(self, draws: Floats, share: float) -> Floats:
        """Quantile of each sample in which unit u occurs draws[:, u] times; shape (rows,)."""
        rows = max(1, _CHUNK // self.values.size)
        parts = [draws[start : start + rows] for start in range(0, len(draws), rows)]
        return np.concatenate(
            [_quantiles(self.values, part @ self.counts, share) for part in parts]
        )


def _adjusted(
    traces: Traces, units: Ints, draws: Floats, share: float
) -> tuple[tuple[Floats, Floats], Floats]:
    """Adjusted measurements of both arms, and what each redrawn curve adds to their difference."""
    arms = (traces.baseline, traces.candidate)
    if traces.covariate is None:
        return arms, np.zeros(len(draws))
    fit = traces.covariate.fit(*arms, units=units)
    arms = (arms[0] - fit.expected[0], arms[1] - fit.expected[1])
    # A quantile moves with the curve as the weighted mean of the features near it does.
    near = [_weights(arm, share) @ pieces for arm, pieces in zip(arms, fit.features, strict=True)]
    return arms, (fit.redrawn(draws) - fit.slopes) @ (near[1] - near[0])


def _weights(values: Floats, share: float) -> Floats:
    weights = np.empty(values.size)
    weights[np.argsort(values, kind="stable")] = np.diff(_table(values.size, share))
    return weights


def _table(total: int, share: float) -> Floats:
    """Weight of the first so many of `total` order statistics; shape (total + 1,)."""
    shape = (total + 1) * share, (total + 1) * (1.0 - share)
    return betainc(*shape, np.arange(total + 1) / total)


def _quantiles(ordered: Floats, standing: Floats, share: float) -> Floats:
    """Harrell-Davis quantiles of samples of ordered values; shape (samples,).

    `standing` says how many values of a sample stand up to each place, shape (samples, values).
    A sum of weighted values is summed by parts, so that tied and absent values need no care.
    """
    totals = np.rint(standing[:, -1]).astype(np.int64)
    found = np.full(totals.size, ordered[-1])
    steps = np.diff(ordered)
    for total in np.unique(totals):
        rows = np.flatnonzero(totals == total)
        places = np.rint(standing[rows, :-1]).astype(np.int64)
        found[rows] -= _table(int(total), share)[places] @ steps
    return found


def _noise_floor(baseline: Floats, aligned: Floats, units: Ints, share: float) -> float:
    """What two equal systems would show: the arms, made equal, change places block by block."""
    number = int(units.max()) + 1
    both = _Ordered.of(np.concatenate([baseline, aligned]), np.concatenate([units, units + number]))
    swaps = np.random.default_rng(_SEED).integers(0, 2, (_SWAPS, number)).astype(np.float64)
    one = both.redrawn(np.hstack([1.0 - swaps, swaps]), share)
    other = both.redrawn(np.hstack([swaps, 1.0 - swaps]), share)
    return float(np.quantile(np.abs(one - other), _FLOOR))
