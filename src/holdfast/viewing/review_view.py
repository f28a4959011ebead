"""Review view: one question of a blind review, as ready strings without a word of whose it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.judging import numbers
from holdfast.record import MetricRecord
from holdfast.report.untrusted import as_text, excerpt
from holdfast.reviewing.drawing import Item
from holdfast.reviewing.judgement import Kind
from holdfast.reviewing.review import Progress
from holdfast.system import Response

__all__ = [
    "PAIR_CHOICES",
    "ChoiceView",
    "Moment",
    "QuestionView",
    "choices_for",
    "progress_text",
    "question_view",
    "range_for",
]

_LONGEST = 200_000
_MOST_KEYS = 10
"""A grade is one digit, so that it has a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceView:
    """One thing that can be said."""

    value: str
    text: str
    key: str
    """As it is printed."""
    keys: str
    """As the browser names them, with a space between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """A piece of text with what was cut of it."""

    title: str
    text: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One answer."""

    title: str
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """Everything that the page of a question says."""

    title: str
    progress: str
    total: str
    done: str
    said: str
    question: str
    input: tuple[PartView, ...]
    expected: tuple[PartView, ...]
    hidden: bool
    """There is something expected that is not shown."""
    pair: bool
    answers: tuple[AnswerView, ...]
    ask: str
    choices: tuple[ChoiceView, ...]
    range: str
    """Between which scores a label may lie, where any may be given."""
    undo: bool
    fine: str


PAIR_CHOICES = (
    ChoiceView(value="first", text="A is better", key="1", keys="1 a"),
    ChoiceView(value="second", text="B is better", key="2", keys="2 b"),
    ChoiceView(value="tie", text="Equally good", key="0", keys="0 ="),
    ChoiceView(value="both_bad", text="Both are bad", key="x", keys="x"),
)


def choices_for(metric: MetricRecord | None) -> tuple[ChoiceView, ...]:
    """What can be said of one answer: its grades where the metric has few, else good and bad."""
    low, high = _bounds(metric)
    worst, best = (low, high) if metric is None or metric.better == "higher" else (high, low)
    width = high - low
    if (
        low.is_integer() and high.is_integer() and 1 < width < _MOST_KEYS and low >= 0 and high < 10
    ):  # a key is one digit
        grades = range(int(low), int(high) + 1)
        return tuple(
            ChoiceView(value=str(n), text=_grade(n, worst, best), key=str(n), keys=str(n))
            for n in grades
        )
    return (
        ChoiceView(value=repr(best), text="Good", key="1", keys="1"),
        ChoiceView(value=repr(worst), text="Bad", key="0", keys="0"),
    )


def _grade(number: int, worst: float, best: float) -> str:
    word = {worst: " (worst)", best: " (best)"}.get(float(number), "")
    return f"{number}{word}"


def _bounds(metric: MetricRecord | None) -> tuple[float, float]:
    low, high = (0.0, 1.0) if metric is None or metric.bounds is None else metric.bounds
    return float(low), float(high)


def range_for(metric: MetricRecord | None) -> str:
    """Between which scores a label may lie; empty where all of them have keys."""
    low, high = _bounds(metric)
    whole = len(choices_for(metric)) > 2  # more than good and bad
    return "" if whole or not math.isfinite(high - low) else f"{low:g} to {high:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """How a review stands when a question is asked."""

    number: int
    kind: Kind
    progress: Progress
    revealed: bool
    metric: MetricRecord | None
    said: str
    """What became of the last form; empty where there is nothing to say."""


def question_view(item: Item, moment: Moment) -> QuestionView:
    """One question: the input, one or two answers, and what can be said of them."""
    progress, metric = moment.progress, moment.metric
    pair = moment.kind == "pair"
    titles = ("Answer A", "Answer B") if pair else ("Answer",)
    expected = item.case.expected
    there = expected is not None
    place = f"{numbers.count(progress.done + 1)} of {numbers.count(progress.total)}"
    return QuestionView(
        title=f"{'Pair' if pair else 'Answer'} {place}",
        progress=progress_text(progress),
        total=str(progress.total),
        done=str(progress.done),
        said=moment.said,
        question=str(moment.number),
        input=_parts("", item.case.input),
        expected=_parts("", expected) if there and moment.revealed else (),
        hidden=there and not moment.revealed,
        pair=pair,
        answers=tuple(
            AnswerView(title=title, parts=_answer(trial.response))
            for title, trial in zip(titles, item.answers, strict=True)
        ),
        ask="Which answer is better?" if pair else _ask(metric),
        choices=PAIR_CHOICES if pair else choices_for(metric),
        range="" if pair else range_for(metric),
        undo=progress.done > 0,
        fine="Which system gave an answer is recorded and not shown; the order is drawn at random.",
    )


def progress_text(progress: Progress) -> str:
    """How far the review is, in words."""
    parts = [f"{numbers.count(progress.done)} of {numbers.count(progress.total)} answered"]
    if progress.skipped:
        parts.append(f"{numbers.count(progress.skipped)} of them skipped")
    if progress.ties:
        parts.append(
            f"{numbers.plural(progress.ties, 'pair')} of equal answers counted as ties without "
            "asking"
        )
    if progress.seconds is not None:
        parts.append(f"{numbers.duration(progress.seconds)} each on average")
    return "; ".join(parts) + "."


def _ask(metric: MetricRecord | None) -> str:
    if metric is None:
        return "How good is this answer?"
    return f"How well does this answer do in {metric.spec.name}?"


def _answer(response: Response | None) -> tuple[PartView, ...]:
    if response is None:
        return ()
    parts: list[PartView] = []
    if response.text or (response.data is None and not response.tool_calls):
        parts += _parts("", response.text or "(an empty answer)")
    if response.data is not None:
        parts += _parts("Data" if parts else "", response.data)
    calls: list[Json] = [
        {"tool": call.name, "arguments": dict(call.arguments)} for call in response.tool_calls
    ]
    if calls:
        parts += _parts("Tool calls", calls)
    if response.passages:
        texts = [f"{one.id}\n{one.text}".rstrip() for one in response.passages]
        parts += _parts("Passages", "\n\n".join(texts))
    if response.abstained:
        parts += _parts("", "(the system said that it cannot answer)")
    return tuple(parts)


def _parts(title: str, value: Json) -> tuple[PartView, ...]:
    shown = excerpt(_readable(value), _LONGEST)
    return (PartView(title=title, text=shown.text, note=shown.note),)


def _readable(value: Json) -> str:
    """A conversation as its turns, anything else as it is."""
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        turns = [
            f"{turn['role']}: {as_text(turn['content'])}"
            for turn in value
            if isinstance(turn, dict) and "role" in turn and "content" in turn
        ]
        if len(turns) == len(value):
            return "\n\n".join(turns)
    return as_text(value)
