"""Spark: the course of one metric as a small picture beside its words."""

from typing import Any

from holdfast.history.course import Course
from holdfast.history.sentences import headline
from holdfast.report.charts.drawing import COLORS, Chart, drawn, library
from holdfast.report.charts.trend import Marks
from holdfast.report.trend_text import told
from holdfast.report.untrusted import one_line

__all__ = ["spark_chart"]

_WIDTH, _HEIGHT = 240, 48
_MOST = 120
"""Runs that a small picture shows, the newest."""


def spark_chart(course: Course, marks: Marks, *, key: str) -> Chart:
    """The newest runs: a line, its confirmed changes and drifts, and the accepted baseline."""
    count = len(course.series.points)
    said = f"{headline(course)} {marks.sentence}".strip()
    return drawn(
        _plot(course, marks, start=max(0, count - _MOST)),
        key=key,
        title=f"{one_line(course.series.metric.label, 200)} over {min(count, _MOST)} runs",
        description=one_line(said, 1_000),
    )


def _plot(course: Course, marks: Marks, *, start: int) -> Any:
    lp = library()
    points = course.series.points
    values = [point.value for point in points[start:]]
    levels = [*values, *([] if marks.level is None else [marks.level])]
    low, high = min(levels), max(levels)
    room = 0.3 * ((high - low) or 1.0)
    plot = lp.ggplot()
    if marks.level is not None:
        plot += lp.geom_hline(
            yintercept=marks.level, color=COLORS["calm"], linetype="dashed", size=0.7
        )
    for movement in told(course, None):
        if movement.confirmed and movement.kind == "change" and movement.index > start:
            tone = "bad" if movement.worse else "good"
            plot += lp.geom_vline(xintercept=movement.index - 0.5, color=COLORS[tone], size=1)
    position = 0
    for segment in course.series.segments:
        own = [
            (float(n), point.value)
            for n, point in enumerate(segment.points, start=position)
            if n >= start
        ]
        if len(own) > 1:
            data = {"run": [run for run, _ in own], "level": [value for _, value in own]}
            plot += lp.geom_line(
                lp.aes(x="run", y="level"), data=data, color=COLORS["muted"], size=1
            )
        position += len(segment.points)
    plot += _dots([len(points) - 1], course, color="ink", shape=19, size=3.0)
    accepted = [place for place in marks.places if place >= start]
    if accepted:
        plot += _dots(accepted, course, color="calm", shape=18, size=7)
    return (
        plot
        + lp.scale_x_continuous(limits=[start - 0.5, len(points) - 0.5], expand=[0.02, 0])
        + lp.scale_y_continuous(limits=[low - room, high + room], expand=[0, 0])
        + lp.ggsize(_WIDTH, _HEIGHT)
        + lp.theme_void()
        + lp.theme(plot_background=lp.element_blank(), plot_margin=[0, 0, 0, 0])
    )


def _dots(places: list[int], course: Course, *, color: str, shape: int, size: float) -> Any:
    lp = library()
    points = course.series.points
    data = {
        "run": [float(place) for place in places],
        "level": [points[place].value for place in places],
    }
    return lp.geom_point(
        lp.aes(x="run", y="level"), data=data, color=COLORS[color], shape=shape, size=size
    )
