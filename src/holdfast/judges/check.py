"""Check: how far a judge's word agrees with people's, and with its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.errors import UsageError
from holdfast.judges.matching import Rated
from holdfast.judges.repetition import Repetition
from holdfast.metric import Score
from holdfast.record import MetricRecord, TrialRecord
from holdfast.stats import sign_flip
from holdfast.stats.agreement import Agreement, two_raters
from holdfast.stats.bounded import GUARD
from holdfast.stats.confusion import Confusion, balanced_accuracy, design_effect
from holdfast.stats.interval import Interval
from holdfast.stats.krippendorff import krippendorff_alpha
from holdfast.stats.ppi import Judged, powered_mean
from holdfast.stats.proportion import wilson

__all__ = ["Bias", "Check", "Consistency", "check", "position_consistency"]

POSITION = "position"
"""Label of the metric by which a run of pairwise preferences says which position was favoured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """How much more the judge likes one arm's answers than equally good ones of the other."""

    cases: int
    """Cases labelled in both arms."""
    shift: Interval
    """Mean over cases of the judge's score of the candidate's answer less that of the baseline's,
    each beside what it gives answers that people find as good; in score units."""
    p: float
    """Two-sided sign-flip p-value of 'there is none'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """How often a pairwise judge says the same in both orders."""

    pairs: int
    share: Interval
    first: int
    """Inconsistent pairs in which the answer shown first won more."""
    second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A judge beside people."""

    metric: MetricRecord
    cut: float
    """Scores at least as good as this count as yes."""
    confusion: Confusion
    tied: int
    """Answers on which people are evenly divided, left out of yes and no."""
    unscored: int
    """Labelled answers that the judge failed to score; each counts as a wrong decision."""
    sensitivity: Interval
    specificity: Interval
    prevalence: Interval
    balanced: Interval | None
    """Balanced accuracy; None where people found answers of one kind alone."""
    decisions: Agreement
    """Judge and majority of people, on yes or no."""
    graded: Agreement | None
    """Judge and median of people on the scale itself; None where it has two values, or many."""
    alpha: Interval | None
    """Krippendorff's alpha of the judge and the mean of people, as numbers; None on two values."""
    people: Interval | None
    """Krippendorff's alpha among people; None where no answer has two labels."""
    bias: Bias | None
    repetition: Repetition | None
    position: Consistency | None


_MOST_GRADES = 12
_ARMS = ("baseline", "candidate")
_FEWEST_SHIFTS = 2


def check(
    rated: Sequence[Rated],
    *,
    metric: MetricRecord,
    cut: float,
    clusters: Mapping[str, str],
    repetition: Repetition | None = None,
    position: Consistency | None = None,
) -> Check:
    """Compare a judge with people on the same answers.

    Args:
        rated: the labelled answers of one or two runs, with at least one label each.
        metric: the judge.
        cut: scores at least as good as this count as yes.
        clusters: the unit that each case is resampled with.
        repetition: what the judge says when it is asked again.
        position: what a pairwise judge says in both orders.

    Raises:
        UsageError: the judge scored none of the labelled answers.
    """
    units = _units([clusters[one.trial.case_id] for one in rated])
    scores = np.array([_score(one.trial, metric) for one in rated], np.float64)
    if np.isnan(scores).all():
        raise UsageError(f"{metric.label} scored none of the {len(rated)} labelled answers")
    truth = np.array([_majority(one, metric, cut=cut) for one in rated], np.float64)
    decided = ~np.isnan(truth)
    said = np.where(np.isnan(scores), 1.0 - truth, _yes(scores, metric, cut=cut))
    counts, effects = _counts(truth[decided], said[decided], units[decided])
    alpha, graded = _graded(rated, scores, units)
    return Check(
        metric=metric,
        cut=cut,
        confusion=counts,
        tied=int((~decided).sum()),
        unscored=int(np.isnan(scores).sum()),
        sensitivity=counts.sensitivity(effect=effects[0]),
        specificity=counts.specificity(effect=effects[1]),
        prevalence=counts.prevalence(effect=design_effect(truth[decided], units[decided])),
        balanced=_balanced(counts, effects),
        decisions=two_raters(truth[decided], said[decided], units=units[decided]),
        graded=graded,
        alpha=alpha,
        people=_people(rated, units),
        bias=_bias(rated, metric, clusters=clusters),
        repetition=repetition,
        position=position,
    )


def _units(names: Sequence[str]) -> NDArray[np.int64]:
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], np.int64)


def _balanced(counts: Confusion, effects: tuple[float, float]) -> Interval | None:
    if not counts.positives or not counts.negatives:
        return None
    return balanced_accuracy(counts, effects=effects)


def _score(trial: TrialRecord, metric: MetricRecord) -> float:
    outcome = trial.outcome(metric.label)
    return outcome.value if isinstance(outcome, Score) else np.nan


def _yes(scores: NDArray[np.float64], metric: MetricRecord, *, cut: float) -> NDArray[np.float64]:
    return (scores >= cut if metric.better == "higher" else scores <= cut).astype(np.float64)


def _majority(one: Rated, metric: MetricRecord, *, cut: float) -> float:
    votes = _yes(np.array(list(one.ratings.values())), metric, cut=cut).mean()
    return float("nan") if votes == 0.5 else float(votes > 0.5)


def _counts(
    truth: NDArray[np.float64], said: NDArray[np.float64], units: NDArray[np.int64]
) -> tuple[Confusion, tuple[float, float]]:
    """Counts, and the design effects of positives and negatives."""
    yes, no = truth == 1.0, truth == 0.0
    counts = Confusion(
        true_positive=int((said[yes] == 1.0).sum()),
        false_negative=int((said[yes] == 0.0).sum()),
        false_positive=int((said[no] == 1.0).sum()),
        true_negative=int((said[no] == 0.0).sum()),
    )
    effects = [
        design_effect((said[kind] == truth[kind]).astype(np.float64), units[kind])
        if kind.any()
        else 1.0
        for kind in (yes, no)
    ]
    return counts, (effects[0], effects[1])


def _graded(
    rated: Sequence[Rated], scores: NDArray[np.float64], units: NDArray[np.int64]
) -> tuple[Interval | None, Agreement | None]:
    kept = ~np.isnan(scores)
    means = np.array([one.mean for one in rated])[kept]
    medians = np.array([_median(one) for one in rated])[kept]
    if np.unique(np.concatenate([scores[kept], medians])).size <= 2:
        return None, None
    pairs = np.stack([scores[kept], means], axis=1)
    alpha = krippendorff_alpha(pairs, level="interval", units=units[kept])
    grades = np.unique(np.concatenate([scores[kept], medians])).size
    few = grades <= _MOST_GRADES
    return alpha, two_raters(medians, scores[kept], units=units[kept]) if few else None


def _median(one: Rated) -> float:
    # The lower one of two middle labels is a grade that somebody gave.
    values = sorted(one.ratings.values())
    return values[(len(values) - 1) // 2]


def _people(rated: Sequence[Rated], units: NDArray[np.int64]) -> Interval | None:
    raters = sorted({name for one in rated for name in one.ratings})
    if len(raters) < 2 or all(len(one.ratings) < 2 for one in rated):
        return None
    # Who gave which label does not matter to alpha, so labels move to the first free column.
    most = max(len(one.ratings) for one in rated)
    table = np.full((len(rated), most), np.nan)
    for row, one in enumerate(rated):
        table[row, : len(one.ratings)] = list(one.ratings.values())
    values = np.unique(table[~np.isnan(table)])
    if values.size < 2:
        return None
    level: Literal["nominal", "interval"] = "nominal" if values.size == 2 else "interval"
    return krippendorff_alpha(table, level=level, units=units)


def _bias(
    rated: Sequence[Rated], metric: MetricRecord, *, clusters: Mapping[str, str]
) -> Bias | None:
    """Differential bias: what the judge adds to one arm and not to the other.

    A judge that errs at all understates every real change, which is no favour. So scores are taken
    beside the line that predicts them from people's labels over both arms.
    """
    known = [one for one in rated if not np.isnan(_score(one.trial, metric))]
    cases = [{one.trial.case_id for one in known if one.arm == arm} for arm in _ARMS]
    both = sorted(cases[0] & cases[1])
    if len(both) < _FEWEST_SHIFTS:
        return None
    used = [one for one in known if one.trial.case_id in cases[0] & cases[1]]
    people = np.array([one.mean for one in used])
    scores = np.array([_score(one.trial, metric) for one in used])
    spread = float(people.var())
    covariance = float(((people - people.mean()) * (scores - scores.mean())).mean())
    slope = covariance / spread if spread > 0.0 else 0.0
    excess = scores - scores.mean() - slope * (people - people.mean())
    sums: dict[tuple[str, str], list[float]] = {}
    for one, extra in zip(used, excess, strict=True):
        sums.setdefault((one.trial.case_id, one.arm), []).append(float(extra))
    shifts = np.array(
        [float(np.mean(sums[key, "candidate"]) - np.mean(sums[key, "baseline"])) for key in both]
    )
    units = _units([clusters[key] for key in both])
    low, high = metric.bounds or (0.0, max(float(np.abs(shifts).max()), 1e-9))
    by_unit = np.bincount(units, weights=shifts) / (high - low)
    found = sign_flip.sampled(by_unit[:, None])
    nothing = np.zeros(0)
    sample = Judged(labels=shifts, judged=np.zeros(shifts.size), rest=nothing, units=units)
    mean = powered_mean(sample, guard=GUARD * (high - low), alpha=0.025, weight=0.0)
    return Bias(
        cases=int(shifts.size),
        shift=Interval(low=mean.low, estimate=mean.estimate, high=mean.high),
        p=min(1.0, 2.0 * float(np.min(found))),
    )


def position_consistency(trials: Sequence[TrialRecord]) -> Consistency | None:
    """Consistency of the preferences of a run; None where it holds none.

    The score of the metric `position` is 0 where both orders agree, and else says which position
    was favoured: above 0 the first.
    """
    outcomes = [trial.scores.get(POSITION) for trial in trials]
    values = [outcome.value for outcome in outcomes if isinstance(outcome, Score)]
    if not values:
        return None
    same = sum(value == 0.0 for value in values)
    low, high = wilson(same, len(values), alpha=0.05)
    return Consistency(
        pairs=len(values),
        share=Interval(low=low, estimate=same / len(values), high=high),
        first=sum(value > 0.0 for value in values),
        second=sum(value < 0.0 for value in values),
    )
