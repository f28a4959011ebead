"""Sentences: a course as people read it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from holdfast.comparing.differences import Change
from holdfast.history.course import Course, Doubt, Movement, Stretch
from holdfast.history.series import Excluded, ExclusionKind, Point, Series
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.stats.change_points import NEEDED

__all__ = ["causes_of", "day", "headline", "notes_of", "scale_for", "sentence_of"]

_CAUSES = 6
_UNITS = {"seconds": "s"}
_DOUBTS: dict[Doubt, str] = {
    "drift": "a steady drift describes these runs better",
    "energy": "only the energy statistic sees it, and the step fit does not",
    "steps": "only the step fit sees it, and the energy statistic does not",
}
_LEFT_OUT: dict[ExclusionKind, str] = {
    "incomplete": "incomplete",
    "repeated": "answered wholly from the cache, which repeats an earlier draw",
    "unscored": "without scores for 95 % of their cases",
    "undated": "without a time",
}


def scale_for(series: Series) -> Scale:
    """How the levels of a series are written: by what two of its runs may differ."""
    scale = numbers.score_scale(series.metric)
    if scale.factor != 1.0:
        return scale
    values = [point.value for point in series.points]
    spread = (max(values) - min(values)) / 10 if values else 0.0
    decimals = 2 if spread <= 0 else max(0, min(12, 1 - math.floor(math.log10(spread))))
    unit = _UNITS.get(series.metric.unit, series.metric.unit)
    shown = f"\N{NO-BREAK SPACE}{unit}" if unit else ""
    return replace(scale, decimals=decimals, level=shown, step=shown)


def headline(course: Course) -> str:
    """What happened to a metric, in one sentence."""
    series = course.series
    if not series.points:
        return "No run has a level to show."
    runs = numbers.plural(len(series.points), "run")
    confirmed = [movement for movement in course.movements if movement.confirmed]
    possible = sum(movement.doubt not in ("", "drift") for movement in course.movements)
    doubt = f", {numbers.plural(possible, 'possible change')}" if possible else ""
    if not confirmed:
        return f"No confirmed change in {runs}{doubt}; level {_newest(course)}."
    changes = sum(movement.kind == "change" for movement in confirmed)
    drifts = len(confirmed) - changes
    found = [numbers.plural(changes, "confirmed change")] if changes else []
    found += [numbers.plural(drifts, "slow drift")] if drifts else []
    return f"{' and '.join(found)} in {runs}{doubt}; the newest level is {_newest(course)}."


def _newest(course: Course) -> str:
    """Level of the newest stretch: its mean, or where its drift has led to."""
    stretch = course.stretches[-1]
    for movement in course.movements:
        if movement.kind == "drift" and movement.before.end == stretch.end:
            end = movement.before.level.estimate + movement.size / 2
            return f"about {scale_for(course.series).score(end)}"
    return _level(stretch, course.series)


def sentence_of(movement: Movement, series: Series) -> str:
    """What moved, between which runs, from where to where, and how sure that is."""
    scale = scale_for(series)
    verb = "rose" if movement.size > 0 else "fell"
    quality = "worse" if movement.worse else "better"
    what = f"{series.metric.label} {verb} by {scale.size(movement.size)} ({quality})"
    p, first, last = numbers.p_value(movement.p), _run(movement.first), _run(movement.last)
    if movement.slope is not None:
        fine = replace(scale, decimals=scale.decimals + 2)
        interval = fine.interval(movement.slope.low, movement.slope.high)
        return (
            f"Slow drift: {what} over {movement.before.runs} runs, from {first} to {last}: "
            f"{fine.change(movement.slope.estimate)} a run, 95 % interval {interval} "
            f"(Mann-Kendall {p}). Neighbouring runs differ too little for a gate to see it."
        )
    lead = "Confirmed change" if movement.confirmed else "Possible change"
    sides = [
        f"{_level(side, series)} over {numbers.plural(side.runs, 'run')}"
        for side in (movement.before, movement.after)
    ]
    return (
        f"{lead}: {what} between {first} and {last}: {sides[0]}, then {sides[1]} (t-test {p})."
        f"{_doubt(movement)}"
    )


def _run(point: Point) -> str:
    return f"{point.run.id} ({day(point.moment)})"


def _doubt(movement: Movement) -> str:
    if movement.confirmed:
        return ""
    if movement.doubt != "few_runs":
        return f" It is not confirmed: {_DOUBTS[movement.doubt]}."
    parts: list[str] = []
    for count, side in ((movement.before.runs, "before"), (movement.after.runs, "after")):
        if count < NEEDED:
            parts.append(f"{numbers.plural(count, 'run')} {side} it")
    return (
        f" It is not confirmed: with {' and '.join(parts)} it lacks the {NEEDED} on each side "
        "that a confirmed change needs."
    )


def causes_of(movement: Movement) -> str:
    """What else changed where the level moved, in one sentence."""
    if not movement.causes:
        return (
            "Nothing that is recorded changed there: look at what the system's spec does not "
            "name, such as a model that its provider replaced."
        )
    shown = [
        f"{change.what} ({_short(change.baseline, change)} → {_short(change.candidate, change)})"
        for change in movement.causes[:_CAUSES]
    ]
    hidden = len(movement.causes) - len(shown)
    more = f", and {numbers.count(hidden)} more" if hidden else ""
    return f"What else changed there: {', '.join(shown)}{more}."


def _short(text: str, change: Change) -> str:
    most = 12 if change.what == "git commit" else 40
    return text if len(text) <= most else f"{text[:most]}…"


def notes_of(course: Course) -> tuple[str, ...]:
    """What a reader must know of the runs before believing the picture."""
    return tuple(_notes(course))


def _notes(course: Course) -> Iterator[str]:
    series = course.series
    for segment in series.segments[1:]:
        start = segment.points[0]
        yield (
            f"The numbers start anew with {start.run.id} ({day(start.moment)}), because "
            f"{segment.reason}; nothing is compared across that."
        )
    left_out = _left_out(series.excluded)
    if left_out:
        yield left_out
    imported = sum(point.run.provenance.imported for point in series.points)
    if imported:
        yield (
            f"{numbers.plural(imported, 'run')} of {len(series.points)} came from score files, "
            "which do not say that all cases were measured."
        )
    newest = len(series.segments[-1].points) if series.segments else 0
    if 0 < newest < 2 * NEEDED:
        are = "is" if newest == 1 else "are"
        since = "since the numbers start anew" if len(series.segments) > 1 else "so far"
        yield (
            f"There {are} {numbers.plural(newest, 'run')} {since}: a confirmed change needs "
            f"{NEEDED} on each side, so none can be confirmed before the {2 * NEEDED}th."
        )
    if series.metric.unit == "seconds" and newest:
        yield (
            "Seconds of separate sessions also move with the machine and its load; only an "
            "interleaved comparison can tell these from the system."
        )


def _left_out(excluded: Sequence[Excluded]) -> str:
    if not excluded:
        return ""
    kinds: dict[ExclusionKind, list[Excluded]] = {}
    for entry in excluded:
        kinds.setdefault(entry.kind, []).append(entry)
    parts = [f"{numbers.count(len(found))} {_LEFT_OUT[kind]}" for kind, found in kinds.items()]
    verb = "is" if len(excluded) == 1 else "are"
    return f"{numbers.plural(len(excluded), 'run')} {verb} left out: {', '.join(parts)}."


def _level(stretch: Stretch, series: Series) -> str:
    scale, level = scale_for(series), stretch.level
    if not math.isfinite(level.high):
        return scale.score(level.estimate)
    least, most = series.metric.bounds or (-math.inf, math.inf)
    low, high = max(level.low, least), min(level.high, most)
    return f"{scale.score(level.estimate)} ({_plain(low, scale)} to {scale.score(high)})"


def _plain(value: float, scale: Scale) -> str:
    return scale.score(value).removesuffix(scale.level) if scale.level else scale.score(value)


def day(moment: datetime) -> str:
    """The date of a moment, in the time zone that it was recorded in."""
    return f"{moment:%Y-%m-%d}"
