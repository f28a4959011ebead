"""Usual gates: the rules by which teams without statistics block a release."""

from error_study.draws import Outcomes

CRITICAL = 1.6448536269514722
"""Standard normal quantile at 95 %."""

NAMES = ("mean lower", "lower by 2 points", "unpaired z")


def usual_gates(baseline: Outcomes, candidate: Outcomes) -> dict[str, bool]:
    """Whether each rule blocks the candidate on any of its metrics."""
    before = baseline.mean(axis=(1, 2))
    after = candidate.mean(axis=(1, 2))
    gap = after - before
    # Every trial is taken for a row of its own, in two samples that have nothing in common.
    rows = [arm.shape[1] * arm.shape[2] for arm in (baseline, candidate)]
    pooled = (before * rows[0] + after * rows[1]) / sum(rows)
    variance = pooled * (1.0 - pooled) * (1.0 / rows[0] + 1.0 / rows[1])
    return {
        "mean lower": bool((gap < -1e-9).any()),
        "lower by 2 points": bool((gap < -0.02 - 1e-9).any()),
        "unpaired z": bool((gap < -CRITICAL * variance**0.5 - 1e-12).any()),
    }
