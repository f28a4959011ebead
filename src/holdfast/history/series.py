"""Series: the levels of one metric of one system in the order in which its answers were given."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.history.summary import Summary
from holdfast.record import MetricRecord, Run

__all__ = ["Excluded", "ExclusionKind", "Point", "Segment", "Series", "break_between", "series_of"]

ExclusionKind = Literal["incomplete", "repeated", "unscored", "undated"]

_SCORED_AGAIN = "scored again from "
_SHARE = 0.95
"""Share of the cases that must have a score, as in a comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One run of a series."""

    run: Run
    """The run without its cases and trials."""
    moment: datetime
    """When its answers were given."""
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """One run that is no point of a series, and why."""

    run: str
    kind: ExclusionKind
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Runs whose numbers can be compared: one dataset, one version of the metric."""

    points: tuple[Point, ...]
    reason: str
    """Why it does not go on with the segment before it; empty for the first."""

    @property
    def values(self) -> NDArray[np.float64]:
        """Levels in order; shape (points,)."""
        return np.array([point.value for point in self.points], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The history of one metric of one system."""

    suite: str
    system: str
    """Name of the system; its parameters may change along the way."""
    metric: MetricRecord
    """The metric as the newest run recorded it."""
    segments: tuple[Segment, ...]
    excluded: tuple[Excluded, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for segment in self.segments for point in segment.points)


def series_of(summaries: Iterable[Summary]) -> tuple[Series, ...]:
    """One series for each suite, system name and metric label, sorted by these three.

    A run that scored recorded answers again takes the place and the time of the run that gave the
    answers, so that a new version of a metric has a history as far back as answers are recorded.
    """
    groups: dict[tuple[str, str], list[Summary]] = {}
    for summary in summaries:
        groups.setdefault((summary.head.suite, summary.head.system.name), []).append(summary)
    found: list[Series] = []
    for _, group in sorted(groups.items()):
        dated, undated = _dated(_with_newest_scores(group))
        labels = sorted({metric.label for _, summary in dated for metric in summary.head.metrics})
        found += [_series(dated, label, undated) for label in labels]
    return tuple(found)


def _with_newest_scores(group: Sequence[Summary]) -> list[Summary]:
    by_id = {summary.head.id: summary for summary in group}
    placed = {
        name: summary for name, summary in by_id.items() if _source_of(summary, by_id) is None
    }
    for summary in sorted(group, key=lambda summary: summary.head.provenance.started):
        source = _source_of(summary, by_id)
        if source is None or not summary.head.complete:
            continue
        given = replace(summary.head.provenance, started=source.head.provenance.started)
        head = replace(summary.head, provenance=given)
        placed[source.head.id] = replace(summary, head=head, repeated=source.repeated)
    return list(placed.values())


def _source_of(summary: Summary, by_id: Mapping[str, Summary]) -> Summary | None:
    """The run whose answers were scored again; None where the run asked for its own."""
    source: Summary | None = None
    origin = summary.head.provenance.origin
    while origin.startswith(_SCORED_AGAIN):
        found = by_id.get(origin.removeprefix(_SCORED_AGAIN))
        if found is None or found is summary:
            break
        source, origin = found, found.head.provenance.origin
    return source


def _dated(
    group: Sequence[Summary],
) -> tuple[list[tuple[datetime, Summary]], tuple[Excluded, ...]]:
    """The summaries with the time of their answers in that order, and those without a time."""
    dated: list[tuple[datetime, Summary]] = []
    undated: list[Excluded] = []
    for summary in group:
        try:
            moment = datetime.fromisoformat(summary.head.provenance.started)
        except ValueError:
            why = "it does not say when it was made, so it has no place in time"
            undated.append(Excluded(run=summary.head.id, kind="undated", why=why))
            continue
        dated.append((moment if moment.tzinfo else moment.replace(tzinfo=UTC), summary))
    return sorted(dated, key=lambda pair: (pair[0], pair[1].head.id)), tuple(undated)


def _series(
    dated: Sequence[tuple[datetime, Summary]], label: str, undated: tuple[Excluded, ...]
) -> Series:
    segments: list[list[Point]] = []
    reasons: list[str] = []
    excluded = list(undated)
    for moment, summary in dated:
        if all(metric.label != label for metric in summary.head.metrics):
            continue
        value = _level(summary, label)
        if isinstance(value, Excluded):
            excluded.append(value)
            continue
        point = Point(run=summary.head, moment=moment, value=value)
        reason = break_between(segments[-1][-1].run, summary.head, label) if segments else ""
        if not segments or reason:
            segments.append([point])
            reasons.append(reason)
        elif summary.repeated and (source := _equal(segments[-1], value)):
            why = f"all its answers came from the cache, and repeat those of {source}"
            excluded.append(Excluded(run=summary.head.id, kind="repeated", why=why))
        else:
            segments[-1].append(point)
    newest = next(
        metric
        for _, summary in reversed(dated)
        for metric in summary.head.metrics
        if metric.label == label
    )
    return Series(
        suite=dated[0][1].head.suite,
        system=dated[0][1].head.system.name,
        metric=newest,
        segments=tuple(
            Segment(points=tuple(points), reason=reason)
            for points, reason in zip(segments, reasons, strict=True)
        ),
        excluded=tuple(excluded),
    )


def _level(summary: Summary, label: str) -> float | Excluded:
    run, level = summary.head.id, summary.levels.get(label)
    if not summary.head.complete:
        return Excluded(run=run, kind="incomplete", why="it is incomplete")
    if level is None or level.value is None:
        return Excluded(run=run, kind="unscored", why="it holds no score")
    if level.cases < _SHARE * summary.cases:
        why = f"only {level.cases} of its {summary.cases} cases have a score"
        return Excluded(run=run, kind="unscored", why=why)
    return level.value


def _equal(points: Sequence[Point], value: float) -> str:
    """Id of the earlier run with the very same level; empty where there is none."""
    return next((point.run.id for point in reversed(points) if point.value == value), "")


def break_between(before: Run, after: Run, label: str) -> str:
    """Why the numbers of two runs cannot be compared, in words; empty where they can."""
    if before.dataset != after.dataset:
        return f"the dataset is {after.dataset!r} instead of {before.dataset!r}"
    if before.dataset_digest != after.dataset_digest:
        digests = f"{before.dataset_digest[:8]} to {after.dataset_digest[:8]}"
        return f"the dataset {after.dataset!r} changed (digest {digests})"
    old, new = _metric(before, label), _metric(after, label)
    if old.spec.digest != new.spec.digest:
        if old.spec.version != new.spec.version:
            return f"{label} is version {new.spec.version} instead of {old.spec.version}"
        parts = _artifacts(old, new)
        return f"what {label} depends on changed ({parts})" if parts else f"{label} changed"
    if (old.better, old.bounds) != (new.better, new.bounds):
        return f"{label} has another range or direction"
    return ""


def _artifacts(old: MetricRecord, new: MetricRecord) -> str:
    names = sorted({*old.spec.artifacts, *new.spec.artifacts})
    changed = [
        name for name in names if old.spec.artifacts.get(name) != new.spec.artifacts.get(name)
    ]
    return ", ".join(itertools.islice(changed, 5))


def _metric(run: Run, label: str) -> MetricRecord:
    return next(metric for metric in run.metrics if metric.label == label)
