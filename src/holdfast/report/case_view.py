"""Case view: one changed case as ready strings, within a budget of size and work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.comparison import CaseState
from holdfast.gate import Finding, Verdict
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.metric import Score
from holdfast.record import TrialRecord
from holdfast.report.answer_view import (
    AnswerContext,
    AnswerView,
    answer_view,
    output_of,
    relevant_passages,
    score_in_words,
)
from holdfast.report.changed import ChangedCase, subject_of
from holdfast.report.diff import marked_pair, unmarked_pair
from holdfast.report.rows import case_scales
from holdfast.report.slice_rows import case_evidence
from holdfast.report.untrusted import as_text, excerpt, one_line
from holdfast.report.wording import CASES, Word

__all__ = ["CaseView", "case_views"]

_OUTPUT = 4_000
_INPUT = 2_000
_TRIALS = 3
_TAGS = 12
_DIFF_WORK = 3_000_000
_TOTAL_SIZE = 3_300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreView:
    """One metric of one case on both sides."""

    metric: str
    state: Word
    baseline: str
    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView:
    """One trial on both sides; None where a side has no such trial."""

    title: str
    baseline: AnswerView | None
    candidate: AnswerView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything that a reader sees of one changed case."""

    id: str
    key: str
    name: CaseState
    """The state as machines know it."""
    state: Word
    teaser: str
    """Beginning of the input on one line."""
    metric: str
    """The metric that decided the state, with its scores on both sides."""
    tags: tuple[str, ...]
    input: str
    input_note: str
    expected: str
    expected_note: str
    scores: tuple[ScoreView, ...]
    trials: tuple[TrialView, ...]
    more_trials: str

    @property
    def size(self) -> int:
        """Characters of text that the case brings to a page, roughly."""
        sides = [side for t in self.trials for side in (t.baseline, t.candidate) if side]
        texts = sum(
            len(side.output)
            + sum(len(passage.text) + 200 for passage in side.passages)
            + sum(map(len, side.tool_calls))
            + sum(len(metric) + len(why) + 60 for metric, why in side.reasons)
            for side in sides
        )
        return len(self.input) + len(self.expected) + 250 * len(self.scores) + texts + 2_000


def case_views(verdict: Verdict, cases: Iterable[ChangedCase]) -> tuple[CaseView, ...]:
    """Views of the cases in order, until the page would grow too large."""
    scales = case_scales(verdict)
    findings = {finding.metric: finding for finding in verdict.findings}
    views: list[CaseView] = []
    size, work = 0, 0
    for number, case in enumerate(cases, start=1):
        builder = _Builder(findings=findings, scales=scales, marks=work < _DIFF_WORK)
        view, cost = builder.view(case, key=f"case-{number}")
        size, work = size + view.size, work + cost
        if size > _TOTAL_SIZE and views:
            break
        views.append(view)
    return tuple(views)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Builder:
    scales: Mapping[str, Scale]
    findings: Mapping[str, Finding]
    marks: bool
    """Words that differ are marked; false once the budget for it is spent."""

    def view(self, changed: ChangedCase, *, key: str) -> tuple[CaseView, int]:
        case = changed.pair.case
        question = excerpt("" if case.input is None else as_text(case.input), _INPUT)
        expected = excerpt("" if case.expected is None else as_text(case.expected), _INPUT)
        chosen, more = _chosen_trials(changed)
        context = AnswerContext(scales=self.scales, relevant=relevant_passages(case))
        trials: list[TrialView] = []
        work = 0
        for repeat, before, after in chosen:
            trial, cost = self._trial(f"Trial {repeat + 1}", before, after, context=context)
            trials.append(trial)
            work += cost
        view = CaseView(
            id=one_line(case.id, 200),
            key=key,
            name=changed.state,
            state=CASES[changed.state],
            teaser=one_line(subject_of(changed.pair), 140),
            metric=self._headline(changed),
            tags=tuple(one_line(tag, 60) for tag in case.tags[:_TAGS]),
            input=question.text,
            input_note=question.note,
            expected=expected.text,
            expected_note=expected.note,
            scores=self._scores(changed),
            trials=tuple(trials),
            more_trials=f"{numbers.plural(more, 'more trial')} not shown." if more else "",
        )
        return view, work

    def _headline(self, changed: ChangedCase) -> str:
        before, after = changed.pair.scores.get(changed.metric, (None, None))
        if not changed.metric:
            return ""
        scores = (score_in_words(self.scales, changed.metric, score) for score in (before, after))
        evidence = case_evidence(changed.pair, changed.metric, self.findings)
        text = f"{one_line(changed.metric, 80)} {' → '.join(scores)}"
        return f"{text}, {evidence}" if evidence else text

    def _scores(self, changed: ChangedCase) -> tuple[ScoreView, ...]:
        return tuple(
            ScoreView(
                metric=one_line(metric, 120),
                state=CASES[changed.pair.states.get(metric, "same")],
                baseline=score_in_words(self.scales, metric, before),
                candidate=score_in_words(self.scales, metric, after),
            )
            for metric, (before, after) in changed.pair.scores.items()
        )

    def _trial(
        self,
        title: str,
        baseline: TrialRecord | None,
        candidate: TrialRecord | None,
        *,
        context: AnswerContext,
    ) -> tuple[TrialView, int]:
        old, new = (excerpt(output_of(trial), _OUTPUT) for trial in (baseline, candidate))
        both = baseline is not None and candidate is not None
        mark = marked_pair if both and self.marks and old.text and new.text else unmarked_pair
        pair = mark(old.text, new.text)
        sides = [
            None if trial is None else answer_view(trial, output, note=cut.note, context=context)
            for trial, output, cut in (
                (baseline, pair.baseline, old),
                (candidate, pair.candidate, new),
            )
        ]
        return TrialView(title=title, baseline=sides[0], candidate=sides[1]), pair.work


def _chosen_trials(
    changed: ChangedCase,
) -> tuple[list[tuple[int, TrialRecord | None, TrialRecord | None]], int]:
    """Up to three trials by number, those where the candidate did worst first in line."""
    before = {trial.repeat: trial for trial in changed.pair.baseline}
    after = {trial.repeat: trial for trial in changed.pair.candidate}
    repeats = sorted(before.keys() | after.keys())

    def likeness(repeat: int) -> tuple[int, float]:
        old, new = before.get(repeat), after.get(repeat)
        same = old is not None and new is not None and old.output_digest == new.output_digest
        outcome = new.outcome(changed.metric) if new is not None else None
        score = outcome.value if isinstance(outcome, Score) else 0.0
        return (int(same), changed.sign * score)

    kept = sorted(sorted(repeats, key=likeness)[:_TRIALS])
    chosen = [(repeat, before.get(repeat), after.get(repeat)) for repeat in kept]
    return chosen, len(repeats) - len(kept)
