"""Suite check: a suite proven, or its defects, worst first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from holdfast.checking.dataset_defects import dataset_defects
from holdfast.checking.defect import Defect, Kind
from holdfast.checking.exam import Exam, examine
from holdfast.checking.metric_defects import metric_defects
from holdfast.dataset import Case, digest_cases
from holdfast.errors import DatasetError
from holdfast.judging.numbers import plural
from holdfast.metric import Score
from holdfast.options import RunOptions
from holdfast.planning.design import Design
from holdfast.planning.obstacles import obstacles_of
from holdfast.planning.pilot import gates_of
from holdfast.policy import Policy
from holdfast.record import CaseRecord, Run, TrialRecord
from holdfast.running.beginning import records_of
from holdfast.suite import Suite
from holdfast.system import Spec

__all__ = ["SuiteCheck", "check_suite"]

_DEFAULT = RunOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteCheck:
    """What is known of a suite after its check."""

    suite: str
    exam: Exam
    defects: tuple[Defect, ...]
    """Worst first; notices last."""

    @property
    def proven(self) -> bool:
        """Nothing was found that makes a verdict of this suite doubtful."""
        return not any(defect.blocks for defect in self.defects)


def check_suite(
    suite: Suite,
    policies: Sequence[Policy],
    *,
    allowed: Sequence[Kind] = (),
    most: int | None = None,
    options: RunOptions = _DEFAULT,
    store: Path | None = None,
) -> SuiteCheck:
    """Prove a suite: its metrics on right and on planted wrong answers, its gates, its cases.

    No system is called. Defects of `allowed` kinds become notices. `most` puts at most so many
    cases to the metrics, spread evenly over the dataset; all cases are read for what concerns the
    dataset.

    Raises:
        DatasetError: the dataset holds no cases.
        UsageError: `suite.reference` returns something that is no Response.
    """
    cases = tuple(suite.dataset)
    if not cases:
        raise DatasetError(f"dataset {suite.dataset.name!r} holds no cases: nothing can be proven")
    step = 1 if most is None else max(1, -(-len(cases) // most))
    exam = examine(suite, cases[::step], options=options, store=store)
    found = [
        *metric_defects(exam, {policy.metric: policy for policy in policies}),
        *_of_gates(suite, policies, exam, cases),
        *dataset_defects(cases),
        *_of_references(exam),
    ]
    judged = [_allowed(defect, allowed) for defect in found]
    return SuiteCheck(
        suite=suite.name, exam=exam, defects=tuple(sorted(judged, key=lambda each: each.order))
    )


def _allowed(defect: Defect, allowed: Sequence[Kind]) -> Defect:

    return replace(defect, blocks=False) if defect.kind in allowed else defect


def _of_references(exam: Exam) -> Iterator[Defect]:
    missing, cases = len(exam.without_reference), len(exam.cases)
    if missing:
        yield Defect(
            kind="no_reference",
            blocks=missing == cases,
            sentence=(
                f"{missing} of {plural(cases, 'case')} have no right answer to compare with "
                f"({', '.join(exam.without_reference[:3])}), so nothing is proven on them; "
                "write it into Case.expected, or give the suite a `reference` function."
            ),
            size=missing / cases,
            cases=exam.without_reference[:3],
        )


def _of_gates(
    suite: Suite, policies: Sequence[Policy], exam: Exam, cases: Sequence[Case]
) -> Iterator[Defect]:
    run = _reference_run(suite, exam, cases)
    design = Design(cases=len(cases), baseline=suite.repeats, candidate=suite.repeats)
    gates = gates_of(run, policies) if run.trials else ()
    for sentence in obstacles_of(run, policies, gates, design):
        yield Defect(kind="gate", sentence=sentence)


def _reference_run(suite: Suite, exam: Exam, cases: Sequence[Case]) -> Run:
    """The run of a system that gives every reference answer."""
    records = tuple(
        CaseRecord(id=case.id, digest=case.digest, tags=tuple(case.tags), cluster=case.cluster)
        for case in cases
    )
    trials = tuple(
        TrialRecord(
            case_id=name,
            repeat=repeat,
            response=response,
            scores={
                result.label: Score(result.references[name])
                for result in exam.metrics
                if name in result.references
            },
        )
        for name, response in exam.references.items()
        for repeat in range(suite.repeats)
    )
    return Run(
        id="reference answers",
        suite=suite.name,
        system=Spec(name="reference answers"),
        dataset=suite.dataset.name,
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=records_of(suite.metrics),
        cases=records,
        trials=trials,
        repeats=suite.repeats,
    )
