"""Chart: a course as a picture, with its levels, drifts, changes and breaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.history.course import Course, Movement, Stretch
from holdfast.history.sentences import day, headline, scale_for
from holdfast.history.series import Point
from holdfast.report.trend_text import mark_of
from holdfast.report.untrusted import one_line

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["trend_chart"]

_WIDTH, _HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 14, 22, 26


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where positions and levels stand in the picture."""

    start: int
    count: int
    low: float
    high: float

    def x(self, position: float) -> float:
        share = (position - self.start + 0.5) / self.count
        inside = min(max(share, 0.0), 1.0)
        return round(_LEFT + inside * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        spread = self.high - self.low
        share = (value - self.low) / spread if spread > 0 else 0.5
        inside = min(max(share, -0.06), 1.06)
        return round(_HEIGHT - _BOTTOM - inside * (_HEIGHT - _TOP - _BOTTOM), 1)


def trend_chart(course: Course, movements: Sequence[Movement], *, start: int, key: str) -> "Markup":
    """The runs of a course from the position `start` on as SVG with its text alternative."""
    from markupsafe import Markup

    points = course.series.points
    values = [point.value for point in points[start:]]
    frame = _Frame(start=start, count=len(values), low=min(values), high=max(values))
    body = Markup("").join(
        [
            *_axes(course, frame),
            *_breaks(course, frame),
            *(_stretch(stretch, frame) for stretch in _levels(course) if stretch.end > start),
            *(_movement(movement, frame) for movement in movements),
            *(
                _dot(point, frame.x(start + number), frame.y(point.value), course=course)
                for number, point in enumerate(points[start:])
            ),
        ]
    )
    title = f"{one_line(course.series.metric.label, 200)} over {len(values)} runs"
    # The picture holds numbers alone; words go in through escaping.
    picture = (
        f'<svg class="trend" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">%s</title>'
        f'<desc id="{key}-desc">%s</desc>%s</svg>'
    )
    return Markup(picture) % (title, one_line(headline(course), 1_000), body)  # noqa: S704 - arguments are escaped


def _axes(course: Course, frame: _Frame) -> Iterator["Markup"]:
    points = course.series.points
    scale = scale_for(course.series)
    levels = [frame.high, frame.low] if frame.high > frame.low else [frame.high]
    for value in levels:
        y = frame.y(value)
        yield _line("grid", _LEFT, y, x2=_WIDTH - _RIGHT, y2=y)
        yield _text(_LEFT - 8, y + 4, scale.score(value), anchor="end")
    bottom = _HEIGHT - 6
    yield _text(_LEFT, bottom, day(points[frame.start].moment), anchor="start")
    if frame.count > 1:
        yield _text(_WIDTH - _RIGHT, bottom, day(points[-1].moment), anchor="end")


def _breaks(course: Course, frame: _Frame) -> Iterator["Markup"]:
    position = 0
    for segment in course.series.segments:
        if position > frame.start:
            x = frame.x(position - 0.5)
            yield _line("break", x, _TOP - 8, x2=x, y2=_HEIGHT - _BOTTOM)
            yield _text(x, 10, "starts anew", anchor="middle")
        position += len(segment.points)


def _levels(course: Course) -> list[Stretch]:
    """The stretches that have a level, which a drift has not."""
    drifts = [movement.before for movement in course.movements if movement.kind == "drift"]
    return [
        stretch
        for stretch in course.stretches
        if not any(found.start <= stretch.start < found.end for found in drifts)
    ]


def _stretch(stretch: Stretch, frame: _Frame) -> "Markup":
    from markupsafe import Markup

    left, right = frame.x(stretch.start - 0.5), frame.x(stretch.end - 0.5)
    level = stretch.level
    shapes = _line("level", left, frame.y(level.estimate), x2=right, y2=frame.y(level.estimate))
    if level.high - level.low < float("inf"):
        top, bottom = frame.y(level.high), frame.y(level.low)
        band = (
            f'<rect class="band" x="{left}" y="{top}" width="{round(right - left, 1)}" '
            f'height="{round(bottom - top, 1)}"/>'
        )
        return Markup(band) + shapes  # noqa: S704 - numbers alone
    return shapes


def _movement(movement: Movement, frame: _Frame) -> "Markup":
    tone = ("bad" if movement.worse else "good") if movement.confirmed else "doubt"
    if movement.slope is not None:
        stretch = movement.before
        middle = stretch.level.estimate
        half = movement.size / 2
        ends = frame.x(stretch.start), frame.x(stretch.end - 1)
        return _line(
            f"slope tone-{tone}",
            ends[0],
            frame.y(middle - half),
            x2=ends[1],
            y2=frame.y(middle + half),
        )
    x = frame.x(movement.index - 0.5)
    return _line(f"change tone-{tone}", x, _TOP - 6, x2=x, y2=_HEIGHT - _BOTTOM) + _text(
        x, 10, mark_of(movement), anchor="middle"
    )


def _dot(point: Point, x: float, y: float, *, course: Course) -> "Markup":
    from markupsafe import Markup

    words = f"{point.run.id}, {day(point.moment)}: {scale_for(course.series).score(point.value)}"
    circle = f'<g><title>%s</title><circle class="run" cx="{x}" cy="{y}" r="3"/></g>'
    return Markup(circle) % one_line(words, 200)  # noqa: S704 - the argument is escaped


def _line(name: str, x1: float, y1: float, *, x2: float, y2: float) -> "Markup":
    from markupsafe import Markup

    shape = f'<line class="{name}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
    return Markup(shape)  # noqa: S704 - numbers and constant words


def _text(x: float, y: float, words: str, *, anchor: str) -> "Markup":
    from markupsafe import Markup

    place = f'<text x="{x}" y="{y}" text-anchor="{anchor}">%s</text>'
    return Markup(place) % words  # noqa: S704 - the argument is escaped
