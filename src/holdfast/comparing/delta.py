"""Delta: the change of one metric between two runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.corrected import Corrected
from holdfast.comparing.estimate import Estimate, Method, Pairs, estimate_all, identical
from holdfast.comparing.pairing import Evidence, Pairing, evidence, expected_trials, units_of
from holdfast.comparing.timing import Timing
from holdfast.record import MetricRecord

__all__ = ["Delta", "Lost", "Paired", "Scores", "collect", "measure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Evidence that should exist and does not."""

    baseline: int = 0
    """Paired cases with a trial that has no usable score in the baseline alone."""
    candidate: int = 0
    """Paired cases with a trial that has no usable score in the candidate alone."""
    both: int = 0
    """Paired cases with a trial that has no usable score in either."""

    @property
    def total(self) -> int:
        return self.baseline + self.candidate + self.both


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
    scale: Literal["difference", "ratio"] = "difference"
    """`ratio`: low, estimate and high are changes of the total as shares of the baseline's."""
    sequential: bool = False
    """The run was looked at more than once, and the p-values allow for it."""
    drawn: float = 1.0
    """Share of the matched cases that were drawn, where a sequential run stopped early."""
    corrected: Corrected | None = None
    """The judge's own change, where low, estimate, high and p-values are corrected by labels."""
    timing: Timing | None = None
    """Where the metric counts seconds: the quantile, and what it was measured on."""
    paired: Paired | None = field(default=None, compare=False, repr=False)
    """The changes case by case, for what is computed over slices and several metrics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What every matched case scored for one metric on both sides."""

    metric: MetricRecord
    baseline: Mapping[str, Evidence]
    candidate: Mapping[str, Evidence]
    floor_mean: float | None
    alpha: float

    @property
    def paired(self) -> tuple[str, ...]:
        """Ids of the cases with a usable score on both sides, sorted."""
        return tuple(
            key
            for key, before in self.baseline.items()
            if before.mean is not None and self.candidate[key].mean is not None
        )

    @property
    def lost(self) -> Lost:
        counts = {"baseline": 0, "candidate": 0, "both": 0}
        for key, before in self.baseline.items():
            after = self.candidate[key]
            if before.missing and after.missing:
                counts["both"] += 1
            elif before.missing:
                counts["baseline"] += 1
            elif after.missing:
                counts["candidate"] += 1
        return Lost(**counts)


def collect(pairing: Pairing, metric: MetricRecord, *, alpha: float) -> Scores:
    """Gather what every matched case scored for one metric."""
    before: dict[str, Evidence] = {}
    after: dict[str, Evidence] = {}
    for key in pairing.matched:
        owed = expected_trials(pairing, key)
        baseline = pairing.baseline.trials.get(key, ())
        candidate = pairing.candidate.trials.get(key, ())
        before[key] = evidence(baseline, metric, expected=owed[0], favour=True)
        after[key] = evidence(candidate, metric, expected=owed[1], favour=False)
    return Scores(
        metric=metric,
        baseline=before,
        candidate=after,
        floor_mean=_floor_mean(pairing, metric, after),
        alpha=alpha,
    )


def _floor_mean(
    pairing: Pairing, metric: MetricRecord, matched: Mapping[str, Evidence]
) -> float | None:
    known = {key: found.against for key, found in matched.items()}
    if metric.bounds is None:
        known = {key: None if found.missing else found.mean for key, found in matched.items()}
    for case in pairing.candidate.run.cases:
        if case.id not in known:
            trials = pairing.candidate.trials.get(case.id, ())
            repeats = pairing.candidate.run.repeats
            found = evidence(trials, metric, expected=repeats, favour=False)
            known[case.id] = found.against if metric.bounds is not None else found.mean
    values = [value for value in known.values() if value is not None]
    if not values or len(values) < len(known):
        return None
    return sum(values) / len(values)


def measure(pairing: Pairing, scores: list[Scores], *, same_answers: bool) -> list[Delta]:
    """Deltas of several metrics, in their order; every one needs at least one paired case."""
    groups = units_of(pairing)
    work: list[tuple[Scores, Pairs]] = []
    for found in scores:
        work.append((found, _pairs(found, groups, worst=False)))
        if found.lost.total and found.metric.bounds is not None:
            work.append((found, _pairs(found, groups, worst=True)))
    estimates = estimate_all([pairs for _, pairs in work])
    deltas: dict[str, Delta] = {}
    for (found, pairs), estimated in zip(work, estimates, strict=True):
        label = found.metric.label
        if label in deltas:
            worst = _delta(found, pairs, estimated, pairing=pairing)
            deltas[label] = replace(deltas[label], worst=worst)
            continue
        unchanged = same_answers and not np.any(pairs.changes)
        result = identical(pairs.changes.size) if unchanged else estimated
        deltas[label] = _delta(found, pairs, result, pairing=pairing)
    return [deltas[found.metric.label] for found in scores]


def _keys(scores: Scores, *, worst: bool) -> tuple[str, ...]:
    return tuple(scores.baseline) if worst else scores.paired


def _pairs(scores: Scores, groups: Mapping[str, str], *, worst: bool) -> Pairs:
    keys = _keys(scores, worst=worst)
    before = [scores.baseline[key] for key in keys]
    after = [scores.candidate[key] for key in keys]
    baseline = np.array([found.against if worst else found.mean for found in before], np.float64)
    candidate = np.array([found.against if worst else found.mean for found in after], np.float64)
    units: dict[str, int] = {}
    indices = [units.setdefault(groups[key], len(units)) for key in keys]
    bounds = scores.metric.bounds or _observed_range(baseline, candidate)
    return Pairs(
        baseline=baseline,
        candidate=candidate,
        units=np.array(indices, np.int64),
        single_binary=scores.metric.bounds is not None
        and _single_binary([*before, *after], bounds),
        bounds=bounds,
        better=scores.metric.better,
        alpha=scores.alpha,
    )


def _observed_range(
    baseline: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    candidate: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> tuple[float, float]:
    low = min(float(baseline.min()), float(candidate.min()))
    high = max(float(baseline.max()), float(candidate.max()))
    return (low, high) if high > low else (low, low + 1.0)


def _single_binary(found: list[Evidence], bounds: tuple[float, float]) -> bool:
    return all(
        len(one.values) + one.missing == 1 and all(value in bounds for value in one.values)
        for one in found
    )


def _delta(scores: Scores, pairs: Pairs, estimated: Estimate, *, pairing: Pairing) -> Delta:
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
        noise=(_noise(scores.baseline), _noise(scores.candidate)),
        floor_mean=scores.floor_mean,
        paired=_paired(scores, pairs),
    )


def _paired(scores: Scores, pairs: Pairs) -> Paired:
    whole = pairs.changes.size == len(scores.baseline)
    low, high = pairs.bounds
    size = high - low
    if scores.metric.bounds is None:
        size = abs(float(pairs.baseline.mean())) or 1.0
    return Paired(cases=_keys(scores, worst=whole), changes=pairs.changes / size, units=pairs.units)


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
