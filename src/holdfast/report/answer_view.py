"""Answer view: what one side did in one trial, as ready strings."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from holdfast.dataset import Case
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.metric import Failure, Score
from holdfast.metrics.relevance import read_grades
from holdfast.record import CaseRecord, TrialRecord
from holdfast.report.tree import Node, nodes
from holdfast.report.untrusted import as_text, one_line
from holdfast.report.waterfall import SpanView, step_time, waterfall
from holdfast.system import Passage, Response, ToolCall, Usage

__all__ = [
    "AnswerContext",
    "AnswerView",
    "PassageView",
    "ToolCallView",
    "answer_view",
    "output_of",
    "relevant_passages",
]

_PLAIN = Scale()
_NOTHING = Response()
_REASON = 600
_PASSAGES = 10
_TOOL_CALLS = 20
_TIMINGS = 12


class PassageView(NamedTuple):
    """One retrieved passage."""

    id: str
    score: str
    text: str
    relevant: bool
    """The case's expected value names it with a grade above zero."""


class ToolCallView(NamedTuple):
    """One call of a tool."""

    name: str
    arguments: tuple[Node, ...]
    result: str
    """What it gave back, cut where it is long; empty where nobody carried it out."""


class AnswerView(NamedTuple):
    """What one side did in one trial."""

    output: str
    """Its text; where words are marked, as HTML that is escaped already."""
    note: str
    """What was cut from the output."""
    absence: str
    """What is said where there is no output."""
    failure: str
    """Why there is no output."""
    tool_calls: tuple[ToolCallView, ...]
    passages: tuple[PassageView, ...]
    missed: tuple[str, ...]
    """Ids of passages that answer the case and were not retrieved."""
    more: str
    """Says how many tool calls, passages and steps are not listed."""
    usage: str
    """Time, tokens, calls and cost in words."""
    timings: tuple[tuple[str, str], ...]
    spans: tuple[SpanView, ...]
    reasons: tuple[tuple[str, str], ...]
    """Metric, and score with its reason; without one where the case's own score says the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerContext:
    """What a view of an answer needs to know besides the answer."""

    scales: Mapping[str, Scale]
    """How scores are written, by metric."""
    labels: Mapping[str, str]
    """How metrics are named, where they are known."""
    relevant: frozenset[str]
    """Ids of the passages that answer the case."""
    alone: bool
    """The case was tried once on each side: its scores are those of the trial."""
    written: dict[tuple[str, float], str] = field(default_factory=dict[tuple[str, float], str])
    """Scores that were written before: most cases have one of few."""

    def score(self, metric: str, value: float | None) -> str:
        """One score of one metric, or that there is none."""
        if value is None:
            return "no score"
        key = (metric, value)
        text = self.written.get(key)
        if text is None:
            text = self.written[key] = self.scales.get(metric, _PLAIN).score(value)
        return text


def answer_view(
    trial: TrialRecord, output: str, *, note: str, context: AnswerContext
) -> AnswerView:
    """One trial of one side; `output` is its text and `note` says what was cut from it."""
    response, failure = trial.response or _NOTHING, trial.failure
    calls, passages, spans = response.tool_calls, response.passages, waterfall(response.spans)
    return AnswerView(
        output=output,
        note=note,
        absence="the answer has no text" if trial.response else "the answer was not recorded",
        failure="" if failure is None else _failure(failure),
        tool_calls=tuple(map(_tool_call, calls[:_TOOL_CALLS])),
        passages=tuple([_passage(passage, context) for passage in passages[:_PASSAGES]]),
        missed=_missed(response, context),
        more=_more(response, spans),
        usage=_usage(trial, response.usage),
        timings=_timings(response),
        spans=spans,
        reasons=_reasons(trial, context),
    )


def _passage(passage: Passage, context: AnswerContext) -> PassageView:
    return PassageView(
        id=one_line(passage.id, 120),
        score="" if passage.score is None else f"{passage.score:.3g}",
        text=one_line(passage.text, 240),
        relevant=passage.id in context.relevant,
    )


def _timings(response: Response) -> tuple[tuple[str, str], ...]:
    if not response.timings:
        return ()
    first = itertools.islice(response.timings.items(), _TIMINGS)
    return tuple([(one_line(name, 60), step_time(seconds)) for name, seconds in first])


def _tool_call(call: ToolCall) -> ToolCallView:
    result = "" if call.result is None else one_line(call.result, _REASON)
    return ToolCallView(
        name=one_line(call.name, 120),
        arguments=nodes(dict(call.arguments)),
        result=f"failed: {result}" if call.failed else result,
    )


def _missed(response: Response, context: AnswerContext) -> tuple[str, ...]:
    """Only where something was retrieved: a system that retrieves nothing missed nothing."""
    if not response.passages or not context.relevant:
        return ()
    found = {passage.id for passage in response.passages}
    return tuple(one_line(key, 120) for key in sorted(context.relevant - found)[:_PASSAGES])


def _more(response: Response, spans: tuple[SpanView, ...]) -> str:
    if not (response.tool_calls or response.passages or response.spans or response.timings):
        return ""
    hidden = (
        (max(0, len(response.tool_calls) - _TOOL_CALLS), "tool call"),
        (max(0, len(response.passages) - _PASSAGES), "passage"),
        (len(response.spans) - len(spans), "step"),
        (max(0, len(response.timings) - _TIMINGS), "timing"),
    )
    said = [numbers.plural(number, f"more {noun}") for number, noun in hidden if number]
    return f"{', '.join(said)} not shown." if said else ""


def _usage(trial: TrialRecord, usage: Usage) -> str:
    parts = [step_time(trial.seconds)] if trial.seconds else []
    if usage.input_tokens or usage.output_tokens:
        parts.append(numbers.plural(usage.input_tokens, "input token"))
        parts.append(numbers.plural(usage.output_tokens, "output token"))
    if usage.calls > 1:
        parts.append(numbers.plural(usage.calls, "call"))
    if usage.cost:
        parts.append(f"{usage.cost:.6f}".rstrip("0").rstrip(".") + "\N{NO-BREAK SPACE}USD")
    if trial.attempts > 1:
        parts.append(numbers.plural(trial.attempts, "attempt"))
    if trial.cached:
        parts.append("from the cache")
    return ", ".join(parts)


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
            if context.alone and not outcome.why:
                continue
            why = f": {one_line(outcome.why, _REASON)}" if outcome.why else ""
            text = f"{context.score(metric, outcome.value)}{why}"
        else:
            text = _failure(outcome)
        reasons.append((context.labels.get(metric) or one_line(metric, 120), text))
    return tuple(reasons)


def _failure(failure: Failure) -> str:
    return f"{failure.stage} failure: {one_line(failure.error, _REASON)}"
