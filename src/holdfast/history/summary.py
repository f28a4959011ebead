"""Summary: one run reduced to the level of each metric, all that a history needs of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from holdfast.comparing.pairing import evidence
from holdfast.record import MetricRecord, Run, TrialRecord

__all__ = ["Level", "Summary", "summarise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What the cases of one run scored together."""

    value: float | None
    """Mean of the case means, or the quantile of seconds; None where no case has a score."""
    cases: int
    """Cases that have a score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One run as a point of its history."""

    head: Run
    """The run without its cases and trials."""
    levels: Mapping[str, Level]
    """Level by metric label; empty where the run is incomplete."""
    cases: int
    """Cases of the dataset."""
    repeated: bool
    """Every answer came from the cache: the run asked nothing new."""


def summarise(run: Run) -> Summary:
    """Levels of a complete run.

    A failure of the system counts as the worst score, as it does in a comparison; a failure of the
    metric or of the infrastructure is no score.
    """
    trials: dict[str, tuple[TrialRecord, ...]] = {case.id: () for case in run.cases}
    for trial in run.trials:
        trials[trial.case_id] += (trial,)
    return Summary(
        head=replace(run, cases=(), trials=()),
        levels={metric.label: _level(metric, trials, run.repeats) for metric in run.metrics},
        cases=len(run.cases),
        repeated=bool(run.trials) and all(trial.cached for trial in run.trials),
    )


def _level(
    metric: MetricRecord, trials: Mapping[str, tuple[TrialRecord, ...]], repeats: int
) -> Level:
    means = [
        found.mean
        for made in trials.values()
        if (found := evidence(made, metric, expected=repeats, favour=False)).mean is not None
    ]
    if not means:
        return Level(value=None, cases=0)
    scores = np.array(means, dtype=np.float64)
    if metric.unit != "seconds":
        return Level(value=float(scores.mean()), cases=scores.size)
    quantile = metric.spec.params.get("quantile", 0.5)
    share = quantile if isinstance(quantile, int | float) and 0 <= quantile <= 1 else 0.5
    return Level(value=float(np.quantile(scores, share)), cases=scores.size)
