"""History page: all runs of one system in one suite, with the trend of every metric."""

from dataclasses import dataclass

from holdfast.judging import numbers
from holdfast.report.page import render_page
from holdfast.report.past import ChipView, Past, baseline_in_words, chips_of
from holdfast.report.places import history_file, link_to, suite_file
from holdfast.report.trend_page import CourseView, course_view
from holdfast.report.untrusted import one_line

__all__ = ["render_history_page"]

_MOST = 1_000
"""Runs that the page lists, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _HistoryView:
    title: str
    suite: str
    system: str
    suite_page: str
    size: str
    baseline: str
    courses: tuple[CourseView, ...]
    runs: tuple[ChipView, ...]
    omitted: str


def render_history_page(past: Past) -> str:
    """One HTML file with the trend of each metric, its baselines, and a list of the runs."""
    start = history_file(past.suite, past.system)
    runs = chips_of(past, start=start)
    courses = [course for metric in past.metrics if (course := past.course(metric)) is not None]
    omitted = len(runs) - _MOST
    suite, system = one_line(past.suite, 200), one_line(past.system, 200)
    view = _HistoryView(
        title=f"{suite} × {system}",
        suite=suite,
        system=system,
        suite_page=link_to(suite_file(past.suite), start=start) if past.entries else "",
        size=f"{numbers.plural(len(runs), 'run')}, {numbers.plural(len(courses), 'metric')}",
        baseline=baseline_in_words(past),
        courses=tuple(
            course_view(course, None, key=f"trend-{n}", marks=past.marks(course))
            for n, course in enumerate(courses, start=1)
        ),
        runs=runs[:_MOST],
        omitted=f"{numbers.plural(omitted, 'earlier run')} of the store and its verdicts are not "
        "listed."
        if omitted > 0
        else "",
    )
    return render_page(
        "history.html.j2", view, script="index.js", styles=("report.css", "site.css")
    )
