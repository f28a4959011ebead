"""Trend page: the courses of a store as one offline HTML file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.history.course import Course, Movement
from holdfast.history.sentences import (
    causes_of,
    day,
    headline,
    notes_of,
    scale_for,
    sentence_of,
)
from holdfast.judging import numbers
from holdfast.report.charts.drawing import Chart
from holdfast.report.charts.trend import Marks, trend_chart
from holdfast.report.page import render_page
from holdfast.report.trend_text import told
from holdfast.report.untrusted import one_line
from holdfast.report.wording import Tone, Word

__all__ = ["CourseView", "course_view", "render_trend_page"]

_RUNS_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _MovementView:
    state: Word
    sentence: str
    causes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseView:
    """One metric's course as ready strings."""

    title: str
    direction: str
    headline: str
    chart: Chart | None
    marks: str
    """Where the baseline stands; empty where nobody asked."""
    movements: tuple[_MovementView, ...]
    notes: tuple[str, ...]
    runs: tuple[tuple[str, str, str], ...]
    """Id, day and level of the newest runs, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrendView:
    title: str
    size: str
    courses: tuple[CourseView, ...]


def render_trend_page(
    courses: Sequence[Course],
    *,
    since: datetime | None = None,
    marks: Sequence[Marks] | None = None,
) -> str:
    """One HTML file with a chart of each course; only what happened `since` is drawn and told.

    Args:
        courses: What happened to each metric.
        since: The moment from which on runs are drawn.
        marks: Where the baselines of each course stand.
    """
    places = [Marks()] * len(courses) if marks is None else marks
    systems = {(course.series.suite, course.series.system) for course in courses}
    asked = f", since {day(since)}" if since else ""
    view = _TrendView(
        title="Trend",
        size=f"{numbers.plural(len(systems), 'system')}, "
        f"{numbers.plural(len(courses), 'metric')}{asked}",
        courses=tuple(
            course_view(course, since, key=f"trend-{number}", marks=own)
            for number, (course, own) in enumerate(zip(courses, places, strict=True), start=1)
        ),
    )
    return render_page("trend.html.j2", view)


def course_view(course: Course, since: datetime | None, *, key: str, marks: Marks) -> CourseView:
    """A course with its chart; `key` names the chart within its page."""
    series = course.series
    points = series.points
    start = next((n for n, p in enumerate(points) if since is None or p.moment >= since), None)
    movements = told(course, since)
    scale = scale_for(series)
    shown = () if start is None else points[start:][-_RUNS_SHOWN:]
    return CourseView(
        title=one_line(f"{series.suite}/{series.system}: {series.metric.label}", 400),
        direction=numbers.direction(series.metric.better),
        headline=one_line(headline(course), 1_000),
        chart=None
        if start is None
        else trend_chart(course, movements, start=start, key=key, marks=marks),
        marks=one_line(marks.sentence, 1_000),
        movements=tuple(
            _MovementView(
                state=_state(movement),
                sentence=one_line(sentence_of(movement, series), 2_000),
                causes=one_line(causes_of(movement), 2_000),
            )
            for movement in reversed(movements)
        ),
        notes=tuple(one_line(note, 1_000) for note in notes_of(course)),
        runs=tuple(
            (one_line(point.run.id, 200), day(point.moment), scale.score(point.value))
            for point in reversed(shown)
        ),
    )


def _state(movement: Movement) -> Word:
    if not movement.confirmed:
        return Word("possible change", "?", "doubt")
    tone: Tone = "bad" if movement.worse else "good"
    glyph = "▼" if movement.size < 0 else "▲"
    return Word("slow drift" if movement.kind == "drift" else "confirmed change", glyph, tone)
