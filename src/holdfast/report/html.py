"""HTML: the whole report as one offline file."""

from dataclasses import dataclass

from holdfast.comparison import CaseState
from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.changed import ORDER, Changed, changed_cases, doubt_of
from holdfast.report.charts.amounts import amounts_chart
from holdfast.report.charts.distribution import distribution_charts
from holdfast.report.charts.drawing import Chart
from holdfast.report.charts.forest import forest_chart
from holdfast.report.charts.looks import looks_chart
from holdfast.report.charts.paired import paired_charts
from holdfast.report.charts.seconds import quantiles_chart, seconds_chart
from holdfast.report.charts.slices import slices_chart
from holdfast.report.explorer import Explorer, explorer
from holdfast.report.origin import OriginView, RunView, origin_view, run_view
from holdfast.report.page import render_page
from holdfast.report.rows import MetricRow, metric_rows
from holdfast.report.slice_rows import SliceRow, slice_heading, slice_rows
from holdfast.report.untrusted import one_line
from holdfast.report.wording import CASE_MEANING, CASES, Word, message_of, outcome_of

__all__ = ["ReportView", "render_html", "report_view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """The changed cases of one state."""

    name: CaseState
    """The state as machines and addresses know it."""
    state: Word
    meaning: str
    count: str


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
    rows: tuple[MetricRow, ...]
    forest: Chart | None
    looks: Chart | None
    slice_map: Chart | None
    paired: tuple[Chart, ...]
    distributions: tuple[Chart, ...]
    consumption: tuple[Chart, ...]
    slices: tuple[SliceRow, ...]
    searched: str
    """How many slices were searched; empty where none was."""
    changed: str
    """How many cases changed and how many did not."""
    groups: tuple[GroupView, ...]
    cases: Explorer
    origin: OriginView


def render_html(verdict: Verdict, *, beside: str = "") -> str:
    """One HTML file with the verdict, its evidence and its origin; it loads nothing.

    Args:
        verdict: What was decided.
        beside: Name of a file next to the page that holds every case, for a comparison of more
            cases than a page can open.
    """
    return render_page("report.html.j2", report_view(verdict, beside=beside))


def report_view(verdict: Verdict, *, beside: str = "") -> ReportView:
    """The verdict as ready strings."""
    comparison = verdict.comparison
    changed = changed_cases(verdict)
    outcome = outcome_of(verdict)
    rows = metric_rows(verdict)
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
        level=next((row.level for row in rows if row.level), ""),
        rows=rows,
        forest=forest_chart(verdict),
        looks=looks_chart(verdict),
        slice_map=slices_chart(verdict),
        paired=paired_charts(verdict),
        distributions=distribution_charts(verdict),
        consumption=_consumption(verdict),
        slices=slice_rows(verdict),
        searched=slice_heading(verdict),
        changed=_changed_in_words(changed, verdict),
        groups=_groups(changed),
        cases=explorer(verdict, changed, beside=beside),
        origin=origin_view(verdict),
    )


def _calibration(verdict: Verdict) -> str:
    found = verdict.calibration
    return "" if found is None else one_line(found.sentence, 1_000)


def _sentences(texts: tuple[str, ...]) -> tuple[str, ...]:
    kept = [one_line(text, 1_000) for text in texts[:50]]
    if len(texts) > len(kept):
        kept.append(f"{numbers.count(len(texts) - len(kept))} more are in the JSON form.")
    return tuple(kept)


def _consumption(verdict: Verdict) -> tuple[Chart, ...]:
    charts = (seconds_chart(verdict), quantiles_chart(verdict), amounts_chart(verdict))
    return tuple(chart for chart in charts if chart is not None)


def _changed_in_words(changed: Changed, verdict: Verdict) -> str:
    some = numbers.plural(len(changed.cases), "case")
    same = numbers.plural(changed.unchanged, "case")
    text = f"{some} changed in a judged metric; {same} stayed the same."
    return f"{text} {doubt_of(changed, verdict)}".rstrip()


def _groups(changed: Changed) -> tuple[GroupView, ...]:
    return tuple(
        GroupView(
            name=state,
            state=CASES[state],
            meaning=CASE_MEANING[state],
            count=numbers.count(changed.counts[state]),
        )
        for state in ORDER
        if changed.counts.get(state, 0)
    )
