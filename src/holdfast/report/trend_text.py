"""Trend in a terminal: a line of blocks for each metric, with marks under it."""

import textwrap
from collections.abc import Iterator, Sequence
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
from holdfast.report.untrusted import no_command, one_line

__all__ = ["mark_of", "render_trend", "told"]

_BLOCKS = "▁▂▃▄▅▆▇█"
_LEGEND = "! confirmed change, ? possible change, ~ slow drift, | the numbers start anew"
_SHOWN = 8


def told(course: Course, since: datetime | None) -> tuple[Movement, ...]:
    """The movements that ended at or after a moment, all where there is none.

    The steps that make up a drift are left to the JSON form.
    """
    return tuple(
        movement
        for movement in course.movements
        if movement.doubt != "drift" and (since is None or movement.last.moment >= since)
    )


def mark_of(movement: Movement) -> str:
    """The character that stands for a movement."""
    if movement.kind == "drift":
        return "~"
    return "!" if movement.confirmed else "?"


def render_trend(
    courses: Sequence[Course], *, since: datetime | None = None, width: int = 100
) -> str:
    """A picture of each course with its sentences; only what happened `since` is drawn and told."""
    lines: list[str] = []
    title = ""
    for course in courses:
        name = f"{course.series.suite}/{course.series.system}"
        if name != title:
            lines += ["", f"history of {one_line(name, 200)}"]
            title = name
        lines += _course(course, since, width=max(width, 40))
    if any(told(course, since) or len(course.series.segments) > 1 for course in courses):
        lines += ["", *_sentence(_LEGEND, width, indent="")]
    return "\n".join(no_command(line) for line in lines[1:]) + "\n"


def _course(course: Course, since: datetime | None, *, width: int) -> Iterator[str]:
    series = course.series
    points = series.points
    start = next((n for n, p in enumerate(points) if since is None or p.moment >= since), None)
    label = one_line(series.metric.label, 60)
    yield ""
    if start is None:
        yield f"  {label}: no run with a level{f' since {day(since)}' if since else ''}"
    else:
        values = [point.value for point in points[start:]]
        scale = scale_for(series)
        ends = f"{day(points[start].moment)} to {day(points[-1].moment)}"
        low, high = scale.score(min(values)), scale.score(max(values))
        # The lowest before the highest, whichever came first: no "to", which reads as a course.
        span = low if low == high else f"between {low} and {high}"
        text = f"{label}: {span}, {series.metric.better} is better, {ends}"
        yield from _sentence(text, width, indent="  ")
        yield from _picture(course, since, start=start, columns=min(len(values), width - 4))
    yield from _sentence(headline(course), width, indent="    ")
    movements = told(course, since)
    for movement in movements[-_SHOWN:]:
        text = f"{mark_of(movement)} {sentence_of(movement, series)}"
        yield from _sentence(text, width, indent="    ")
        yield from _sentence(causes_of(movement), width, indent="      ")
    if len(movements) > _SHOWN:
        yield f"    {len(movements) - _SHOWN} earlier ones are in the JSON form."
    for note in notes_of(course):
        yield from _sentence(f"note: {note}", width, indent="    ")


def _picture(course: Course, since: datetime | None, *, start: int, columns: int) -> Iterator[str]:
    points = course.series.points
    count = len(points) - start
    values = [point.value for point in points[start:]]
    low, high = min(values), max(values)
    blocks = ""
    for column in range(columns):
        part = values[column * count // columns : (column + 1) * count // columns]
        share = (sum(part) / len(part) - low) / (high - low) if high > low else 0.5
        blocks += _BLOCKS[min(int(share * len(_BLOCKS)), len(_BLOCKS) - 1)]
    yield f"    {blocks}"
    marks = _marks(course, since, start=start, columns=columns)
    if marks:
        yield f"    {marks}"


def _marks(course: Course, since: datetime | None, *, start: int, columns: int) -> str:
    """Marks under the blocks; the gravest stays where two meet."""
    count = len(course.series.points) - start
    cells = [" "] * columns

    def column(position: int) -> int:
        return min(columns - 1, max(0, (position - start) * columns // count))

    movements = told(course, since)
    for movement in sorted(movements, key=lambda found: "~?!".index(mark_of(found))):
        end = movement.before.end if movement.kind == "drift" else movement.index + 1
        for position in range(column(movement.index), column(end - 1) + 1):
            cells[position] = mark_of(movement)
    position = 0
    for segment in course.series.segments:
        if position > start:
            cells[column(position)] = "|"
        position += len(segment.points)
    return "".join(cells).rstrip()


def _sentence(text: str, width: int, *, indent: str) -> list[str]:
    return textwrap.wrap(
        one_line(text, 2_000), width, initial_indent=indent, subsequent_indent=f"{indent}  "
    )
