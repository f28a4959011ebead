"""Past: the runs of one system in one suite, as a row of the index and as a page of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from holdfast.history.course import Course, course_of
from holdfast.history.sentences import headline
from holdfast.history.series import Segment, Series, series_of
from holdfast.history.summary import Summary
from holdfast.judging import numbers
from holdfast.record import Run
from holdfast.report.charts.drawing import Chart
from holdfast.report.charts.spark import spark_chart
from holdfast.report.charts.trend import Marks, marks_of
from holdfast.report.entry import IndexEntry, moment_of
from holdfast.report.matrix import main_of, word_of
from holdfast.report.origin import readable_time
from holdfast.report.places import history_file, link_to
from holdfast.report.untrusted import one_line
from holdfast.report.wording import Word

__all__ = ["ChipView", "Past", "PastView", "baseline_in_words", "chips_of", "past_view", "pasts_of"]

SHOWN = 20
"""Runs that a row of the index shows."""
_POINTS = 300
"""Runs in which changes are looked for on the site; `holdfast trend` looks at all of them."""
_UNJUDGED = Word("no verdict yet", "·", "mute")
_INCOMPLETE = Word("incomplete", "…", "mute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a store holds of one system in one suite."""

    suite: str
    system: str
    """Name of the system."""
    heads: tuple[Run, ...] = ()
    """Runs without cases and trials, newest first."""
    series: tuple[Series, ...] = ()
    """The newest levels of each metric."""
    baseline: Summary | None = None
    entries: tuple[IndexEntry, ...] = ()
    """Verdicts beside its own baseline."""

    def course(self, metric: str) -> Course | None:
        """What happened to a metric; None where no run has a level of it."""
        found = (series for series in self.series if series.metric.label == metric)
        return next((course_of(series) for series in found if series.points), None)

    def marks(self, course: Course) -> Marks:
        """Where its baselines stand in a course."""
        accepted = {entry.baseline for entry in self.entries}
        return marks_of(course, baseline=self.baseline, accepted=accepted)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Labels with a level, the one that decided the newest verdict first."""
        labels = [series.metric.label for series in self.series if series.points]
        newest = max(self.entries, key=lambda entry: entry.moment, default=None)
        main = None if newest is None else main_of(newest)
        first = [] if main is None else [label for label in labels if label == main.metric]
        return tuple(dict.fromkeys((*first, *labels)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipView:
    """One run in a row of runs."""

    state: Word
    href: str
    """The verdict's page; empty where there is none."""
    run: str
    when: str
    baseline: bool
    """It is the accepted baseline."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastView:
    """A row of the index."""

    suite: str
    system: str
    href: str
    metric: str
    chart: Chart | None
    headline: str
    baseline: str
    chips: tuple[ChipView, ...]
    more: str
    """How many runs are on the page of its history alone; empty where there are none."""


def pasts_of(
    summaries: Iterable[Summary], baselines: Iterable[Summary], entries: Iterable[IndexEntry]
) -> tuple[Past, ...]:
    """One past for each suite and system that has a run, a baseline or a verdict, sorted."""
    groups: dict[tuple[str, str], list[Summary]] = {}
    for summary in summaries:
        groups.setdefault((summary.head.suite, summary.head.system.name), []).append(summary)
    accepted = {(one.head.suite, one.head.system.name): one for one in baselines}
    said: dict[tuple[str, str], list[IndexEntry]] = {}
    for entry in entries:
        if not entry.beside:
            said.setdefault(entry.gate[:2], []).append(entry)
    found: list[Past] = []
    for suite, system in sorted({*groups, *accepted, *said}):
        own = groups.get((suite, system), [])
        heads = sorted((one.head for one in own), key=_order, reverse=True)
        found.append(
            Past(
                suite=suite,
                system=system,
                heads=tuple(heads),
                series=tuple(_newest(series) for series in series_of(own)),
                baseline=accepted.get((suite, system)),
                entries=tuple(said.get((suite, system), ())),
            )
        )
    return tuple(found)


def _order(head: Run) -> tuple[float, str]:
    return (moment_of(head.provenance.started).timestamp(), head.id)


def _newest(series: Series) -> Series:
    """The series from its newest points on, for looking at each pair of runs takes its time."""
    surplus = len(series.points) - _POINTS
    kept: list[Segment] = []
    for segment in series.segments:
        points = segment.points[max(0, surplus) :]
        surplus -= len(segment.points)
        if points:
            kept.append(replace(segment, points=points))
    return replace(series, segments=tuple(kept))


def past_view(past: Past, *, key: str) -> PastView:
    """The past as a row of the index."""
    metric = next(iter(past.metrics), None)
    course = None if metric is None else past.course(metric)
    chips = chips_of(past)
    more = len(chips) - SHOWN
    return PastView(
        suite=one_line(past.suite, 200),
        system=one_line(past.system, 200),
        href=link_to(history_file(past.suite, past.system)),
        metric="" if metric is None else one_line(metric, 120),
        chart=None
        if course is None or len(course.series.points) < 2
        else spark_chart(course, past.marks(course), key=key),
        headline="" if course is None else one_line(headline(course), 600),
        baseline=baseline_in_words(past),
        chips=chips[:SHOWN],
        more=f"and {numbers.plural(more, 'earlier run')}" if more > 0 else "",
    )


def baseline_in_words(past: Past) -> str:
    """Which run is accepted: id, time, size and commit."""
    if past.baseline is None:
        return "No baseline is accepted yet."
    head = past.baseline.head
    time = readable_time(head.provenance.started)
    size = (
        f"{numbers.plural(past.baseline.cases, 'case')} × {numbers.plural(head.repeats, 'trial')}"
    )
    commit = one_line((head.provenance.git_commit or "")[:7], 7)
    known = f", commit {commit}" if commit else ""
    return f"Baseline {one_line(head.id, 120)}{f' of {time}' if time else ''}, {size}{known}."


def chips_of(past: Past, *, start: str = "") -> tuple[ChipView, ...]:
    """All runs newest first, linked as from the page `start`.

    They are those of the store, and runs that are gone but have a verdict.
    """
    entries: dict[str, IndexEntry] = {}
    for entry in sorted(past.entries, key=lambda entry: entry.moment):
        entries[entry.run] = entry
    accepted = "" if past.baseline is None else past.baseline.head.id.partition("+")[0]
    moments: Mapping[str, float] = {
        **{head.id: _order(head)[0] for head in past.heads},
        **{run: entry.moment.timestamp() for run, entry in entries.items()},
    }
    heads = {head.id: head for head in past.heads}
    ordered = sorted(moments, key=lambda run: (moments[run], run), reverse=True)
    return tuple(
        _chip(heads.get(run), entries.get(run), accepted=run == accepted != "", start=start)
        for run in ordered
    )


def _chip(head: Run | None, entry: IndexEntry | None, *, accepted: bool, start: str) -> ChipView:
    if entry is not None:
        return ChipView(
            state=word_of(entry),
            href="../" * start.count("/") + entry.href if entry.href else "",
            run=one_line(entry.run or entry.system, 120),
            when=readable_time(entry.started),
            baseline=accepted,
            sentence=one_line(entry.sentence, 300),
        )
    known = head.provenance.started if head is not None else ""
    return ChipView(
        state=_UNJUDGED if head is None or head.complete else _INCOMPLETE,
        href="",
        run="" if head is None else one_line(head.id, 120),
        when=readable_time(known),
        baseline=accepted,
        sentence="",
    )
