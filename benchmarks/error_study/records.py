"""Records: simulated scores as the runs that the public API compares."""

from functools import lru_cache

import numpy as np
from error_study.draws import Sample, Scores

from holdfast.dataset import Case, digest_cases
from holdfast.metric import Failure, Score
from holdfast.policy import Estimand, Policy, Slices
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.system import Spec

LOST = Failure(stage="infrastructure", error="429 Too Many Requests")


@lru_cache
def policies(
    metrics: int, *, margin: float, slices: Slices = "warn", estimand: Estimand = "population"
) -> tuple[Policy, ...]:
    """A gate with that margin on every metric."""
    return tuple(
        Policy(metric=label, margin=margin, slices=slices, estimand=estimand)
        for label in _labels(metrics)
    )


def both(sample: Sample) -> tuple[Run, Run]:
    """The sample as two finished runs: the baseline's and the candidate's."""
    return (
        record(sample, sample.baseline, name="baseline"),
        record(sample, sample.candidate, name="candidate"),
    )


def record(sample: Sample, scores: Scores, *, name: str) -> Run:
    """The scores of one arm as a finished run."""
    metrics, number, trials = scores.shape
    cases, digest = _cases(number, sample.clusters, sample.tags)
    labels = _labels(metrics)
    rows = scores.transpose(1, 2, 0).tolist()
    return Run(
        id=name,
        suite="simulated",
        system=Spec(name="simulated"),
        dataset="simulated",
        dataset_digest=digest,
        metrics=_metrics(metrics, sample),
        cases=cases,
        trials=tuple(
            _trial(case.id, repeat, labels, tuple(rows[index][repeat]))
            for index, case in enumerate(cases)
            for repeat in range(trials)
        ),
        repeats=trials,
    )


@lru_cache
def _labels(metrics: int) -> tuple[str, ...]:
    return tuple(f"metric-{index}" for index in range(metrics))


def _metrics(number: int, sample: Sample) -> tuple[MetricRecord, ...]:
    return tuple(
        MetricRecord(
            spec=Spec(name=label),
            better=sample.better,
            bounds=sample.bounds,
            unit=sample.unit,
            aggregate=sample.aggregate,
        )
        for label in _labels(number)
    )


@lru_cache(maxsize=64)
def _cases(
    number: int, clusters: tuple[str, ...] | None, tags: tuple[tuple[str, ...], ...] | None
) -> tuple[tuple[CaseRecord, ...], str]:
    cases = tuple(
        CaseRecord(
            id=f"case-{index:04d}",
            digest=Case(id="any", input=index).digest,
            cluster=None if clusters is None else clusters[index],
            tags=() if tags is None else tags[index],
            # Lengths of inputs are slices too; they cost time, and only slices are asked for them.
            input=None if tags is None else index,
        )
        for index in range(number)
    )
    return cases, digest_cases((case.id, case.digest) for case in cases)


# A frozen record may be part of any number of runs, and binary outcomes repeat themselves.
@lru_cache(maxsize=100_000)
def _trial(
    case: str, repeat: int, labels: tuple[str, ...], values: tuple[float, ...]
) -> TrialRecord:
    if any(np.isnan(value) for value in values):
        return TrialRecord(case_id=case, repeat=repeat, response=None, failure=LOST)
    scores = {label: _score(value) for label, value in zip(labels, values, strict=True)}
    return TrialRecord(case_id=case, repeat=repeat, response=None, scores=scores)


@lru_cache(maxsize=4096)
def _score(value: float) -> Score:
    return Score(value)
