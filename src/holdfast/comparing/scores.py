"""Scores: what every matched case scored for one metric on both sides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from holdfast.comparing.estimate import Floats, Pairs, Repeated
from holdfast.comparing.pairing import Evidence, Pairing, evidence, expected_trials, extremes
from holdfast.policy import Estimand
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
    estimand: Estimand = "population"
    """Whether the cases are a sample, or the whole of what the claim is about."""
    note: str = ""
    """Why the cases are a sample where `suite` was wanted."""

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


def collect(
    pairing: Pairing, metric: MetricRecord, *, alpha: float, estimand: Estimand = "population"
) -> Scores:
    """Gather what every matched case scored for one metric.

    Where a claim about these cases alone is wanted and cannot be had, they are a sample.
    """
    note = _why_sampled(pairing, metric) if estimand == "suite" else ""
    before: dict[str, Evidence] = {}
    after: dict[str, Evidence] = {}
    old, new = pairing.baseline, pairing.candidate
    imported = old.run.provenance.imported or new.run.provenance.imported
    # Only of imported runs does each case have a number of its own.
    asked = old.run.repeats, new.run.repeats
    for key in pairing.matched:
        owed = expected_trials(pairing, key) if imported else asked
        baseline, candidate = old.trials.get(key, ()), new.trials.get(key, ())
        before[key] = evidence(baseline, metric, expected=owed[0], favour=True)
        after[key] = evidence(candidate, metric, expected=owed[1], favour=False)
    return Scores(
        metric=metric,
        baseline=before,
        candidate=after,
        floor_mean=_floor_mean(pairing, metric, after),
        alpha=alpha,
        ratio=metric.bounds is None and _adds_up(before, after),
        estimand="population" if note else estimand,
        note=note,
    )


def _why_sampled(pairing: Pairing, metric: MetricRecord) -> str:
    """Why nothing can be said of these cases and no others, in a sentence; empty where it can."""
    label = metric.label
    if metric.unit == "seconds":
        return ""
    if metric.aggregate is not None:
        return (
            f"{label} makes one value of all trials of a case, which leaves none to compare within "
            "it; its cases are judged as a sample, though its policy says estimand='suite'."
        )
    owed = [expected_trials(pairing, key) for key in pairing.matched]
    fewest = min((before for before, _ in owed), default=2), min((k for _, k in owed), default=2)
    if min(fewest) >= 2:
        return ""
    return (
        f"{label} has the estimand 'suite', which needs two trials of each case in both runs; the "
        f"baseline has {fewest[0]} and the candidate {fewest[1]}, so its cases are judged as a "
        "sample. Ask for more repeats, or say estimand='population'."
    )


def _adds_up(before: Mapping[str, Evidence], after: Mapping[str, Evidence]) -> bool:
    """Whether totals have a ratio: that of the paired baseline is above zero, no amount below."""
    total = sum(
        found.mean
        for key, found in before.items()
        if found.mean is not None and after[key].mean is not None
    )
    return total > 0.0 and all(
        value >= 0.0 for found in (*before.values(), *after.values()) for value in found.values
    )


def _floor_mean(
    pairing: Pairing, metric: MetricRecord, matched: Mapping[str, Evidence]
) -> float | None:
    """Mean over all of the candidate's cases, those that are set aside and those that are lost too.

    None where a score is lost and nothing limits what it could have been.
    """
    candidate, found = pairing.candidate, dict(matched)
    for key in (*(case.id for case in candidate.run.cases), *pairing.quarantined):
        if key not in found:
            aside = key in pairing.quarantined
            owed = expected_trials(pairing, key)[1] if aside else candidate.run.repeats
            trials = candidate.trials.get(key, ())
            found[key] = evidence(trials, metric, expected=owed, favour=False)
    values = [one.against for one in found.values() if one.against is not None]
    endless = metric.bounds is None and any(one.missing for one in found.values())
    return None if endless or not values else sum(values) / len(values)


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
        repeated=_repeated(scores, keys, worst=worst) if scores.estimand == "suite" else None,
    )


def _repeated(scores: Scores, keys: Iterable[str], *, worst: bool) -> Repeated:
    """Every trial; with `worst`, the lost ones at the value that counts against the candidate."""
    best_value, worst_value = extremes(scores.metric)
    lost = best_value if worst else None, worst_value if worst else None

    def filled(found: Evidence, value: float | None) -> tuple[float, ...]:
        return found.values if value is None else (*found.values, *[value] * found.missing)

    keys = tuple(keys)
    return Repeated(
        baseline=tuple(filled(scores.baseline[key], lost[0]) for key in keys),
        candidate=tuple(filled(scores.candidate[key], lost[1]) for key in keys),
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
