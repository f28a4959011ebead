"""Course: what happened along a series, change by change, with what else changed there."""

from dataclasses import dataclass
from typing import Literal

from holdfast.comparing.differences import Change, changes_between
from holdfast.history.series import Point, Segment, Series
from holdfast.stats.change_points import ChangePoint
from holdfast.stats.interval import Interval
from holdfast.stats.trend import Slope, mean_interval, trend

__all__ = ["Course", "Doubt", "Movement", "Stretch", "course_of"]

Doubt = Literal["", "drift", "few_runs", "energy", "steps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Neighbouring runs on one level."""

    start: int
    """Position of the first run in the series."""
    end: int
    """Position after the last run."""
    level: Interval
    """Mean level between its 95 % bounds."""

    @property
    def runs(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One sudden change or slow drift of a series."""

    kind: Literal["change", "drift"]
    confirmed: bool
    doubt: Doubt
    """Why a change is only possible; empty where it is confirmed."""
    index: int
    """Position in the series of the first run after the change, or of the drift's first run."""
    first: Point
    """Last run that is surely before the change, or the drift's first run."""
    last: Point
    """First run that is surely after the change, or the drift's last run."""
    before: Stretch
    after: Stretch
    """The stretch after the change; a drift has one stretch, named twice."""
    size: float
    """By how much the level rose, in units of the score; negative where it fell."""
    worse: bool
    p: float
    slope: Interval | None
    """Rise from run to run where this is a drift, between its 95 % bounds."""
    causes: tuple[Change, ...]
    """Everything recorded that differs between `first` and `last`: candidates, not proof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A series with what happened along it."""

    series: Series
    stretches: tuple[Stretch, ...]
    """The whole series cut at its breaks and at its confirmed changes."""
    movements: tuple[Movement, ...]
    """In order of time."""


def course_of(series: Series) -> Course:
    """Changes and drifts of every segment of a series; segments share no evidence."""
    stretches: list[Stretch] = []
    movements: list[Movement] = []
    offset = 0
    for segment in series.segments:
        found = trend(segment.values)
        ends = [point.index for point in found.changes if point.confirmed]
        for start, end in zip([0, *ends], [*ends, len(segment.points)], strict=True):
            stretches.append(_stretch(segment, start, end, offset=offset))
        changes = [_change(series, segment, point, offset=offset) for point in found.changes]
        drifts = [_drift(series, segment, slope, offset=offset) for slope in found.drifts]
        movements += sorted((*changes, *drifts), key=lambda movement: movement.index)
        offset += len(segment.points)
    return Course(series=series, stretches=tuple(stretches), movements=tuple(movements))


def _stretch(segment: Segment, start: int, end: int, *, offset: int) -> Stretch:
    level = mean_interval(segment.values[start:end])
    return Stretch(start=offset + start, end=offset + end, level=level)


def _change(series: Series, segment: Segment, found: ChangePoint, *, offset: int) -> Movement:
    place = found.index
    before = _stretch(segment, place - found.before, place, offset=offset)
    after = _stretch(segment, place, place + found.after, offset=offset)
    first, last = segment.points[found.first - 1], segment.points[found.last]
    size = after.level.estimate - before.level.estimate
    return Movement(
        kind="change",
        confirmed=found.confirmed,
        doubt=_doubt(found),
        index=offset + place,
        first=first,
        last=last,
        before=before,
        after=after,
        size=size,
        worse=_is_worse(series, size),
        p=found.p,
        slope=None,
        causes=changes_between(first.run, last.run),
    )


def _doubt(found: ChangePoint) -> Doubt:
    if found.confirmed:
        return ""
    if found.drifting:
        return "drift"
    if found.support != "both":
        return found.support

    return "few_runs"


def _drift(series: Series, segment: Segment, found: Slope, *, offset: int) -> Movement:
    slope = found.drift
    stretch = _stretch(segment, found.start, found.end, offset=offset)
    first, last = segment.points[found.start], segment.points[found.end - 1]
    size = slope.slope * (stretch.runs - 1)
    return Movement(
        kind="drift",
        confirmed=True,
        doubt="",
        index=offset + found.start,
        first=first,
        last=last,
        before=stretch,
        after=stretch,
        size=size,
        worse=_is_worse(series, size),
        p=slope.p,
        slope=Interval(low=slope.low, estimate=slope.slope, high=slope.high),
        causes=changes_between(first.run, last.run),
    )


def _is_worse(series: Series, size: float) -> bool:
    return (size < 0) == (series.metric.better == "higher") and size != 0
