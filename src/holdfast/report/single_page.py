"""Single page: the newest verdict of every gate in one file that can be sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.changed import ChangedCase, changed_cases, reason_of, subject_of, worst_cases
from holdfast.report.charts.drawing import Chart
from holdfast.report.charts.forest import forest_chart
from holdfast.report.entry import IndexEntry
from holdfast.report.matrix import MatrixView, Standing, latest, matrix_view, standing, system_of
from holdfast.report.origin import readable_time
from holdfast.report.page import render_page, render_part
from holdfast.report.rows import MetricRow, metric_rows
from holdfast.report.untrusted import as_text, excerpt, one_line
from holdfast.report.wording import CASES, Word, message_of, outcome_of

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["SINGLE_LIMIT", "render_single_page"]

SINGLE_LIMIT = 10_000_000
"""Largest size of the file in characters; mail servers refuse more than about twice that."""
_ROOM = 9_000_000
"""Characters that the verdicts share; style, matrix and frame have the rest."""
_CASES = 20
_TEXT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class _CaseView:
    state: Word
    id: str
    subject: str
    baseline: str
    candidate: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartView:
    key: str
    title: str
    outcome: Word
    sentence: str
    next_step: str
    runs: str
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    level: str
    forest: Chart | None
    rows: tuple[MetricRow, ...]
    cases: tuple[_CaseView, ...]
    omitted: str
    """How many cases that got worse are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _SingleView:
    title: str
    standing: Standing
    matrix: MatrixView
    parts: "tuple[Markup, ...]"
    left_out: str


def render_single_page(
    entries: Sequence[IndexEntry], verdict_for: Callable[[IndexEntry], Verdict]
) -> str:
    """One HTML file with the matrix and each gate's verdict, forest plot, metrics and worst cases.

    Args:
        entries: Verdicts of which the newest of each gate is shown.
        verdict_for: Gives the whole verdict of an entry; asked for one at a time.
    """
    newest = latest(entries)
    parts: list[Markup] = []
    whole, bare, size = 0, 0, 0
    shown: list[IndexEntry] = []
    for n, entry in enumerate(newest, start=1):
        verdict, key = verdict_for(entry), f"verdict-{n}"
        part = _rendered(verdict, entry, key=key, cases=_CASES)
        if size + len(part) > _ROOM:
            part = _rendered(verdict, entry, key=key, cases=0)
            bare += 1
        if size + len(part) > _ROOM:
            whole += 1
            bare -= 1
            shown.append(replace(entry, href=""))
            continue
        size += len(part)
        parts.append(part)
        shown.append(replace(entry, href=f"#{key}"))
    view = _SingleView(
        title="Evaluation reports",
        standing=standing(newest),
        matrix=matrix_view(shown),
        parts=tuple(parts),
        left_out=_left_out(bare, whole),
    )
    return render_page("single.html.j2", view, script="index.js", styles=("report.css", "site.css"))


def _left_out(bare: int, whole: int) -> str:
    text = (
        f"This file holds each gate's verdict, its metrics and at most {_CASES} of the cases that "
        f"got worse, with texts of at most {_TEXT} characters; the table of all cases, passing "
        "cases, slices and provenance are in the reports of the single gates."
    )
    if bare:
        many = numbers.plural(bare, "verdict")
        text += f" For want of room {many} stand here without cases."
    if whole:
        many = numbers.plural(whole, "verdict")
        text += f" For want of room {many} stand in the table of gates alone."
    return text


def _rendered(verdict: Verdict, entry: IndexEntry, *, key: str, cases: int) -> "Markup":
    return render_part("_part.html.j2", part=_part(verdict, entry, key=key, cases=cases))


def _part(verdict: Verdict, entry: IndexEntry, *, key: str, cases: int) -> _PartView:
    comparison, rows = verdict.comparison, metric_rows(verdict)
    changed = changed_cases(verdict)
    worst = worst_cases(changed, len(changed.cases))
    omitted = len(worst) - min(cases, len(worst))
    baseline, candidate = comparison.baseline, comparison.candidate
    when = readable_time(candidate.provenance.started)
    return _PartView(
        key=key,
        title=f"{one_line(comparison.suite, 120)} × {system_of(entry)}",
        outcome=outcome_of(verdict),
        sentence=one_line(message_of(verdict.sentence), 1_000),
        next_step=one_line(verdict.next_step, 1_000),
        runs=f"Run {one_line(candidate.id, 120)}{f' of {when}' if when else ''}, beside "
        f"{one_line(baseline.id, 120)}; {numbers.plural(candidate.cases, 'case')}, "
        f"{numbers.plural(candidate.trials, 'trial')}",
        problems=tuple(one_line(text, 600) for text in verdict.problems[:10]),
        warnings=tuple(one_line(text, 600) for text in verdict.warnings[:10]),
        level=next((row.level for row in rows if row.level), ""),
        forest=forest_chart(verdict, key=f"{key}-forest"),
        rows=rows,
        cases=tuple(_case(case) for case in worst[:cases]),
        omitted=f"{numbers.plural(omitted, 'more case')} got worse." if omitted else "",
    )


def _case(case: ChangedCase) -> _CaseView:
    pair = case.pair
    answers = [
        trials[0].response.text or as_text(trials[0].response.data)
        if trials and trials[0].response is not None
        else ""
        for trials in (pair.baseline, pair.candidate)
    ]
    before, after = (excerpt(text, _TEXT).text for text in answers)
    return _CaseView(
        state=CASES[case.state],
        id=one_line(pair.case.id, 120),
        subject=one_line(subject_of(pair), _TEXT),
        baseline=before,
        candidate=after,
        reason=one_line(reason_of(case), _TEXT),
    )
