"""Failures: how many cases failed where none should, and how many may."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.comparing.pairing import Evidence
from holdfast.comparing.scores import Scores
from holdfast.stats.proportion import clopper_pearson

__all__ = ["Failures", "failures_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Cases with a failed trial; a case whose trials are not all scored counts as failed.

    Where cases are clustered, a cluster is one unit, and fails where one of its cases does.
    """

    units: int
    """Number of cases, or of clusters."""
    baseline: int
    """Units of the baseline with a failed trial."""
    candidate: int
    """Units of the candidate with a failed trial."""
    upper: float
    """Upper bound of the candidate's share of failing units at level 1 - alpha (Clopper and
    Pearson 1934); 0 of n units prove no less than 1 - alpha ** (1 / n)."""
    new: tuple[str, ...]
    """Ids of the cases that fail in every trial and passed in every trial of the baseline."""
    trials: int
    """Fewest trials of a case in `new`; 1 where nothing shows that a failure is reproducible."""


def failures_of(scores: Scores, groups: Mapping[str, str]) -> Failures | None:
    """Failures of a metric that only passes or fails; None for every other metric.

    `groups` names the resampling unit of each case.
    """
    metric = scores.metric
    if metric.bounds is None or metric.aggregate is not None or not scores.baseline:
        return None
    best = metric.bounds[1] if metric.better == "higher" else metric.bounds[0]
    for arm in (scores.baseline, scores.candidate):
        if any(value not in metric.bounds for found in arm.values() for value in found.values):
            return None
    failed = [
        {groups[key] for key, found in arm.items() if not _all_are(found, best)}
        for arm in (scores.baseline, scores.candidate)
    ]
    new = tuple(
        key
        for key, after in scores.candidate.items()
        if after.values and best not in after.values and _all_are(scores.baseline[key], best)
    )
    units = len({groups[key] for key in scores.baseline})
    return Failures(
        units=units,
        baseline=len(failed[0]),
        candidate=len(failed[1]),
        upper=clopper_pearson(len(failed[1]), units, alpha=scores.alpha)[1],
        new=new,
        trials=min((len(scores.candidate[key].values) for key in new), default=0),
    )


def _all_are(found: Evidence, best: float) -> bool:
    return not found.missing and all(value == best for value in found.values)
