"""Cases: what happened to each case, and what speaks for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.comparing.pairing import Evidence, Pairing, evidence, extremes, units_of
from holdfast.comparing.scores import Scores
from holdfast.record import CaseRecord, MetricRecord, TrialRecord
from holdfast.stats.contingency import fisher_fewer

__all__ = ["CaseEvidence", "CasePair", "CaseState", "case_pairs", "evidence_of", "state_of"]

CaseState = Literal[
    "same",
    "better",
    "worse",
    "fixed",
    "broken",
    "flaky",
    "lost",
    "added",
    "removed",
    "edited",
    "quarantined",
]

REPRODUCIBLE = 0.05
"""Largest one-sided p-value at which passes and fails of one case count as broken or fixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePair:
    """One case on both sides."""

    case: CaseRecord
    baseline: tuple[TrialRecord, ...]
    candidate: tuple[TrialRecord, ...]
    scores: Mapping[str, tuple[float | None, float | None]]
    """Mean score by metric label: (baseline, candidate); None where there is no usable score."""
    states: Mapping[str, CaseState]
    """State by metric label."""
    unit: str = ""
    """What the case is resampled with: its cluster, or itself; empty where it is not compared."""
    flake_rate: float | None = None
    """Share of pairs of earlier trials, of one system each, that disagree, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvidence:
    """How often a case passed on both sides."""

    baseline: tuple[int, int]
    """Trials that passed, and all trials with a usable score."""
    candidate: tuple[int, int]
    p_value: float | None
    """One-sided p-value of Fisher's exact test in the direction of the change; None where each
    side has one trial, which proves nothing about the case alone."""


def state_of(metric: MetricRecord, before: Evidence, after: Evidence) -> CaseState:
    """What happened to a case in one metric.

    A trial passes where its score reaches the middle of the range. `broken` and `fixed` are
    reproducible: all trials agree on each side and the sides differ, or the trials of both give
    a one-sided p-value of Fisher's exact test of at most .05. Passes and fails on one side
    without that are `flaky`. With one trial on each side, a flip counts as broken or fixed, though
    nothing proves that it would happen again; reports say newly failing and newly passing.
    """
    if before.missing or after.missing:
        return "lost"
    # Seconds and money differ in every case; calling each a change would bury the real ones.
    if metric.bounds is None or before.values == after.values:
        return "same"
    return _changed(metric, before.values, after.values)


def _changed(metric: MetricRecord, old: tuple[float, ...], new: tuple[float, ...]) -> CaseState:
    if len(old) == len(new) == 1:
        # Nearly every case of most runs; the general way below gives the same.
        rose = (new[0] > old[0]) == (metric.better == "higher")
        if bool(_passes(metric, old)) != bool(_passes(metric, new)):
            return "fixed" if rose else "broken"
        return "better" if rose else "worse"
    passed = _passes(metric, old), _passes(metric, new)
    rose = passed[1] * len(old) > passed[0] * len(new)
    agree = passed[0] in (0, len(old)) and passed[1] in (0, len(new))
    differ = passed[0] * len(new) != passed[1] * len(old)
    if differ and (agree or _chance(passed, (len(old), len(new))) <= REPRODUCIBLE):
        return "fixed" if rose else "broken"
    if not agree and all(value in (metric.bounds or ()) for value in (*old, *new)):
        return "flaky"
    shift = sum(new) / len(new) - sum(old) / len(old)
    if shift == 0:
        return "same"
    return "better" if (shift > 0) == (metric.better == "higher") else "worse"


def _passes(metric: MetricRecord, values: Sequence[float]) -> int:
    middle = sum(extremes(metric)) / 2.0
    if metric.better == "higher":
        return sum(value >= middle for value in values)
    return sum(value <= middle for value in values)


def _chance(passed: tuple[int, int], trials: tuple[int, int]) -> float:
    """Fisher's one-sided p-value in the direction of the change."""
    old, new = (passed[0], trials[0] - passed[0]), (passed[1], trials[1] - passed[1])
    fell = passed[1] * trials[0] < passed[0] * trials[1]
    return fisher_fewer(new, old) if fell else fisher_fewer(old, new)


def evidence_of(pair: CasePair, metric: MetricRecord) -> CaseEvidence | None:
    """How often a case passed on both sides; None for scores without a range, or without any."""
    if metric.bounds is None:
        return None
    arms = [
        evidence(trials, metric, expected=1, favour=True).values
        for trials in (pair.baseline, pair.candidate)
    ]
    counts = [(_passes(metric, values), len(values)) for values in arms]
    (old, before), (new, after) = counts
    if not before or not after:
        return None
    single = before == after == 1
    chance = None if single else _chance((old, new), (before, after))
    return CaseEvidence(baseline=counts[0], candidate=counts[1], p_value=chance)


def case_pairs(
    paired: Pairing,
    scored: Sequence[Scores],
    *,
    flake_rates: Mapping[str, float] | None = None,
) -> tuple[CasePair, ...]:
    """Every case of either run, in the candidate's order, then the removed ones."""
    before = {case.id: case for case in paired.baseline.run.cases}
    after = {case.id: case for case in paired.candidate.run.cases}
    units, rates = units_of(paired), flake_rates or {}
    listed: tuple[tuple[CaseState, Iterable[str]], ...] = (
        ("added", paired.added),
        ("removed", paired.removed),
        ("edited", paired.edited),
        ("quarantined", paired.quarantined),
    )
    special: dict[str, CaseState] = {case: state for state, cases in listed for case in cases}
    pairs: list[CasePair] = []
    for key in (*after, *(key for key in before if key not in after)):
        scores: dict[str, tuple[float | None, float | None]] = {}
        states: dict[str, CaseState] = {}
        state = special.get(key)
        for found in scored:
            label = found.metric.label
            if state is None:
                old, new = found.baseline[key], found.candidate[key]
                scores[label] = (old.mean, new.mean)
                states[label] = state_of(found.metric, old, new)
            else:
                seen = state == "quarantined"
                scores[label] = _seen(paired, found.metric, key) if seen else (None, None)
                states[label] = state
        pairs.append(
            CasePair(
                case=after.get(key) or before[key],
                baseline=paired.baseline.trials.get(key, ()),
                candidate=paired.candidate.trials.get(key, ()),
                scores=scores,
                states=states,
                unit=units.get(key, ""),
                flake_rate=rates.get(key),
            )
        )
    return tuple(pairs)


def _seen(paired: Pairing, metric: MetricRecord, key: str) -> tuple[float | None, float | None]:
    """Means of a case on both sides, over the trials that are there."""
    arms = (paired.baseline, paired.candidate)
    found = [evidence(arm.trials.get(key, ()), metric, expected=1, favour=True) for arm in arms]
    return found[0].mean, found[1].mean
