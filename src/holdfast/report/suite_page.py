"""Suite page: the systems of one suite side by side, metric by metric."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.judging import numbers
from holdfast.report.charts.drawing import Chart
from holdfast.report.charts.systems import SystemBar, changes_chart, levels_chart
from holdfast.report.entry import IndexEntry, MetricEntry
from holdfast.report.matrix import Standing, latest, standing
from holdfast.report.naming import short_names, system_of
from holdfast.report.origin import readable_time
from holdfast.report.page import render_page
from holdfast.report.places import history_file, link_to, suite_file
from holdfast.report.untrusted import one_line
from holdfast.report.wording import Word

__all__ = ["render_suite_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowView:
    system: str
    label: str
    """The whole name with every setting."""
    beside: bool
    """Judged beside another system, and not its own baseline."""
    href: str
    """The verdict's page; empty where it is gone."""
    history: str
    """Page of its runs; empty where it is judged beside another system."""
    state: Word
    level: str
    baseline: str
    change: str
    interval: str
    margin: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _MetricView:
    metric: str
    role: str
    charts: tuple[Chart, ...]
    rows: tuple[_RowView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _SuiteView:
    title: str
    suite: str
    standing: Standing
    size: str
    metrics: tuple[_MetricView, ...]
    without: tuple[tuple[str, str], ...]
    """Systems whose newest verdict compared nothing, and what it said."""


def render_suite_page(suite: str, entries: Iterable[IndexEntry]) -> str:
    """One HTML file with every metric of every system of a suite, from the newest verdicts."""
    newest = [entry for entry in latest(entries) if entry.suite == suite]
    newest.sort(key=lambda entry: bool(entry.beside))
    labels = dict.fromkeys(metric.metric for entry in newest for metric in entry.metrics)
    title = one_line(suite, 200)
    systems = numbers.plural(len(newest), "system")
    view = _SuiteView(
        title=title,
        suite=title,
        standing=standing(newest),
        size=f"{systems}, {numbers.plural(len(labels), 'metric')}",
        metrics=tuple(
            _metric(label, newest, key=f"metric-{n}", start=suite_file(suite))
            for n, label in enumerate(labels, start=1)
        ),
        without=tuple(
            (system_of(entry), one_line(entry.sentence, 300))
            for entry in newest
            if not entry.metrics
        ),
    )
    return render_page("suite.html.j2", view, script="index.js", styles=("report.css", "site.css"))


def _metric(label: str, newest: Sequence[IndexEntry], *, key: str, start: str) -> _MetricView:
    measured = [
        (entry, metric) for entry in newest for metric in entry.metrics if metric.metric == label
    ]
    short = short_names(newest)
    bars = [SystemBar(system=short[entry.gate], metric=metric) for entry, metric in measured]
    drawings = (levels_chart(bars, key=f"{key}-level"), changes_chart(bars, key=f"{key}-change"))
    first = measured[0][1]
    role = f"{first.role}, {first.direction}" if first.direction else first.role
    return _MetricView(
        metric=label,
        role=role,
        charts=tuple(chart for chart in drawings if chart is not None),
        rows=tuple(
            _row(entry, metric, system=short[entry.gate], start=start) for entry, metric in measured
        ),
    )


def _row(entry: IndexEntry, metric: MetricEntry, *, system: str, start: str) -> _RowView:
    up = "../" * start.count("/")
    history = history_file(entry.suite, entry.name or entry.system)
    sure = f" ({metric.confidence})" if metric.confidence else ""
    return _RowView(
        system=system,
        label=system_of(entry),
        beside=bool(entry.beside),
        href=up + entry.href if entry.href else "",
        history="" if entry.beside else link_to(history, start=start),
        state=metric.shown,
        level=metric.level,
        baseline=metric.baseline,
        change=metric.change,
        interval=metric.interval + sure,
        margin=metric.margin or "none",
        when=readable_time(entry.started),
    )
