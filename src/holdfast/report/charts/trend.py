"""Trend: a course over runs as a picture, with its levels, drifts, changes and breaks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.history.course import Course, Movement, Stretch
from holdfast.history.sentences import day, headline, scale_for
from holdfast.history.series import break_between
from holdfast.history.summary import Summary
from holdfast.report.charts.drawing import COLORS, Chart, drawn, label, library, plain_theme
from holdfast.report.trend_text import mark_of
from holdfast.report.untrusted import one_line

__all__ = ["Marks", "marks_of", "trend_chart"]

_WIDTH, _HEIGHT = 760, 230
_ACCEPTED = 18
"""Shape of a run that was accepted as a baseline: a diamond."""
_ROOM = 0.12
"""Room above the highest level for the words at changes, as a share of the range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Where the baselines of a course stand."""

    places: tuple[int, ...] = ()
    """Positions of the runs that were accepted as a baseline, now or earlier."""
    level: float | None = None
    """Level of the present baseline; None where there is none, or its numbers are no longer those
    of the newest runs."""
    sentence: str = ""
    """The same in words."""


def marks_of(course: Course, *, baseline: Summary | None, accepted: Collection[str] = ()) -> Marks:
    """Marks for the present baseline, and for runs known to have been one, by their ids."""
    present = "" if baseline is None else baseline.head.id.partition("+")[0]
    wanted = {present, *(run.partition("+")[0] for run in accepted)} - {""}
    points = course.series.points
    places = tuple(n for n, point in enumerate(points) if point.run.id in wanted)
    if baseline is None:
        return Marks(places=places)
    name = one_line(baseline.head.id, 200)
    found = baseline.levels.get(course.series.metric.label)
    if found is None or found.value is None or not points:
        return Marks(places=places, sentence=f"The baseline {name} has no level of it.")
    reason = break_between(baseline.head, points[-1].run, course.series.metric.label)
    if reason:
        said = f"The baseline {name} is not drawn, because {reason}."
        return Marks(places=places, sentence=one_line(said, 1_000))
    level = scale_for(course.series).score(found.value)
    said = f"The dashed line is the accepted baseline {name} at {level}."
    return Marks(places=places, level=found.value, sentence=said)


def trend_chart(
    course: Course,
    movements: Sequence[Movement],
    *,
    start: int,
    key: str,
    marks: Marks | None = None,
) -> Chart:
    """The runs of a course from the position `start` on, with its baselines marked."""
    count = len(course.series.points) - start
    marks = marks or Marks()
    return drawn(
        _plot(course, movements, start, marks),
        key=key,
        title=f"{one_line(course.series.metric.label, 200)} over {count} runs",
        description=one_line(f"{headline(course)} {marks.sentence}".strip(), 1_000),
    )


def _plot(course: Course, movements: Sequence[Movement], start: int, marks: Marks) -> Any:
    lp = library()

    points = course.series.points
    shown = points[start:]
    values = [point.value for point in shown]
    drawn_levels = [*values, *([] if marks.level is None else [marks.level])]
    low, high = min(drawn_levels), max(drawn_levels)
    top = high + _ROOM * ((high - low) or 1.0)
    dots = {
        "run": [float(start + number) for number in range(len(shown))],
        "level": values,
    }
    scale = scale_for(course.series)
    levels = sorted({low, high})
    ends = sorted({start, len(points) - 1})
    plot = lp.ggplot()
    for layer in (*_levels(course, start, low=low, high=top), *_marks(course, movements, start)):
        plot += layer
    for movement in movements:
        plot += _movement(movement, start=start, top=top)
    for layer in _baselines(course, marks, start):
        plot += layer
    return (
        plot
        + lp.geom_point(lp.aes(x="run", y="level"), data=dots, color=COLORS["ink"], size=2.5)
        + lp.scale_x_continuous(
            breaks=ends, labels=[label(day(points[end].moment)) for end in ends], expand=[0.02, 0]
        )
        + lp.scale_y_continuous(
            breaks=levels, labels=[label(scale.score(level)) for level in levels]
        )
        + lp.coord_cartesian(ylim=[low - (top - high), top + (top - high)])
        + lp.labs(x="", y="")
        + lp.ggsize(_WIDTH, _HEIGHT)
        + plain_theme(panel_grid_major_x=lp.element_blank(), plot_margin=[2, 44, 2, 2])
    )


def _baselines(course: Course, marks: Marks, start: int) -> list[Any]:
    """A dashed line at the accepted level, and diamonds on the runs that were accepted."""
    lp = library()

    layers: list[Any] = []
    if marks.level is not None:
        layers.append(
            lp.geom_hline(yintercept=marks.level, color=COLORS["calm"], linetype="dashed", size=1)
        )
    accepted = [place for place in marks.places if place >= start]
    if accepted:
        data = {
            "run": [float(place) for place in accepted],
            "level": [course.series.points[place].value for place in accepted],
        }
        layers.append(
            lp.geom_point(
                lp.aes(x="run", y="level"),
                data=data,
                color=COLORS["calm"],
                shape=_ACCEPTED,
                size=9,
            )
        )
    return layers


def _levels(course: Course, start: int, *, low: float, high: float) -> list[Any]:
    """A band and a line for each stretch that has a level, which a drift has not."""
    lp = library()

    drifts = [movement.before for movement in course.movements if movement.kind == "drift"]
    flat = [
        stretch
        for stretch in course.stretches
        if stretch.end > start
        and not any(found.start <= stretch.start < found.end for found in drifts)
    ]
    layers: list[Any] = []
    for stretch in flat:
        left, right, level = max(stretch.start, start) - 0.5, stretch.end - 0.5, stretch.level
        if level.high - level.low < float("inf"):
            layers.append(
                lp.geom_rect(
                    xmin=left,
                    xmax=right,
                    ymin=max(level.low, low - (high - low)),
                    ymax=min(level.high, high + (high - low)),
                    fill=COLORS["calm-soft"],
                    size=0,
                )
            )
        layers.append(_line(left, level.estimate, right, level.estimate, "calm"))
    return layers


def _marks(course: Course, movements: Sequence[Movement], start: int) -> list[Any]:
    """A dotted line wherever the numbers start anew."""
    lp = library()

    layers: list[Any] = []
    position = 0
    for segment in course.series.segments:
        if position > start:
            layers.append(
                lp.geom_vline(
                    xintercept=position - 0.5, color=COLORS["void"], linetype="dotted", size=1
                )
            )
        position += len(segment.points)
    return layers


def _movement(movement: Movement, *, start: int, top: float) -> Any:
    lp = library()

    tone = ("bad" if movement.worse else "good") if movement.confirmed else "doubt"
    stretch = movement.before
    if movement.slope is not None:
        return _slope(movement, stretch, tone)
    place = movement.index - 0.5
    return lp.geom_vline(xintercept=place, color=COLORS[tone], size=1.2) + lp.geom_text(
        x=place, y=top, label=label(mark_of(movement)), color=COLORS[tone], size=6.5
    )


def _slope(movement: Movement, stretch: Stretch, tone: str) -> Any:
    middle, half = stretch.level.estimate, movement.size / 2
    return _line(float(stretch.start), middle - half, float(stretch.end - 1), middle + half, tone)


def _line(x: float, y: float, xend: float, yend: float, tone: str) -> Any:
    lp = library()

    ends = {"x": [x], "y": [y], "xend": [xend], "yend": [yend]}
    aes = lp.aes(x="x", y="y", xend="xend", yend="yend")
    return lp.geom_segment(aes, data=ends, color=COLORS[tone], size=1.6)
