"""`holdfast trend`: what happened to each metric over all runs of the store."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, write_file
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.history.course import Course
    from holdfast.record import Run
    from holdfast.report.charts.trend import Marks

__all__ = ["command"]


@click.command(
    "trend",
    short_help="Show changes and slow drifts over all runs of a system.",
    epilog=examples(
        "holdfast trend",
        "holdfast trend triage/bot --metric accuracy",
        "holdfast trend triage --since 2026-03-01 --html trend.html",
    ),
)
@click.argument("name", metavar="[SUITE[/SYSTEM]]", default="")
@click.option("--metric", metavar="METRIC", help="Only this metric, such as accuracy.")
@click.option(
    "--since",
    type=click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    metavar="DATE",
    help="Tell only what happened since then; earlier runs still serve as evidence.",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a page with a chart of each metric.",
)
@click.option(
    "--fail-on-change",
    is_flag=True,
    help="Exit with 1 where a score got worse: a confirmed change, or a slow drift.",
)
@common
def command(  # one parameter for each option
    *,
    name: str,
    metric: str | None,
    since: datetime | None,
    html: Path | None,
    fail_on_change: bool,
    console: Console,
) -> int:
    """Show how each metric moved over the runs of the store, and where it changed.

    Two methods look for sudden changes, and a change is confirmed where both see it and 12 runs
    stand on each side; all others are possible. A slow drift is named even where no two runs differ
    enough for a gate. Numbers start anew where the dataset or the version of a metric changed.

    Runs that are incomplete, or that repeat answers from the cache, are no points of a trend. A
    trend informs: the exit code is 0 whatever it finds, unless --fail-on-change is given. Seconds
    never fail it, because another machine moves them too.
    """
    from holdfast.report.trend_document import trend_as_json
    from holdfast.report.trend_page import render_trend_page
    from holdfast.report.trend_text import render_trend, told

    moment = None if since is None else since.astimezone()
    courses, unreadable = _courses(console, name=name, metric=metric)
    for sentence in unreadable:
        click.echo(f"warning: {sentence}", err=True)
    if html is not None:
        marks = _marks(courses, console)
        write_file(html, render_trend_page(courses, since=moment, marks=marks))
    if courses:
        console.say(render_trend(courses, since=moment, width=console.width).rstrip())
    else:
        console.say(f"no runs in {console.project().store}; make some with: holdfast run")
    if html is not None:
        console.say(f"\nwrote {console.place(html)}")
    console.answer(trend_as_json(courses, since=moment))
    worse = any(
        movement.confirmed and movement.worse
        for course in courses
        if course.series.metric.unit != "seconds"
        for movement in told(course, moment)
    )
    return 1 if worse and fail_on_change else 0


def _marks(courses: "Sequence[Course]", console: Console) -> "list[Marks]":
    """Where the accepted baselines stand in each course."""
    from holdfast.history.archive import read_baselines
    from holdfast.report.charts.trend import marks_of

    accepted = {
        (summary.head.suite, summary.head.system.name): summary
        for summary in read_baselines(console.project().store).summaries
    }
    return [
        marks_of(course, baseline=accepted.get((course.series.suite, course.series.system)))
        for course in courses
    ]


def _courses(
    console: Console, *, name: str, metric: str | None
) -> "tuple[Sequence[Course], Sequence[str]]":
    from holdfast.config import did_you_mean, find_metric
    from holdfast.history.archive import read_archive
    from holdfast.history.course import course_of
    from holdfast.history.series import series_of

    seen: set[str] = set()

    def keep(head: "Run") -> bool:
        full = f"{head.suite}/{head.system.name}"
        seen.update((head.suite, full))
        return name in ("", head.suite, full)

    archive = read_archive(console.project().store, keep=keep)
    if name and name not in seen:
        raise UsageError(f"no run of {name!r}{did_you_mean(name, sorted(seen))}")
    found = series_of(archive.summaries)
    if metric is not None:
        labels = list(dict.fromkeys(series.metric.label for series in found))
        label = find_metric(metric, labels, where="--metric")
        found = tuple(series for series in found if series.metric.label == label)
    return [course_of(series) for series in found], archive.unreadable
