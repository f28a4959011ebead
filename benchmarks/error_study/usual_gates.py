"""Usual gates: the rules by which teams without statistics block a release."""

import numpy as np
from error_study.draws import Sample
from scipy.special import stdtr

CRITICAL = 1.6448536269514722
"""Standard normal quantile at 95 %."""

NAMES = ("mean lower", "lower by 2 points", "unpaired z")


def usual_gates(sample: Sample, *, margin: float = 0.02) -> dict[str, bool]:
    """Whether each rule blocks the candidate on any of its metrics.

    Points are shares of the score's range. Lost scores are left out, as a mean over what is there
    does.
    """
    low, high = sample.bounds or (0.0, 1.0)
    arms = [(arm - low) / (high - low) for arm in (sample.baseline, sample.candidate)]
    before, after = (np.nanmean(arm, axis=(1, 2)) for arm in arms)
    gap = after - before
    # Every trial is taken for a row of its own, in two samples that have nothing in common.
    rows = [np.isfinite(arm).sum(axis=(1, 2)) for arm in arms]
    pooled = (before * rows[0] + after * rows[1]) / (rows[0] + rows[1])
    variance = pooled * (1.0 - pooled) * (1.0 / rows[0] + 1.0 / rows[1])
    if any(np.any((arm != 0.0) & (arm != 1.0) & np.isfinite(arm)) for arm in arms):
        parts = [np.nanvar(arm, axis=(1, 2), ddof=1) for arm in arms]
        variance = parts[0] / rows[0] + parts[1] / rows[1]
    return {
        "mean lower": bool((gap < -1e-9).any()),
        "lower by 2 points": bool((gap < -margin - 1e-9).any()),
        "unpaired z": bool((gap < -CRITICAL * variance**0.5 - 1e-12).any()),
    }


TOTALS = ("total higher", "total higher by 10 %", "paired t on amounts")


def usual_totals(sample: Sample, *, margin: float = 0.1) -> dict[str, bool]:
    """Whether each rule on the total of an amount, such as a cost, blocks the candidate."""
    before, after = (arm[0].mean(axis=1) for arm in (sample.baseline, sample.candidate))
    ratio = after.sum() / before.sum()
    change = after - before
    t = change.mean() / (change.std(ddof=1) / change.size**0.5)
    return {
        "total higher": bool(ratio > 1.0),
        "total higher by 10 %": bool(ratio > 1.0 + margin),
        "paired t on amounts": bool(stdtr(change.size - 1, t) >= 0.95),
    }
