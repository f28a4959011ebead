"""Renewing: a baseline's stored answers, scored again where a metric is not the one of then."""

from dataclasses import replace
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.metric import Failure, Metric
from holdfast.options import RunOptions
from holdfast.record import Run, TrialRecord
from holdfast.runner import rescore
from holdfast.suite import Suite

__all__ = ["keeps_all", "renewed"]


def renewed(old: Run, suite: Suite, *, store: Path, options: RunOptions) -> tuple[Run, str]:
    """The baseline with the scores of today's metrics, and a sentence that says so.

    Only metrics that changed, or are new, score its answers again; every other score is as it was
    accepted. Nothing is changed on disk but the cache and a run of the new scores. The sentence is
    empty where nothing had to be done, and says why where it could not be.
    """
    changed = tuple(metric for metric in suite.metrics if _differs(metric, old))
    if not changed:
        return old, ""
    names = ", ".join(metric.spec.label for metric in changed)
    obstacle = _obstacle(old)
    if obstacle:
        return old, f"The baseline cannot be scored again by {names}: {obstacle}."
    part = replace(suite, metrics=changed, policies=())
    quiet = RunOptions(concurrency=options.concurrency, progress="none")
    try:
        again = rescore(old, part, store=store, options=quiet)
    except UsageError as error:
        return old, f"The baseline cannot be scored again by {names}: {error}."
    note = (
        f"{names}: not the metric that scored the baseline {old.id}, so the stored answers of the "
        f"baseline were scored again by today's; accept a new baseline to keep these scores."
    )
    return _merged(old, again), note


def keeps_all(run: Run) -> bool:
    """Whether a baseline would keep everything that the answers of a run hold: it drops spans."""
    return not any(trial.response and trial.response.spans for trial in run.trials)


def _differs(metric: Metric, old: Run) -> bool:
    before = next((one for one in old.metrics if one.label == metric.spec.label), None)
    if before is None:
        return True
    was = (before.spec.digest, before.better, before.bounds)
    return was != (metric.spec.recorded.digest, metric.better, metric.bounds)


def _obstacle(old: Run) -> str:
    if old.provenance.imported:
        return "its scores were imported"
    silent = sum(trial.response is None and trial.failure is None for trial in old.trials)
    if silent:
        return f"{silent} of its {len(old.trials)} answers are not recorded"
    return ""


def _merged(old: Run, again: Run) -> Run:
    fresh = {metric.label: metric for metric in again.metrics}
    scored = {(trial.case_id, trial.repeat): trial for trial in again.trials}
    known = {metric.label for metric in old.metrics}
    return replace(
        old,
        metrics=(
            *(fresh.get(metric.label, metric) for metric in old.metrics),
            *(metric for label, metric in fresh.items() if label not in known),
        ),
        trials=tuple(_rescored(trial, scored, list(fresh)) for trial in old.trials),
        provenance=replace(old.provenance, origin=f"{', '.join(fresh)} scored again from {old.id}"),
    )


def _rescored(
    trial: TrialRecord, scored: dict[tuple[str, int], TrialRecord], labels: list[str]
) -> TrialRecord:
    if trial.failure is not None:
        return trial
    again = scored.get((trial.case_id, trial.repeat))
    why = Failure(stage="metric", error="the stored answer was not scored again")
    new = {label: why if again is None else again.outcome(label) for label in labels}
    return replace(trial, scores={**trial.scores, **new})
