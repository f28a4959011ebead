"""Absent: answers that nobody can label, because the system gave none.

Such an answer has the worst score whatever anybody thinks, so a sample of labelled answers alone
says nothing of it: a candidate that fails in a quarter of the cases would look unchanged.
"""

from collections.abc import Mapping, Sequence

from holdfast.comparing.delta import Paired
from holdfast.comparison import Comparison
from holdfast.digest import digest_json
from holdfast.record import MetricRecord, TrialRecord

__all__ = ["silent_cases", "value_with_failures", "with_silent_cases"]


def value_with_failures(
    mean: float, trials: Sequence[TrialRecord], *, metric: MetricRecord
) -> float:
    """Value of a case from the mean label of its answers: a failed trial is as bad as can be."""
    failed = sum(trial.failure is not None and trial.failure.stage == "system" for trial in trials)
    answered = sum(trial.response is not None for trial in trials)
    if not failed or not answered or metric.bounds is None:
        return mean
    low, high = metric.bounds
    worst = low if metric.better == "higher" else high
    return (answered * mean + failed * worst) / (answered + failed)


def silent_cases(comparison: Comparison) -> frozenset[str]:
    """Cases without any answer in one of the runs, although it was asked for."""
    return frozenset(
        pair.case.id
        for pair in comparison.cases
        if any(
            arm and all(trial.failure is not None for trial in arm)
            for arm in (pair.baseline, pair.candidate)
        )
    )


def with_silent_cases(
    changes: Mapping[str, float], paired: Paired, silent: frozenset[str]
) -> dict[str, float]:
    """The labelled changes, and of the cases without an answer as large a share.

    Their change is what was measured: the worst score on the side that failed. Which of them stand
    beside the labelled ones does not depend on any score.
    """
    measured = dict(zip(paired.cases, paired.changes.tolist(), strict=True))
    unlabelled = sorted(silent & measured.keys() - changes.keys(), key=digest_json)
    others = [key for key in measured if key not in silent]
    share = sum(key in changes for key in others) / max(1, len(others))
    return {
        **changes,
        **{key: measured[key] for key in unlabelled[: round(share * len(unlabelled))]},
    }
