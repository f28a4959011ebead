"""Sentences: a course as people read it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from holdfast.history.course import Course, Doubt, Movement, Stretch
from holdfast.history.series import Excluded, ExclusionKind, Series
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
    runs = numbers.plural(len(series.points), "run")
    confirmed = [movement for movement in course.movements if movement.confirmed]
    possible = len(course.movements) - len(confirmed)
    if not series.points:
        return "No run has a level to show."
    newest = course.stretches[-1]
    level = _level(newest, scale_for(series))
    doubt = f", {numbers.plural(possible, 'possible change')}" if possible else ""
    if not confirmed:
        return f"No confirmed change in {runs}{doubt}; level {level}."
    changes = sum(movement.kind == "change" for movement in confirmed)
    drifts = len(confirmed) - changes
    found = [numbers.plural(changes, "confirmed change")] if changes else []
    found += [numbers.plural(drifts, "slow drift")] if drifts else []
    return f"{' and '.join(found)} in {runs}{doubt}; the newest level is {level}."


def sentence_of(movement: Movement, series: Series) -> str:
    """What moved, between which runs, from where to where, and how sure that is."""
    scale = scale_for(series)
    verb = "rose" if movement.size > 0 else "fell"
    quality = "worse" if movement.worse else "better"
    size = scale.size(movement.size)
    if movement.slope is not None:
        low, high = sorted((movement.slope.low, movement.slope.high), key=abs)
        fine = replace(scale, decimals=scale.decimals + 2)
        return (
            f"Slow drift: {series.metric.label} {verb} by {size} ({quality}) over "
            f"{movement.before.runs} runs, from {_run(movement.first.run.id, movement)} on: "
            f"{fine.change(movement.slope.estimate)} a run, 95 % interval "
            f"{fine.interval(low, high)} (Mann-Kendall {numbers.p_value(movement.p)}). "
            "Neighbouring runs differ too little for a gate to see it."
        )
    lead = "Confirmed change" if movement.confirmed else "Possible change"
    return (
        f"{lead}: {series.metric.label} {verb} by {size} ({quality}) between "
        f"{movement.first.run.id} ({day(movement.first.moment)}) and {movement.last.run.id} "
        f"({day(movement.last.moment)}): {_level(movement.before, scale)} over "
        f"{numbers.plural(movement.before.runs, 'run')}, then {_level(movement.after, scale)} over "
        f"{numbers.plural(movement.after.runs, 'run')} (t-test {numbers.p_value(movement.p)})."
        f"{_doubt(movement)}"
    )


def _run(name: str, movement: Movement) -> str:
    return f"{name} ({day(movement.first.moment)})"


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
        f"{change.what} ({_short(change.baseline)} → {_short(change.candidate)})"
        for change in movement.causes[:_CAUSES]
    ]
    hidden = len(movement.causes) - len(shown)
    more = f", and {numbers.count(hidden)} more" if hidden else ""
    return f"What else changed there: {', '.join(shown)}{more}."


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


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
        since = "since the numbers start anew" if len(series.segments) > 1 else "so far"
        yield (
            f"There are {numbers.plural(newest, 'run')} {since}: a confirmed change needs "
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


def _level(stretch: Stretch, scale: Scale) -> str:
    level = stretch.level
    if not math.isfinite(level.high):
        return scale.score(level.estimate)
    return (
        f"{scale.score(level.estimate)} ({_plain(level.low, scale)} to {scale.score(level.high)})"
    )


def _plain(value: float, scale: Scale) -> str:
    return scale.score(value).removesuffix(scale.level) if scale.level else scale.score(value)


def day(moment: datetime) -> str:
    """The date of a moment, in the time zone that it was recorded in."""
    return f"{moment:%Y-%m-%d}"
