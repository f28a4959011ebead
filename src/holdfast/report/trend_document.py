"""Trend as JSON, for other programs."""

import math
from collections.abc import Sequence
from datetime import datetime

from holdfast.digest import Json
from holdfast.history.course import Course, Movement, Stretch
from holdfast.history.sentences import causes_of, headline, notes_of, sentence_of
from holdfast.stats.interval import Interval

__all__ = ["trend_as_json"]


def trend_as_json(courses: Sequence[Course], *, since: datetime | None = None) -> Json:
    """One object for each course: `suite`, `system`, `metric`, `runs`, `movements`, `notes`.

    Levels are in the metric's own units; a movement's `size` is positive where the level rose.
    `first` and `last` of a change are the runs between which it happened, those of a drift its
    first and last run. All runs are listed; `since` chooses among the movements.
    """
    return [_course(course, since) for course in courses]


def _course(course: Course, since: datetime | None) -> Json:
    series = course.series
    reasons = {segment.points[0].run.id: segment.reason for segment in series.segments}
    return {
        "suite": series.suite,
        "system": series.system,
        "metric": series.metric.label,
        "better": series.metric.better,
        "unit": series.metric.unit,
        "headline": headline(course),
        "runs": [
            {
                "id": point.run.id,
                "moment": point.moment.isoformat(),
                "value": point.value,
                "break": reasons.get(point.run.id, ""),
            }
            for point in series.points
        ],
        "left_out": [
            {"id": entry.run, "kind": entry.kind, "why": entry.why} for entry in series.excluded
        ],
        "stretches": [_stretch(stretch) for stretch in course.stretches],
        "movements": [
            _movement(movement, course)
            for movement in course.movements
            if since is None or movement.last.moment >= since
        ],
        "notes": list(notes_of(course)),
    }


def _stretch(stretch: Stretch) -> Json:
    return {"start": stretch.start, "end": stretch.end, "level": _interval(stretch.level)}


def _movement(movement: Movement, course: Course) -> Json:
    return {
        "kind": movement.kind,
        "confirmed": movement.confirmed,
        "doubt": movement.doubt,
        "first": movement.first.run.id,
        "last": movement.last.run.id,
        "index": movement.index,
        "size": movement.size,
        "worse": movement.worse,
        "p": movement.p,
        "before": _stretch(movement.before),
        "after": _stretch(movement.after),
        "slope": None if movement.slope is None else _interval(movement.slope),
        "sentence": sentence_of(movement, course.series),
        "causes": [
            {"what": change.what, "before": change.baseline, "after": change.candidate}
            for change in movement.causes
        ],
        "causes_in_words": causes_of(movement),
    }


def _interval(interval: Interval) -> Json:
    """An interval; bounds that nothing is known of are null."""
    ends = (interval.low, interval.estimate, interval.high)
    low, estimate, high = (end if math.isfinite(end) else None for end in ends)
    return {"low": low, "estimate": estimate, "high": high}
