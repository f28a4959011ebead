"""Repetition: what a judge says when it is asked the same again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.metric import Score
from holdfast.record import MetricRecord, Run, TrialRecord
from holdfast.stats.interval import Interval
from holdfast.stats.proportion import wilson

__all__ = ["Repetition", "asked_again", "repetition"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """How steady a judge is on the same answer, beside how steady the system is."""

    answers: int
    """Answers that the judge scored more than once."""
    share: Interval
    """Share of pairs of scores of one answer that make the same decision."""
    judge_variance: float
    """Mean variance of the scores of one answer, in squared score units."""
    trial_variance: float | None
    """Mean variance between trials of a case that the judge does not explain; None where no case
    was repeated."""

    @property
    def advice(self) -> str:
        """What to repeat first, in a sentence; empty where the judge is steady."""
        if self.judge_variance == 0.0:
            return ""
        if self.trial_variance is None:
            return (
                "The judge itself adds noise; with repeated trials of the system it could be told "
                "whether to ask the judge more often or the system."
            )
        if self.judge_variance > self.trial_variance:
            return (
                "The judge adds more noise than the system: ask the judge several times for each "
                "answer before you ask the system more often."
            )
        return "The system adds more noise than the judge: repeat trials before judgements."


Groups = Mapping[tuple[str, str], Sequence[float | None]]
"""Scores of one answer by case and answer; None where the judge failed."""


def asked_again(run: Run, metric: MetricRecord, *, others: Sequence[Run] = ()) -> Groups:
    """Answers that the judge was asked about more than once.

    Within a run these are trials of one case with the same answer, unless the score came from the
    cache. Each further run holds the same answers, scored anew.
    """
    groups: dict[tuple[str, str], list[float | None]] = {}
    for trial in run.trials:
        if trial.output_digest is not None and not trial.cached:
            _add(groups, trial, metric)
    for trial in (trial for other in others for trial in other.trials):
        if trial.output_digest is not None:
            _add(groups, trial, metric)
    return {key: scores for key, scores in groups.items() if len(scores) > 1}


def _add(
    groups: dict[tuple[str, str], list[float | None]], trial: TrialRecord, metric: MetricRecord
) -> None:
    outcome = trial.outcome(metric.label)
    score = outcome.value if isinstance(outcome, Score) else None
    groups.setdefault((trial.case_id, trial.output_digest or ""), []).append(score)


def repetition(groups: Groups, run: Run, metric: MetricRecord, *, cut: float) -> Repetition | None:
    """How steady the judge is; None where it was asked about no answer twice.

    A judge that fails where it answered before disagrees with itself.
    """
    if not groups:
        return None
    higher = metric.better == "higher"
    shares: list[float] = []
    variances: list[float] = []
    for scores in groups.values():
        said = [None if s is None else (s >= cut if higher else s <= cut) for s in scores]
        pairs = [(a, b) for place, a in enumerate(said) for b in said[place + 1 :]]
        shares.append(sum(a is not None and a == b for a, b in pairs) / len(pairs))
        values = [score for score in scores if score is not None]
        if len(values) > 1:
            variances.append(float(np.var(values, ddof=1)))
    judge = float(np.mean(variances)) if variances else 0.0
    low, high = wilson(sum(shares), len(shares), alpha=0.05)
    return Repetition(
        answers=len(shares),
        share=Interval(low=low, estimate=sum(shares) / len(shares), high=high),
        judge_variance=judge,
        trial_variance=_between(run, metric, judge=judge),
    )


def _between(run: Run, metric: MetricRecord, *, judge: float) -> float | None:
    by_case: dict[str, list[float]] = {}
    for trial in run.trials:
        outcome = trial.outcome(metric.label)
        if isinstance(outcome, Score):
            by_case.setdefault(trial.case_id, []).append(outcome.value)
    spread = [float(np.var(values, ddof=1)) for values in by_case.values() if len(values) > 1]
    return max(0.0, float(np.mean(spread)) - judge) if spread else None
