"""Drift: whether a judge says today what it said of the same answers before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from holdfast.errors import RecordError
from holdfast.metric import Score
from holdfast.record import MetricRecord, Run
from holdfast.stats import sign_flip
from holdfast.stats.bounded import GUARD
from holdfast.stats.interval import Interval
from holdfast.stats.ppi import Judged, powered_mean
from holdfast.stats.proportion import wilson

__all__ = ["Drift", "drift"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Scores of the same answers at two times."""

    metric: MetricRecord
    answers: int
    """Answers that have a score at both times."""
    lost: int
    """Answers that the judge scored before and fails to score now."""
    agreement: Interval
    """Share of answers with the same decision."""
    shift: Interval
    """Mean change of the score, in score units; positive is a milder judge."""
    p: float
    """Two-sided sign-flip p-value of 'the mean score is the same'."""
    margin: float
    """Largest shift that is tolerated, in score units."""
    alpha: float

    @property
    def state(self) -> Literal["steady", "drifted", "undecided"]:
        """`steady` where the shift is proven to be within the margin, `drifted` where there is one.

        A shift that is proven, but also proven to be small, is tolerated.
        """
        within = -self.margin < self.shift.low and self.shift.high < self.margin
        if self.p <= self.alpha and not within:
            return "drifted"
        return "steady" if within and not self.lost else "undecided"


def drift(
    before: Run,
    after: Run,
    *,
    metric: MetricRecord,
    cut: float,
    margin: float,
    alpha: float = 0.05,
) -> Drift:
    """Compare the recorded scores of a frozen run with new scores of the same answers.

    Args:
        before: the frozen run.
        after: the same answers, scored again.
        metric: the judge, with bounds.
        cut: scores at least as good as this count as yes.
        margin: largest shift of the mean score that is tolerated, in score units.
        alpha: level of the test and of each bound.

    Raises:
        RecordError: the runs hold no answer with a score at both times.
    """
    old, new = _scores(before, metric), _scores(after, metric)
    pairs = [(key, a, new[key]) for key, a in old.items() if key in new and a is not None]
    both = [(key, a, b) for key, a, b in pairs if b is not None]
    if not both:
        raise RecordError(
            f"run {before.id!r} holds no answer that {metric.label} scored then and now; freeze a "
            "run whose answers are recorded"
        )
    units = _units(before, [key[0] for key, _, _ in both])
    shifts = np.array([b - a for _, a, b in both], np.float64)
    same = _alike([(a, b) for _, a, b in both], metric, cut=cut)
    low, high = metric.bounds or (float(shifts.min()), float(shifts.max()) + 1e-9)
    found = sign_flip.sampled((np.bincount(units, weights=shifts) / (high - low))[:, None])
    nothing = np.zeros(0)
    sample = Judged(labels=shifts, judged=np.zeros(shifts.size), rest=nothing, units=units)
    mean = powered_mean(sample, guard=GUARD * (high - low), alpha=alpha, weight=0.0)
    alike = wilson(same, len(both), alpha=alpha)
    return Drift(
        metric=metric,
        answers=len(both),
        lost=len(pairs) - len(both),
        agreement=Interval(low=alike[0], estimate=same / len(both), high=alike[1]),
        shift=Interval(low=mean.low, estimate=mean.estimate, high=mean.high),
        p=min(1.0, 2.0 * float(np.min(found))),
        margin=margin,
        alpha=alpha,
    )


def _alike(pairs: list[tuple[float, float]], metric: MetricRecord, *, cut: float) -> int:
    """Number of pairs on one side of the cut."""
    if metric.better == "higher":
        return sum((a >= cut) == (b >= cut) for a, b in pairs)
    return sum((a <= cut) == (b <= cut) for a, b in pairs)


Scores = Mapping[tuple[str, int], float | None]


def _scores(run: Run, metric: MetricRecord) -> Scores:
    """Scores of the recorded answers; None where the judge failed."""
    found: dict[tuple[str, int], float | None] = {}
    for trial in run.trials:
        if trial.failure is None:
            outcome = trial.outcome(metric.label)
            score = outcome.value if isinstance(outcome, Score) else None
            found[trial.case_id, trial.repeat] = score
    return found


def _units(run: Run, cases: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    clusters = {case.id: case.cluster or f"case {case.id}" for case in run.cases}
    names: dict[str, int] = {}
    return np.array([names.setdefault(clusters[key], len(names)) for key in cases], np.int64)
