"""Case view: one case as ready strings, for a template and for the page's own script."""

from dataclasses import dataclass
from typing import NamedTuple

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.metric import Score
from holdfast.record import TrialRecord
from holdfast.report.answer_view import (
    AnswerContext,
    AnswerView,
    answer_view,
    output_of,
    relevant_passages,
)
from holdfast.report.changed import ChangedCase
from holdfast.report.diff import marked_pair
from holdfast.report.rows import case_scales
from holdfast.report.slice_rows import case_evidence
from holdfast.report.untrusted import as_text, excerpt, one_line
from holdfast.report.wording import CASES

__all__ = ["CaseView", "CaseViews"]

_OUTPUT = 4_000
_INPUT = 2_000
_TRIALS = 10
_OPEN_TRIALS = 3
_TAGS = 12
_WORDS = {state: place for place, state in enumerate(CASES)}


# The views are tuples: JSON holds them as they are, in the order in which report.js reads them.
class ScoreView(NamedTuple):
    """One metric of one case on both sides."""

    metric: str
    state: int
    """What happened to it, as a place in the words of `CASES`."""
    baseline: str
    candidate: str


class TrialView(NamedTuple):
    """One trial on both sides; None where a side has no such trial."""

    title: str
    open: bool
    """It is among the worst and shown at once; the others wait to be opened."""
    note: str
    """Says where no words differ."""
    baseline: AnswerView | None
    candidate: AnswerView | None


class CaseView(NamedTuple):
    """Everything that a reader sees of one opened case."""

    tags: tuple[str, ...]
    input: str
    input_note: str
    expected: str
    expected_note: str
    scores: tuple[ScoreView, ...]
    trials: tuple[TrialView, ...]
    more_trials: str
    place: str
    """File and line of the case; empty where nobody knows."""


class CaseViews:
    """Makes the views of one verdict's cases."""

    def __init__(self, verdict: Verdict) -> None:
        self._findings = {finding.metric: finding for finding in verdict.findings}
        self._labels = {metric: one_line(metric, 120) for metric in self._findings}
        self._scales = case_scales(verdict)
        self._written: dict[tuple[str, float], str] = {}

    def view(self, changed: ChangedCase, *, marks: bool) -> CaseView:
        """Everything of one case; with `marks`, the words that differ are marked."""
        case = changed.pair.case
        question = excerpt("" if case.input is None else as_text(case.input), _INPUT)
        expected = excerpt("" if case.expected is None else as_text(case.expected), _INPUT)
        chosen, more = _chosen_trials(changed)
        context = self._context(changed)
        return CaseView(
            tuple([one_line(tag, 60) for tag in case.tags[:_TAGS]]),
            question.text,
            question.note,
            expected.text,
            expected.note,
            self._scores(changed, context),
            tuple([_trial_view(trial, context=context, marks=marks) for trial in chosen]),
            f"{numbers.plural(more, 'more trial')} not shown." if more else "",
            "" if case.source is None else one_line(str(case.source), 300),
        )

    def _context(self, changed: ChangedCase) -> AnswerContext:
        before, after = changed.pair.baseline, changed.pair.candidate
        retrieved = False
        for trial in (*before, *after):
            if trial.response is not None and trial.response.passages:
                retrieved = True
                break
        return AnswerContext(
            scales=self._scales,
            labels=self._labels,
            relevant=relevant_passages(changed.pair.case) if retrieved else frozenset(),
            alone=len(before) <= 1 and len(after) <= 1,
            written=self._written,
        )

    def headline(self, changed: ChangedCase) -> str:
        """The metric that decided the state, with its scores and the evidence on both sides."""
        before, after = changed.pair.scores.get(changed.metric, (None, None))
        if not changed.metric:
            return ""
        context = self._context(changed)
        scores = (context.score(changed.metric, score) for score in (before, after))
        evidence = case_evidence(changed.pair, changed.metric, self._findings)
        text = f"{one_line(changed.metric, 80)} {' → '.join(scores)}"
        return f"{text}, {evidence}" if evidence else text

    def _scores(self, changed: ChangedCase, context: AnswerContext) -> tuple[ScoreView, ...]:
        states, labels, score = changed.pair.states, self._labels, context.score
        return tuple(
            [
                ScoreView(
                    labels.get(metric) or one_line(metric, 120),
                    _WORDS[states.get(metric, "same")],
                    score(metric, before),
                    score(metric, after),
                )
                for metric, (before, after) in changed.pair.scores.items()
            ]
        )


def _trial_view(trial: "_Trial", *, context: AnswerContext, marks: bool) -> TrialView:
    limit = _OUTPUT if trial.worst else _OUTPUT // 4
    outputs = output_of(trial.baseline), output_of(trial.candidate)
    old, new = (excerpt(output, limit) for output in outputs)
    differ = bool(old.text and new.text) and old.text != new.text
    left, right = old.text, new.text
    if marks and differ:
        pair = marked_pair(left, right)
        left, right = pair.baseline, pair.candidate
    before, after = trial.baseline, trial.candidate
    return TrialView(
        f"Trial {trial.repeat + 1}",
        trial.worst,
        "" if differ or not old.text or not new.text else _remark(*outputs),
        before and answer_view(before, left, note=old.note, context=context),
        after and answer_view(after, right, note=new.note, context=context),
    )


def _remark(baseline: str, candidate: str) -> str:
    if baseline == candidate:
        return "Both answers are the same, word for word."
    return "The answers differ only where they are not shown."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    repeat: int
    baseline: TrialRecord | None
    candidate: TrialRecord | None
    worst: bool


def _chosen_trials(changed: ChangedCase) -> tuple[list[_Trial], int]:
    """Up to ten trials by number, those where the candidate did worst first in line."""
    before = {trial.repeat: trial for trial in changed.pair.baseline}
    after = {trial.repeat: trial for trial in changed.pair.candidate}
    repeats = sorted(before.keys() | after.keys())

    def likeness(repeat: int) -> tuple[int, float]:
        old, new = before.get(repeat), after.get(repeat)
        same = old is not None and new is not None and old.output_digest == new.output_digest
        outcome = new.outcome(changed.metric) if new is not None else None
        score = outcome.value if isinstance(outcome, Score) else 0.0
        return (int(same), changed.sign * score)

    ranked = sorted(repeats, key=likeness) if len(repeats) > 1 else repeats
    kept = ranked[:_TRIALS]
    worst = set(kept[:_OPEN_TRIALS])
    chosen = [
        _Trial(
            repeat=repeat,
            baseline=before.get(repeat),
            candidate=after.get(repeat),
            worst=repeat in worst,
        )
        for repeat in sorted(kept)
    ]
    return chosen, len(repeats) - len(kept)
