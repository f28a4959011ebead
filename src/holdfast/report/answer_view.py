"""Answer view: what one side did in one trial, as ready strings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.dataset import Case
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.metric import Failure, Score
from holdfast.metrics.relevance import read_grades
from holdfast.record import CaseRecord, TrialRecord
from holdfast.report.untrusted import as_text, one_line

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = [
    "AnswerContext",
    "AnswerView",
    "PassageView",
    "answer_view",
    "output_of",
    "relevant_passages",
    "score_in_words",
]

_REASON = 600
_PASSAGES = 10
_TOOL_CALLS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageView:
    """One retrieved passage."""

    id: str
    score: str
    text: str
    relevant: bool
    """The case's expected value names it with a grade above zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """What one side did in one trial."""

    output: "Markup"
    note: str
    """What was cut from the output."""
    absence: str
    """What is said where there is no output."""
    failure: str
    """Why there is no output."""
    tool_calls: tuple[str, ...]
    passages: tuple[PassageView, ...]
    more: str
    """Says how many tool calls and passages are not listed."""
    reasons: tuple[tuple[str, str], ...]
    """Metric, and score with its reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerContext:
    """What a view of an answer needs to know besides the answer."""

    scales: Mapping[str, Scale]
    """How scores are written, by metric."""
    relevant: frozenset[str]
    """Ids of the passages that answer the case."""


def answer_view(
    trial: TrialRecord, output: "Markup", *, note: str, context: AnswerContext
) -> AnswerView:
    """One trial of one side; `output` is its escaped text and `note` says what was cut from it."""
    response, failure = trial.response, trial.failure
    calls = response.tool_calls if response else ()
    passages = response.passages if response else ()
    hidden = max(0, len(calls) - _TOOL_CALLS) + max(0, len(passages) - _PASSAGES)
    return AnswerView(
        output=output,
        note=note,
        absence="the answer has no text" if response else "the answer was not recorded",
        failure="" if failure is None else _failure(failure),
        tool_calls=tuple(
            one_line(f"{call.name}({as_text(call.arguments)})", 500) for call in calls[:_TOOL_CALLS]
        ),
        passages=tuple(
            PassageView(
                id=one_line(passage.id, 120),
                score="" if passage.score is None else f"{passage.score:.3g}",
                text=one_line(passage.text, 240),
                relevant=passage.id in context.relevant,
            )
            for passage in passages[:_PASSAGES]
        ),
        more=f"{numbers.count(hidden)} more not shown." if hidden else "",
        reasons=_reasons(trial, context),
    )


def score_in_words(scales: Mapping[str, Scale], metric: str, value: float | None) -> str:
    """One score of one metric, or that there is none."""
    return "no score" if value is None else scales.get(metric, Scale()).score(value)


def output_of(trial: TrialRecord | None) -> str:
    """What the system said, as text: its words, then its structured answer."""
    if trial is None or trial.response is None:
        return ""
    response = trial.response
    parts = [response.text] if response.text else []
    if response.data is not None:
        parts.append(as_text(response.data))
    if response.abstained:
        parts.append("(the system abstained)")
    return "\n".join(parts)


def relevant_passages(case: CaseRecord) -> frozenset[str]:
    """Ids of the passages that answer the case, as its dataset says."""
    grades = read_grades(Case(id=case.id, input=None, expected=case.expected))
    if isinstance(grades, Failure):
        return frozenset()
    return frozenset(identity for identity, grade in grades.items() if grade > 0)


def _reasons(trial: TrialRecord, context: AnswerContext) -> tuple[tuple[str, str], ...]:
    reasons: list[tuple[str, str]] = []
    for metric, outcome in trial.scores.items():
        if isinstance(outcome, Score):
            why = f": {one_line(outcome.why, _REASON)}" if outcome.why else ""
            text = f"{score_in_words(context.scales, metric, outcome.value)}{why}"
        else:
            text = _failure(outcome)
        reasons.append((one_line(metric, 120), text))
    return tuple(reasons)


def _failure(failure: Failure) -> str:
    return f"{failure.stage} failure: {one_line(failure.error, _REASON)}"
