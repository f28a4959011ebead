"""Part: the change of one metric on some of its cases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.delta import Delta
from holdfast.comparing.estimate import Pairs
from holdfast.comparing.estimating import interval

__all__ = ["Part", "measure_part"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Mean change of a metric on some cases, positive is better, with one-sided bounds."""

    cases: int
    low: float
    middle: float
    high: float


def measure_part(delta: Delta, rows: NDArray[np.bool_]) -> Part:
    """Change and bounds of a bounded metric on some of the cases that it was measured on.

    Args:
        delta: The change on all cases.
        rows: Which of the cases of `delta.paired` belong to the part, shape (cases,); at least one.
    """
    paired = delta.paired
    if paired is None:
        raise AssertionError(f"{delta.metric.label} was not measured case by case")
    pairs = Pairs(
        baseline=paired.baseline[rows],
        candidate=paired.candidate[rows],
        units=np.unique(paired.units[rows], return_inverse=True)[1],
        single_binary=delta.method == "tango",
        bounds=delta.metric.bounds or (0.0, 1.0),
        better=delta.metric.better,
        alpha=delta.alpha,
    )
    low, high = interval(pairs)
    return Part(cases=pairs.units.size, low=low, middle=float(pairs.changes.mean()), high=high)
