"""Exam: every metric of a suite on reference answers and on planted wrong ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from holdfast.checking.discrimination import MetricResult, discrimination
from holdfast.checking.faults import Fault
from holdfast.checking.reference import reference_of
from holdfast.checking.sheet import Sheet
from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Metric
from holdfast.options import RunOptions
from holdfast.suite import Suite
from holdfast.system import Response

__all__ = ["Exam", "examine", "is_resource"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """What was put to the metrics of a suite, and how each of them did."""

    cases: tuple[Case, ...]
    without_reference: tuple[str, ...]
    """Ids of the cases of which no right answer is known."""
    references: Mapping[str, Response]
    """The right answer by case id."""
    planted: Mapping[Fault, int]
    """Number of cases for which a wrong answer of each kind could be made."""
    metrics: tuple[MetricResult, ...]
    left_out: tuple[str, ...]
    """Labels of metrics of resources, which say nothing of an answer's worth."""


def is_resource(metric: Metric) -> bool:
    """Whether a metric counts what an answer took: seconds, tokens, money."""
    return bool(getattr(metric, "unit", ""))


def examine(
    suite: Suite, cases: Sequence[Case], *, options: RunOptions, store: Path | None = None
) -> Exam:
    """Put reference answers and planted wrong ones to every metric of a suite.

    Raises:
        UsageError: `suite.reference` returns something else than a Response or None.
    """
    references = [_reference(suite, case) for case in cases]
    metrics = [metric for metric in suite.metrics if not is_resource(metric)]
    sheet = Sheet(cases, references)
    sheet.score(metrics, options=options, store=store)
    named = list(zip((case.id for case in cases), references, strict=True))
    results = tuple(discrimination(metric, sheet) for metric in metrics)
    return Exam(
        cases=tuple(cases),
        references={name: found for name, found in named if found is not None},
        without_reference=tuple(name for name, found in named if found is None),
        planted={
            fault: sum(answer is not None for answer in answers)
            for fault, answers in sheet.planted.items()
        },
        metrics=results,
        left_out=tuple(m.spec.label for m in suite.metrics if is_resource(m)),
    )


def _reference(suite: Suite, case: Case) -> Response | None:
    if suite.reference is None:
        return reference_of(case)
    # What other people's function returns is known only when it is looked at.
    given = cast("Callable[[Case], object]", suite.reference)
    found = given(case)
    if found is None or isinstance(found, Response):
        return found
    raise UsageError(
        f"the reference of suite {suite.name!r} returned {found!r:.80} for case {case.id!r}; "
        "return a Response, or None where the case has no right answer"
    )
