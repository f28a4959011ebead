"""Part: the change of one metric on some of its cases."""

from collections.abc import Sequence

import numpy as np

from holdfast.comparing.cases import CasePair
from holdfast.comparing.delta import Delta
from holdfast.comparing.estimate import Estimate, Pairs
from holdfast.comparing.estimating import estimate

__all__ = ["estimate_part"]


def estimate_part(delta: Delta, cases: Sequence[CasePair]) -> Estimate:
    """Change and bounds of a bounded metric on cases that have a score on both sides."""
    label = delta.metric.label
    scores = [pair.scores[label] for pair in cases]
    kept = [
        (before, after, pair.unit)
        for (before, after), pair in zip(scores, cases, strict=True)
        if before is not None and after is not None
    ]
    units: dict[str, int] = {}
    return estimate(
        Pairs(
            baseline=np.array([before for before, _, _ in kept], np.float64),
            candidate=np.array([after for _, after, _ in kept], np.float64),
            units=np.array([units.setdefault(unit, len(units)) for _, _, unit in kept], np.int64),
            single_binary=delta.method == "tango",
            bounds=delta.metric.bounds or (0.0, 1.0),
            better=delta.metric.better,
            alpha=delta.alpha,
        )
    )
