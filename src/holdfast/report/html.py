"""HTML: the whole report as one offline file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.comparison import CaseState
from holdfast.gate import Finding, Verdict
from holdfast.judging import numbers
from holdfast.report.case_view import CaseView, case_views
from holdfast.report.changed import ORDER, Changed, changed_cases, doubt_of
from holdfast.report.forest import Axis, axis_for, forest_head, forest_row, place
from holdfast.report.origin import ChangeView, RunView, change_views, commands, run_view
from holdfast.report.page import render_page
from holdfast.report.rows import MetricRow, metric_rows
from holdfast.report.slice_rows import SliceRow, slice_heading, slice_rows
from holdfast.report.untrusted import one_line
from holdfast.report.wording import CASE_MEANING, CASES, Word, message_of, outcome_of

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["ReportView", "render_html", "report_view"]

_CASES_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotView:
    """A metric's row with its picture."""

    row: MetricRow
    picture: "Markup | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """The changed cases of one state: how many there are, and how many are shown."""

    state: Word
    meaning: str
    count: str
    hidden: str
    """Says how many are not shown; empty where all are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """Everything that the report's template says, as ready strings."""

    title: str
    outcome: Word
    sentence: str
    next_step: str
    calibration: str
    """What the suite is known to get wrong; empty where nobody measured it."""
    exit_code: str
    profile: str
    suite: str
    dataset: str
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    baseline: RunView
    candidate: RunView
    level: str
    axis: "Markup"
    plots: tuple[PlotView, ...]
    slices: tuple[SliceRow, ...]
    searched: str
    """How many slices were searched; empty where none was."""
    changed: str
    """How many cases changed and how many did not."""
    groups: tuple[GroupView, ...]
    cases: tuple[CaseView, ...]
    changes: tuple[ChangeView, ...]
    commands: tuple[str, ...]


def render_html(verdict: Verdict) -> str:
    """One HTML file with the verdict, its evidence and its origin; it loads nothing."""
    return render_page("report.html.j2", report_view(verdict))


def report_view(verdict: Verdict) -> ReportView:
    """The verdict as ready strings."""
    comparison = verdict.comparison
    changed = changed_cases(verdict)
    cases = case_views(verdict, changed.allotted(_CASES_SHOWN))
    axis = axis_for(verdict.findings)
    outcome = outcome_of(verdict)
    plots = _plots(verdict, axis)
    return ReportView(
        title=f"{outcome.text}: {one_line(comparison.suite, 120)}",
        outcome=outcome,
        sentence=one_line(message_of(verdict.sentence), 1_000),
        next_step=one_line(verdict.next_step, 1_000),
        calibration=_calibration(verdict),
        exit_code=str(verdict.exit_code),
        profile=one_line(verdict.profile, 60),
        suite=one_line(comparison.suite, 200),
        dataset=one_line(comparison.dataset, 200),
        problems=_sentences(verdict.problems),
        warnings=_sentences(verdict.warnings),
        baseline=run_view(comparison.baseline, arm="Baseline"),
        candidate=run_view(comparison.candidate, arm="Candidate"),
        level=next((plot.row.level for plot in plots if plot.row.level), ""),
        axis=forest_head(axis),
        plots=plots,
        slices=slice_rows(verdict),
        searched=slice_heading(verdict),
        changed=_changed_in_words(changed, verdict),
        groups=_groups(changed, cases),
        cases=cases,
        changes=change_views(verdict),
        commands=commands(verdict),
    )


def _calibration(verdict: Verdict) -> str:
    found = verdict.calibration
    return "" if found is None else one_line(found.sentence, 1_000)


def _sentences(texts: tuple[str, ...]) -> tuple[str, ...]:
    kept = [one_line(text, 1_000) for text in texts[:50]]
    if len(texts) > len(kept):
        kept.append(f"{numbers.count(len(texts) - len(kept))} more are in the JSON form.")
    return tuple(kept)


def _plots(verdict: Verdict, axis: Axis) -> tuple[PlotView, ...]:
    rows = metric_rows(verdict)
    return tuple(
        PlotView(row=row, picture=_picture(finding, row, axis=axis, key=f"plot-{number}"))
        for number, (finding, row) in enumerate(zip(verdict.findings, rows, strict=True), start=1)
    )


def _picture(finding: Finding, row: MetricRow, *, axis: Axis, key: str) -> "Markup | None":
    where = place(finding, axis=axis)
    return None if where is None else forest_row(row, where, key=key)


def _changed_in_words(changed: Changed, verdict: Verdict) -> str:
    some = numbers.plural(len(changed.cases), "case")
    same = numbers.plural(changed.unchanged, "case")
    text = f"{some} changed in a judged metric; {same} stayed the same (not listed)."
    return f"{text} {doubt_of(changed, verdict)}".rstrip()


def _groups(changed: Changed, cases: tuple[CaseView, ...]) -> tuple[GroupView, ...]:
    return tuple(
        _group(state, changed.counts[state], [view.state for view in cases].count(CASES[state]))
        for state in ORDER
        if changed.counts.get(state, 0)
    )


def _group(state: CaseState, total: int, shown: int) -> GroupView:
    hidden = total - shown
    return GroupView(
        state=CASES[state],
        meaning=CASE_MEANING[state],
        count=numbers.count(total),
        hidden=f"{numbers.count(hidden)} of {numbers.count(total)} {CASES[state].text} cases"
        if hidden
        else "",
    )
