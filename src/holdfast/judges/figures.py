"""Figures: what was measured of a judge, as JSON."""

import math
from typing import Any

from holdfast.judges.check import Check
from holdfast.stats.interval import Interval

__all__ = ["figures_of"]


def figures_of(check: Check) -> dict[str, Any]:
    """Numbers, and lists of lower bound, estimate and upper bound, by name."""
    counts, decisions = check.confusion, check.decisions
    intervals: dict[str, Interval | None] = {
        "sensitivity": check.sensitivity,
        "specificity": check.specificity,
        "balanced_accuracy": check.balanced,
        "prevalence": check.prevalence,
        "cohen_kappa": decisions.kappa,
        "gwet_ac1": decisions.ac1,
        "pabak": decisions.pabak,
        "quadratic_kappa": None if check.graded is None else check.graded.quadratic_kappa,
        "gwet_ac2": None if check.graded is None else check.graded.ac2,
        "alpha_judge_people": check.alpha,
        "alpha_among_people": check.people,
        "repetition": None if check.repetition is None else check.repetition.share,
        "position": None if check.position is None else check.position.share,
        "differential_bias": None if check.bias is None else check.bias.shift,
    }
    found: dict[str, Any] = {
        "cut": check.cut,
        "true_positive": counts.true_positive,
        "false_negative": counts.false_negative,
        "false_positive": counts.false_positive,
        "true_negative": counts.true_negative,
        "tied": check.tied,
        "unscored": check.unscored,
    }
    for name, interval in intervals.items():
        if interval is not None and not math.isnan(interval.estimate):
            parts = (interval.low, interval.estimate, interval.high)
            found[name] = [round(number, 6) for number in parts]
    if check.repetition is not None:
        found["judge_variance"] = round(check.repetition.judge_variance, 8)
        if check.repetition.trial_variance is not None:
            found["trial_variance"] = round(check.repetition.trial_variance, 8)
        if check.repetition.advice:
            found["advice"] = check.repetition.advice
    return found
