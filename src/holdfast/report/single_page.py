"""Single page: the newest verdict of every gate in one file that can be sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.changed import ChangedCase, changed_cases, reason_of, subject_of, worst_cases
from holdfast.report.charts.drawing import Chart
from holdfast.report.charts.forest import forest_chart
from holdfast.report.entry import IndexEntry
from holdfast.report.matrix import (
    MatrixView,
    Standing,
    latest,
    matrix_view,
    standing,
    worst_first,
)
from holdfast.report.naming import system_of
from holdfast.report.origin import readable_time
from holdfast.report.page import render_page, render_part
from holdfast.report.rows import MetricRow, metric_rows
from holdfast.report.unread import Unread, unread_of
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
    worse: int
    omitted: str
    """How many cases that got worse are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _SingleView:
    title: str
    standing: Standing
    matrix: MatrixView
    parts: "tuple[Markup, ...]"
    left_out: str
    unread: Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendered:
    """One gate's verdict as HTML, so that the verdict itself need not be kept."""

    entry: IndexEntry
    whole: "Markup"
    bare: "Markup"
    """The same without cases."""


def render_single_page(
    verdicts: Iterable[tuple[IndexEntry, Verdict]], *, unreadable: Sequence[str] = ()
) -> str:
    """One HTML file with the matrix and each gate's verdict, forest plot, metrics and worst cases.

    Args:
        verdicts: The newest verdict of each gate with what the index says of it; only one of them
            is held in memory at a time.
        unreadable: Sentences about runs that cannot be read; looked at after the last verdict, so
            that reading them may still add to it.
    """
    rendered = {
        entry.gate: _rendered(verdict, entry, key=f"verdict-{n}")
        for n, (entry, verdict) in enumerate(verdicts, start=1)
    }
    newest = latest(found.entry for found in rendered.values())
    parts: list[Markup] = []
    shown: list[IndexEntry] = []
    bare, size = 0, 0
    for entry in worst_first(newest):
        found = rendered[entry.gate]
        room = _ROOM - size
        part = found.whole if len(found.whole) <= room else found.bare
        if len(part) > room:
            shown.append(replace(entry, href=""))
            continue
        bare += part is not found.whole
        size += len(part)
        parts.append(part)
        shown.append(entry)
    view = _SingleView(
        title="Evaluation reports",
        standing=standing(newest),
        matrix=matrix_view(latest(shown)),
        parts=tuple(parts),
        left_out=_left_out(bare, len(newest) - len(parts)),
        unread=unread_of(unreadable),
    )
    return render_page("single.html.j2", view, script="index.js", styles=("report.css", "site.css"))


def _rendered(verdict: Verdict, entry: IndexEntry, *, key: str) -> _Rendered:
    whole = _part(verdict, entry, key=key)
    worse = f"{numbers.plural(whole.worse, 'case')} got worse." if whole.worse else ""
    bare = replace(whole, cases=(), omitted=worse)
    return _Rendered(
        entry=replace(entry, href=f"#{key}"),
        whole=render_part("_part.html.j2", part=whole),
        bare=render_part("_part.html.j2", part=bare),
    )


def _left_out(bare: int, whole: int) -> str:
    text = (
        f"This file holds each gate's verdict, its metrics and at most {_CASES} of the cases that "
        f"got worse, with texts of at most {_TEXT} characters; the table of all cases, passing "
        "cases, slices and provenance are in the reports of the single gates."
    )
    if bare:
        many = numbers.plural(bare, "verdict")
        text += f" For want of room {many} {_stand(bare)} here without cases."
    if whole:
        many = numbers.plural(whole, "verdict")
        text += f" For want of room {many} {_stand(whole)} in the table of gates alone."
    return text


def _stand(count: int) -> str:
    return "stands" if count == 1 else "stand"


def _part(verdict: Verdict, entry: IndexEntry, *, key: str) -> _PartView:
    comparison, rows = verdict.comparison, metric_rows(verdict)
    changed = changed_cases(verdict)
    worst = worst_cases(changed, len(changed.cases))
    omitted = len(worst) - _CASES
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
        cases=tuple(_case(case) for case in worst[:_CASES]),
        worse=len(worst),
        omitted=f"{numbers.plural(omitted, 'more case')} got worse." if omitted > 0 else "",
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
