"""Two runs whose answers and names are known, for the tests of reviews."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from holdfast.dataset import digest_cases
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.reviewing.drawing import Plan, draw
from holdfast.reviewing.review import Review
from holdfast.system import Response, Spec
from holdfast.testing import make_run

TONE = MetricRecord(spec=Spec(name="tone"), better="higher", bounds=(0.0, 1.0), judge=True)


def run_of(
    id: str,
    answers: Mapping[str, str],
    *,
    system: str = "system",
    tags: Mapping[str, tuple[str, ...]] | None = None,
    metric: MetricRecord = TONE,
) -> Run:
    """A run with one trial for each answer, scored 1 where it says `good`."""
    run = make_run({key: [0.0] for key in answers}, id=id, suite="letters", metric=metric)
    cases = tuple(
        CaseRecord(
            id=case.id,
            digest=case.digest,
            input=f"question {case.id}",
            expected=f"what {case.id} deserves",
            tags=(tags or {}).get(case.id, ()),
        )
        for case in run.cases
    )
    trials = tuple(
        replace(trial, response=Response(text=answers[trial.case_id])) for trial in run.trials
    )
    digest = digest_cases((case.id, case.digest) for case in cases)
    return replace(run, cases=cases, trials=trials, system=Spec(name=system), dataset_digest=digest)


def failed(trial: TrialRecord) -> TrialRecord:
    return replace(trial, response=None, scores={})


def two_runs(number: int = 40, *, equal: int = 0) -> tuple[Run, Run]:
    """Runs of `number` cases; the first `equal` of them are answered alike."""
    old = {f"c{n}": f"old words {n}" if n >= equal else "the same" for n in range(number)}
    new = {f"c{n}": f"new words {n}" if n >= equal else "the same" for n in range(number)}
    return (
        run_of("20260101-000000-aaaaaa", old, system="secret-old-system"),
        run_of("20260102-000000-bbbbbb", new, system="secret-new-system"),
    )


def plan_of(**settings: object) -> Plan:
    given = {"kind": "pair", "reviewer": "anna", "cases": 150} | settings
    return Plan(**given)  # type: ignore[arg-type]


def review_of(runs: tuple[Run, Run], file: Path, **settings: object) -> Review:
    return Review(draw(*runs, plan_of(**settings)), file)
