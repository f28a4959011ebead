"""Absence: what a run without failures proves, and what to do about scores that are not there."""

from collections import Counter
from collections.abc import Iterable

from holdfast.comparing.failures import Failures
from holdfast.comparison import Comparison, Delta, Lost
from holdfast.judging.numbers import plural
from holdfast.policy import Policy
from holdfast.record import TrialRecord

__all__ = ["commonest_failure", "explain_failures", "fill_in"]

_LISTED = 5
_LONGEST = 200


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


def commonest_failure(trials: Iterable[TrialRecord]) -> str:
    """The error that most trials without an answer ended in, on one line; empty where none did."""
    errors = Counter(trial.failure.error for trial in trials if trial.failure is not None)
    if not errors:
        return ""
    line = " ".join(errors.most_common(1)[0][0].split())
    shown = "".join(character for character in line if character.isprintable())
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def fill_in(comparison: Comparison, lost: Lost) -> str:
    """What to do about missing scores: a system can be run again, the rows of a file cannot."""
    arms = {
        "candidate": (comparison.candidate, lost.candidate + lost.both),
        "baseline": (comparison.baseline, lost.baseline + lost.both),
    }
    lacking = {name: info for name, (info, missing) in arms.items() if missing}
    files = [name for name, info in lacking.items() if info.provenance.imported]
    steps: list[str] = []
    if files:
        which = "both files and import them"
        if len(files) == 1:
            which = f"the {files[0]}'s file and import it"
        steps.append(f"Write the missing scores into {which} again.")
    if "candidate" in lacking and "candidate" not in files:
        steps.append("Run again to fill in the missing scores: finished trials are not repeated.")
    if "baseline" in lacking and "baseline" not in files:
        too = " too" if "candidate" in lacking else ""
        steps.append(f"The baseline lacks scores{too}: run its system again and accept that run.")
    return " ".join(steps)
