"""Runs of a store, made day by day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from holdfast.dataset import digest_cases
from holdfast.digest import digest_json
from holdfast.metric import Failure, Score
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run, TrialRecord
from holdfast.store import run_path, write_run
from holdfast.system import Response, Spec

START = datetime(2026, 1, 1, 3, tzinfo=UTC)
ACCURACY = MetricRecord(spec=Spec(name="accuracy"), better="higher", bounds=(0.0, 1.0))
LATENCY = MetricRecord(spec=Spec(name="latency"), better="lower", bounds=None, unit="seconds")


def make_day(
    number: int,
    scores: Sequence[float | Failure],
    *,
    metric: MetricRecord = ACCURACY,
    system: Spec | None = None,
    dataset: str = "v1",
    cached: bool = False,
    **changes: Any,
) -> Run:
    """The run of one day with one score for each case; `dataset` names a version of the cases."""
    cases = tuple(
        CaseRecord(id=f"c{n}", digest=digest_json([dataset, n]), input=n)
        for n in range(len(scores))
    )
    trials = tuple(
        TrialRecord(
            case_id=case.id,
            repeat=0,
            response=None if isinstance(score, Failure) else Response(text=str(score)),
            failure=score if isinstance(score, Failure) else None,
            scores={} if isinstance(score, Failure) else {metric.label: Score(score)},
            cached=cached,
        )
        for case, score in zip(cases, scores, strict=True)
    )
    provenance = Provenance(started=(START + timedelta(days=number)).isoformat())
    run = Run(
        id=f"day-{number:03}",
        suite="triage",
        system=system or Spec(name="bot"),
        dataset="tickets",
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=(metric,),
        cases=cases,
        trials=trials,
        provenance=replace(provenance, **changes.pop("provenance", {})),
    )
    return replace(run, **changes)


def level(share: float, *, cases: int = 100) -> list[float]:
    """Scores of which this share is 1, the others 0."""
    right = round(share * cases)
    return [1.0] * right + [0.0] * (cases - right)


def keep(folder: Path, *runs: Run) -> Path:
    """Write runs into the store in the folder."""
    for run in runs:
        write_run(run, run_path(run.id, folder))
    return folder
