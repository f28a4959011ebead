"""Delta: the change of one metric between two runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.corrected import Corrected
from holdfast.comparing.estimate import Estimate, Method, Pairs, Scale, identical
from holdfast.comparing.estimating import estimate_all
from holdfast.comparing.failures import Failures, failures_of
from holdfast.comparing.pairing import Evidence, Pairing, units_of
from holdfast.comparing.scores import Lost, Scores, pairs_of
from holdfast.comparing.timing import Timing
from holdfast.record import MetricRecord
from holdfast.stats.sign_test import sign_test

__all__ = ["Delta", "Paired", "measure"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paired:
    """Change of each case that a delta was measured on."""

    cases: tuple[str, ...]
    """Ids of the cases."""
    changes: NDArray[np.float64]
    """Change of each case, positive is better: as a share of the score's range for bounded metrics,
    as a share of the baseline's mean for the others; shape (cases,)."""
    units: NDArray[np.int64]
    """Index of each case's resampling unit (its cluster, or the case itself); shape (cases,)."""
    baseline: NDArray[np.float64]
    """Mean score of each case in the metric's own orientation, shape (cases,)."""
    candidate: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """Change of one metric, oriented so that positive is better."""

    metric: MetricRecord
    pairs: int
    """Cases scored in both arms."""
    matched: int
    """Cases that both arms hold, scored or not."""
    trials: tuple[int, int]
    """Largest number of trials per case in baseline and candidate."""
    lost: Lost
    baseline_mean: float
    """Mean of case means in the metric's own orientation, over the paired cases."""
    candidate_mean: float
    low: float
    """Lower one-sided bound of the change at level 1 - alpha."""
    estimate: float
    """Mean change per case, positive is better."""
    high: float
    """Upper one-sided bound of the change at level 1 - alpha."""
    p_worse: float
    """One-sided p-value of 'it is worse' (null: not worse)."""
    p_better: float
    """One-sided p-value of 'it is better' (null: not better)."""
    method: Method
    """How the bounds were computed."""
    test: str
    """How the p-values were computed, in words."""
    alpha: float = 0.05
    """Level of each bound."""
    clusters: int | None = None
    """Number of clusters, where cases are clustered."""
    spread: float = 0.0
    """Standard deviation of the per-case change; plans are computed from it."""
    noise: tuple[float | None, float | None] = (None, None)
    """Mean variance of single trials within a case, in squared score units, for baseline and
    candidate; None where no case was repeated."""
    worst: "Delta | None" = None
    """The same with every lost score counted against the candidate; None where nothing is lost."""
    floor_mean: float | None = None
    """Candidate's mean over all its cases, every lost score counted as the worst one."""
    scale: Scale = "difference"
    """`ratio`: low, estimate and high are changes of the total as shares of the baseline's."""
    sequential: bool = False
    """The run was looked at more than once, and the p-values allow for it."""
    drawn: float = 1.0
    """Share of the matched cases that were drawn, where a sequential run stopped early."""
    corrected: Corrected | None = None
    """The judge's own change, where low, estimate, high and p-values are corrected by labels."""
    timing: Timing | None = None
    """Where the metric counts seconds: the quantile, and what it was measured on."""
    wins: int = 0
    """Cases that got better."""
    losses: int = 0
    """Cases that got worse."""
    p_sign: float = 1.0
    """One-sided p-value of the sign test of 'more got worse', over cases or clusters: a second
    opinion that asks how many changed and not by how much."""
    failures: Failures | None = None
    """Cases that failed, where the metric only passes or fails."""
    paired: Paired | None = field(default=None, compare=False, repr=False)
    """The changes case by case, for what is computed over slices and several metrics."""


def measure(pairing: Pairing, scores: list[Scores], *, same_answers: bool) -> list[Delta]:
    """Deltas of several metrics, in their order; every one needs at least one paired case."""
    groups = units_of(pairing)
    work: list[tuple[Scores, Pairs]] = []
    for found in scores:
        work.append((found, pairs_of(found, groups, worst=False)))
        if found.lost.total and (found.metric.bounds is not None or found.ratio):
            work.append((found, pairs_of(found, groups, worst=True)))
    estimates = estimate_all([pairs for _, pairs in work])
    deltas: dict[str, Delta] = {}
    for (found, pairs), estimated in zip(work, estimates, strict=True):
        label = found.metric.label
        if label in deltas:
            worst = _delta(found, pairs, estimated, pairing=pairing, groups=groups)
            deltas[label] = replace(deltas[label], worst=worst)
            continue
        unchanged = same_answers and not np.any(pairs.changes)
        result = identical(pairs.changes.size) if unchanged else estimated
        deltas[label] = _delta(found, pairs, result, pairing=pairing, groups=groups)
    return [deltas[found.metric.label] for found in scores]


def _delta(
    scores: Scores,
    pairs: Pairs,
    estimated: Estimate,
    *,
    pairing: Pairing,
    groups: Mapping[str, str],
) -> Delta:
    clustered = estimated.units < pairs.changes.size
    return Delta(
        metric=scores.metric,
        pairs=int(pairs.changes.size),
        matched=len(pairing.matched),
        trials=(pairing.baseline.most, pairing.candidate.most),
        lost=scores.lost,
        baseline_mean=float(pairs.baseline.mean()),
        candidate_mean=float(pairs.candidate.mean()),
        low=estimated.low,
        estimate=estimated.middle,
        high=estimated.high,
        p_worse=estimated.p_worse,
        p_better=estimated.p_better,
        method=estimated.method,
        test=estimated.test,
        alpha=scores.alpha,
        clusters=estimated.units if clustered else None,
        spread=estimated.spread,
        noise=_noises(scores),
        floor_mean=scores.floor_mean,
        scale=pairs.scale,
        wins=int((pairs.changes > 0).sum()),
        losses=int((pairs.changes < 0).sum()),
        p_sign=_sign_test(pairs),
        failures=failures_of(scores, groups),
        paired=_paired(scores, pairs),
    )


def _sign_test(pairs: Pairs) -> float:
    moved = np.bincount(pairs.units, weights=np.sign(pairs.changes))
    return sign_test(int((moved > 0).sum()), int((moved < 0).sum()))


def _paired(scores: Scores, pairs: Pairs) -> Paired | None:
    if not np.isfinite(pairs.changes).all():
        return None
    whole = pairs.changes.size == len(scores.baseline)
    low, high = pairs.bounds
    size = high - low
    if scores.metric.bounds is None:
        size = abs(float(pairs.baseline.mean())) or 1.0
    cases = scores.keys(worst=whole)
    return Paired(
        cases=cases,
        changes=pairs.changes / size,
        units=pairs.units,
        baseline=pairs.baseline,
        candidate=pairs.candidate,
    )


def _noises(scores: Scores) -> tuple[float | None, float | None]:
    if scores.metric.aggregate is not None:
        return None, None
    return _noise(scores.baseline), _noise(scores.candidate)


def _noise(arm: Mapping[str, Evidence]) -> float | None:
    """Mean within-case variance of one trial; None without repeats."""
    by_count: dict[int, list[tuple[float, ...]]] = {}
    for found in arm.values():
        if len(found.values) > 1:
            by_count.setdefault(len(found.values), []).append(found.values)
    if not by_count:
        return None
    parts = [np.var(np.array(values), axis=1, ddof=1) for values in by_count.values()]
    return float(np.concatenate(parts).mean())
