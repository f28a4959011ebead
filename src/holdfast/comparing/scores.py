"""Scores: what every matched case scored for one metric on both sides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from holdfast.comparing.estimate import Floats, Pairs
from holdfast.comparing.pairing import Evidence, Pairing, evidence, expected_trials
from holdfast.record import MetricRecord

__all__ = ["Lost", "Scores", "collect", "pairs_of"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What every matched case scored for one metric on both sides."""

    metric: MetricRecord
    baseline: Mapping[str, Evidence]
    candidate: Mapping[str, Evidence]
    floor_mean: float | None
    alpha: float
    ratio: bool = False
    """No range, nothing below zero, and a baseline above it: the change is that of the total."""

    @property
    def paired(self) -> tuple[str, ...]:
        """Ids of the cases with a usable score on both sides, sorted."""
        return tuple(
            key
            for key, before in self.baseline.items()
            if before.mean is not None and self.candidate[key].mean is not None
        )

    def keys(self, *, worst: bool) -> tuple[str, ...]:
        """Ids of the cases that are compared: all of them where lost scores are filled in."""
        return tuple(self.baseline) if worst else self.paired

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
        ratio=metric.bounds is None and _adds_up(before.values(), after.values()),
    )


def _adds_up(before: Iterable[Evidence], after: Iterable[Evidence]) -> bool:
    values = [value for found in before for value in found.values]
    others = [value for found in after for value in found.values]
    return sum(values) > 0.0 and min(*values, *others, 0.0) >= 0.0


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


def pairs_of(scores: Scores, groups: Mapping[str, str], *, worst: bool) -> Pairs:
    """The case means of both arms; with `worst`, every lost score counts against the candidate.

    Args:
        scores: What was scored, with at least one paired case.
        groups: Resampling unit of each case.
        worst: Fill in what is lost.
    """
    keys = scores.keys(worst=worst)
    before = [scores.baseline[key] for key in keys]
    after = [scores.candidate[key] for key in keys]
    baseline = np.array([found.against if worst else found.mean for found in before], np.float64)
    candidate = np.array([found.against if worst else found.mean for found in after], np.float64)
    units: dict[str, int] = {}
    indices = [units.setdefault(groups[key], len(units)) for key in keys]
    bounds = scores.metric.bounds
    single = bounds is not None and _single_binary([*before, *after], bounds)
    return Pairs(
        baseline=baseline,
        candidate=candidate,
        units=np.array(indices, np.int64),
        single_binary=single,
        bounds=bounds or _made_range(baseline, candidate, ratio=scores.ratio),
        better=scores.metric.better,
        alpha=scores.alpha,
        scale="ratio" if scores.ratio else "difference",
    )


def _made_range(baseline: Floats, candidate: Floats, *, ratio: bool) -> tuple[float, float]:
    """A range for scores that have none: zero to the baseline's mean, or what was observed."""
    if ratio:
        return 0.0, float(baseline[np.isfinite(baseline)].mean()) or 1.0
    low = min(float(baseline.min()), float(candidate.min()))
    high = max(float(baseline.max()), float(candidate.max()))
    return (low, high) if high > low else (low, low + 1.0)


def _single_binary(found: list[Evidence], bounds: tuple[float, float]) -> bool:
    return all(
        len(one.values) + one.missing == 1 and all(value in bounds for value in one.values)
        for one in found
    )
