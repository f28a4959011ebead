"""Throughput: how much each arm did in the time in which it was at work.

The rate of an arm is a ratio of totals, the amount over the busy time. Its uncertainty comes from
drawing whole blocks again, as for quantiles.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.stats.blocks import expanded, redraws

__all__ = ["RateChange", "busy_time", "rate_change"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """Rates of both arms, and the log of their ratio with one-sided bounds."""

    baseline: float
    """Amount per second."""
    candidate: float
    low: float
    estimate: float
    high: float


def busy_time(began: Floats, seconds: Floats) -> float:
    """Seconds in which at least one of the requests was under way; shapes (requests,).

    >>> busy_time(np.array([0.0, 1.0, 5.0]), np.array([2.0, 2.0, 1.0]))
    4.0
    """
    order = np.argsort(began, kind="stable")
    starts, ends = began[order], began[order] + seconds[order]
    covered = np.maximum.accumulate(ends)
    fresh = np.maximum(starts[1:], covered[:-1])
    return float(ends[0] - starts[0] + np.maximum(ends[1:] - fresh, 0.0).sum())


def rate_change(amounts: Floats, busy: Floats, *, alpha: float) -> RateChange:
    """Change of the rate from baseline to candidate.

    Args:
        amounts: requests or tokens of each arm in each block; shape (2, blocks), baseline first.
        busy: seconds in which the arm was at work in the block; shape (2, blocks), all positive.
        alpha: level of each bound.
    """
    rates = amounts.sum(axis=1) / busy.sum(axis=1)
    draws = redraws(amounts.shape[1])
    redrawn = np.log((draws @ amounts.T) / (draws @ busy.T))
    interval = expanded(redrawn[:, 1] - redrawn[:, 0], units=amounts.shape[1], alpha=alpha)
    return RateChange(
        baseline=float(rates[0]),
        candidate=float(rates[1]),
        low=interval.low,
        estimate=float(np.log(rates[1] / rates[0])),
        high=interval.high,
    )
