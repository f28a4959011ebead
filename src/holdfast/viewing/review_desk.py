"""Review desk: the pages of a blind review, and what their forms do."""

import math
import shlex
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from holdfast.errors import HoldfastError, UsageError
from holdfast.judging import numbers
from holdfast.record import MetricRecord
from holdfast.report.untrusted import one_line
from holdfast.reviewing.judgement import Choice
from holdfast.reviewing.review import Review
from holdfast.store import Header
from holdfast.viewing.exchange import Request, Response, redirect
from holdfast.viewing.pages import page
from holdfast.viewing.review_view import (
    Moment,
    choices_for,
    progress_text,
    question_view,
    range_for,
)

__all__ = ["Asked", "ReviewDesk"]

_ROOT = "../"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A review that was asked for."""

    review: Review
    metric: MetricRecord | None
    """On whose scale single answers are labelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndView:
    """What is said when every question is answered."""

    title: str
    progress: str
    file: str
    commands: str
    undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    """A run that can be chosen."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartView:
    """The form that begins a review."""

    title: str
    problem: str
    runs: tuple[OptionView, ...]


class ReviewDesk:
    """One review at a time; whoever begins another one leaves the first as it is on disk.

    Args:
        prepare: makes a review of what the form of the first page says.
        finished: the runs that can be chosen.
        asked: a review that was begun on the command line.
    """

    def __init__(
        self,
        prepare: Callable[[Mapping[str, str]], Asked],
        finished: Callable[[], list[Header]],
        *,
        asked: Asked | None = None,
    ) -> None:
        self._prepare = prepare
        self._finished = finished
        self._asked = asked
        self._said = ""
        self._lock = threading.Lock()

    def answer(self, request: Request, path: str) -> Response | None:
        """The page below `review/`, or None where there is none."""
        with self._lock:
            if request.method == "POST":
                if path == "begin":
                    return self._begin(request.form)
                if path == "say" and self._asked is not None:
                    self._said = self._say(self._asked, request.form)
                    return redirect("./")
                return None
            if path == "new":
                return self._start("")
            if path:
                return None
            return self._start("") if self._asked is None else self._question(self._asked)

    def _question(self, asked: Asked) -> Response:
        review = asked.review
        number = review.current()
        said, self._said = self._said, ""
        if number is None:
            return self._end(review)
        moment = Moment(
            number=number,
            kind=review.draw.plan.kind,
            progress=review.progress(),
            revealed=review.revealed(number),
            metric=asked.metric,
            said=said,
        )
        view = question_view(review.item(number), moment)
        found = page("review.html.j2", root=_ROOT, view=view)
        # With `no-referrer` a browser leaves the origin out of the forms that it sends.
        return Response(body=found.body, headers={"Referrer-Policy": "same-origin"})

    def _end(self, review: Review) -> Response:
        progress = review.progress()
        file = shlex.quote(str(review.file))
        commands = [f"holdfast review --summary {file}"]
        if review.draw.plan.kind == "answer":
            commands = [f"holdfast judge check CANDIDATE --against BASELINE --labels {file}"]
        view = EndView(
            title="Done",
            progress=progress_text(progress),
            file=one_line(str(review.file), 300),
            commands="\n".join(commands),
            undo=progress.done > 0,
        )
        found = page("review_end.html.j2", root=_ROOT, view=view)
        return Response(body=found.body, headers={"Referrer-Policy": "same-origin"})

    def _start(self, problem: str) -> Response:
        runs = tuple(
            OptionView(
                id=header.id,
                text=one_line(f"{header.suite} × {header.system}, {header.id}", 160),
            )
            for header in self._finished()
        )
        view = StartView(title="Review answers blind", problem=problem, runs=runs)
        found = page("review_start.html.j2", root=_ROOT, view=view)
        status = 400 if problem else 200
        return Response(body=found.body, status=status, headers={"Referrer-Policy": "same-origin"})

    def _begin(self, form: Mapping[str, str]) -> Response:
        try:
            self._asked = self._prepare(form)
        except HoldfastError as error:
            return self._start(one_line(str(error), 600))
        self._said = ""
        return redirect("./")

    def _say(self, asked: Asked, form: Mapping[str, str]) -> str:
        """Do what the form says; returns what the next page tells of it."""
        review, given = asked.review, form.get("choice", "")
        if given == "undo":
            return "The last answer is taken back." if review.undo() else "There is none to undo."
        number = form.get("question", "")
        if not number.isdecimal() or int(number) >= len(review.draw.items):
            return "That was no question of this review; nothing was recorded."
        if given == "reveal":
            review.reveal(int(number))
            return ""
        try:
            choice, label = _meant(asked, int(number), form)
        except UsageError as error:
            return str(error)
        kept = review.say(int(number), choice, label=label, note=form.get("note", ""))
        return "" if kept else "That question was answered already; nothing was recorded."


def _meant(asked: Asked, number: int, form: Mapping[str, str]) -> tuple[Choice, float | None]:
    """What a choice on the page means: places become arms, scores become numbers."""
    given = form.get("choice", "")
    review = asked.review
    if given == "skip":
        return "skip", None
    if review.draw.plan.kind == "answer":
        return "label", _label(asked.metric, given, form.get("score", ""))
    shown = review.item(number).shown
    by_place: dict[str, Choice] = {
        "first": shown[0].arm,
        "second": shown[-1].arm,
        "tie": "tie",
        "both_bad": "both_bad",
    }
    if given not in by_place:
        raise UsageError(f"{given!r:.40} is no choice; nothing was recorded.")
    return by_place[given], None


def _label(metric: MetricRecord | None, given: str, score: str) -> float:
    if given != "score":
        if given not in {choice.value for choice in choices_for(metric)}:
            raise UsageError(f"{given!r:.40} is no choice; nothing was recorded.")
        return float(given)
    allowed = range_for(metric)
    low, high = (0.0, 1.0) if metric is None or metric.bounds is None else metric.bounds
    try:
        value = float(score.replace(",", ".").replace(numbers.MINUS, "-"))
    except ValueError:
        value = math.nan
    if not allowed or not low <= value <= high:
        raise UsageError(f"{score!r:.40} is no score from {low:g} to {high:g}; nothing was kept.")
    return value
