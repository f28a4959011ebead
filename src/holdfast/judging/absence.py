"""Absence: what a run without failures proves, and what it does not."""

from holdfast.comparing.failures import Failures
from holdfast.comparison import Delta
from holdfast.judging.numbers import plural
from holdfast.policy import Policy

__all__ = ["explain_failures"]

_LISTED = 5


def explain_failures(policy: Policy, delta: Delta) -> str:
    """What is proven where no failure is allowed, which a floor at the best score says.

    Empty for every other policy, and for metrics that do more than pass or fail.
    """
    found, bounds = delta.failures, delta.metric.bounds
    if found is None or bounds is None or policy.floor is None:
        return ""
    best = bounds[1] if delta.metric.better == "higher" else bounds[0]
    if policy.floor != best:
        return ""
    unit = "cluster" if found.units < delta.matched else "case"
    sure = f"{100 * (1 - delta.alpha):.6g} % confidence"
    lost = delta.lost.candidate + delta.lost.both
    verb = "failed or lack a score" if lost else "failed"
    text = (
        f" {found.candidate} of {plural(found.units, unit)} {verb}, which proves a failure rate "
        f"of at most {100 * found.upper:.1f} % ({sure}), and no less."
    )
    return text + _new(found)


def _new(found: Failures) -> str:
    if not found.new:
        return ""
    listed = ", ".join(repr(key) for key in found.new[:_LISTED])
    if len(found.new) > _LISTED:
        listed += f" and {len(found.new) - _LISTED} more"
    if found.trials > 1:
        often = f"in all of {found.trials} or more trials"
    else:
        often = "in its only trial, which may not happen again"
    return f" New since the baseline, failing {often}: {listed}."
