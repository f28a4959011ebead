"""Families: who is adjusted with whom, and by what."""

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from holdfast.comparison import Comparison, compare
from holdfast.gate import Finding, Verdict, decide
from holdfast.metric import Failure
from holdfast.policy import Policy
from holdfast.stats.multiplicity import holm
from tests.judging.results import judged, run_of


def compared(count: int, *, drop: float, seed: int = 0, cases: int = 100) -> Comparison:
    chance = np.random.default_rng(seed)
    before = {f"m{k}": chance.uniform(0.4, 0.9, cases) for k in range(count)}
    noise = chance.normal(0.0, 0.2, cases)
    after = {
        label: np.clip(values - drop + noise + chance.normal(0.0, 0.05, cases), 0.0, 1.0)
        for label, values in before.items()
    }
    rules = [Policy(metric=label, margin=0.01) for label in before]
    tags = [()] * cases
    return compare(run_of("a", before, tags), run_of("b", after, tags), policies=rules)


def verdict(comparison: Comparison, **rule: object) -> Verdict:
    rules = [
        Policy(metric=delta.metric.label, **{"margin": 0.01, **rule}) for delta in comparison.deltas
    ]
    return decide(comparison, rules)


def by_metric(found: Verdict) -> dict[str, Finding]:
    return {finding.metric: finding for finding in found.findings}


def raw(comparison: Comparison) -> list[float]:
    return [delta.p_worse for delta in comparison.deltas]


def test_gates_on_the_same_cases_are_adjusted_by_sign_flips() -> None:
    comparison = compared(6, drop=0.02)
    found = by_metric(verdict(comparison))
    for delta, most in zip(comparison.deltas, holm(raw(comparison)), strict=True):
        finding = found[delta.metric.label]
        assert finding.adjustment == "max-t"
        assert delta.p_worse <= finding.p_worse <= most
    assert sum(finding.p_worse for finding in found.values()) < 0.7 * sum(holm(raw(comparison)))


def test_one_gate_is_not_adjusted() -> None:
    comparison = compared(1, drop=0.05)
    finding = verdict(comparison).findings[0]
    assert (finding.adjustment, finding.p_worse) == ("none", comparison.deltas[0].p_worse)


@pytest.mark.parametrize("change", ["sequential", "corrected", "other cases"])
def test_gates_that_do_not_share_sign_flips_are_adjusted_by_holm(change: str) -> None:
    comparison = compared(4, drop=0.05)
    deltas = list(comparison.deltas)
    if change == "sequential":
        deltas = [replace(delta, sequential=True) for delta in deltas]
    elif change == "corrected":
        deltas = [replace(delta, paired=None, method="ppi") for delta in deltas]
    else:
        assert deltas[0].paired is not None
        few = replace(
            deltas[0].paired,
            cases=deltas[0].paired.cases[:70],
            changes=deltas[0].paired.changes[:70],
            units=deltas[0].paired.units[:70],
        )
        deltas[0] = replace(deltas[0], paired=few)
    found = by_metric(verdict(replace(comparison, deltas=tuple(deltas))))
    for delta, expected in zip(comparison.deltas, holm(raw(comparison)), strict=True):
        assert found[delta.metric.label].adjustment == "holm"
        assert found[delta.metric.label].p_worse == pytest.approx(expected)


def test_a_gate_that_is_judged_otherwise_takes_its_share_of_alpha() -> None:
    comparison = compared(5, drop=0.05)
    alone = by_metric(verdict(replace(comparison, deltas=comparison.deltas[:4])))
    mixed = (*comparison.deltas[:4], replace(comparison.deltas[4], paired=None, method="ppi"))
    found = by_metric(verdict(replace(comparison, deltas=mixed)))
    for label, finding in alone.items():
        assert found[label].p_worse == pytest.approx(finding.p_worse * 5 / 4)
    assert found["m4"].p_worse == pytest.approx(5 * comparison.deltas[4].p_worse)


def test_monitors_are_adjusted_by_benjamini_and_hochberg_apart_from_gates() -> None:
    comparison = compared(6, drop=0.03)
    rules = [Policy(metric="m0", margin=0.01)]
    rules += [Policy(metric=f"m{k}", margin=0.01, role="monitor") for k in range(1, 6)]
    found = by_metric(decide(comparison, rules))
    expected = multipletests(raw(comparison)[1:], method="fdr_bh")[1]
    for label, p_value in zip([f"m{k}" for k in range(1, 6)], expected, strict=True):
        assert found[label].adjustment == "benjamini-hochberg"
        assert found[label].p_worse == pytest.approx(p_value)
    assert found["m0"].p_worse == comparison.deltas[0].p_worse


def test_a_monitor_warns_from_a_false_discovery_rate_of_one_in_ten() -> None:
    before = {"correct": np.ones(60)}
    after = {"correct": np.r_[np.zeros(3), np.ones(57)]}  # p = .0625
    assert judged(before, after, [()] * 60, role="monitor").findings[0].state == "regressed"
    assert judged(before, after, [()] * 60, role="gate").findings[0].state == "inconclusive"


def test_monitors_and_shown_metrics_cost_gates_nothing() -> None:
    comparison = compared(4, drop=0.05)
    alone = decide(comparison, [Policy(metric="m0", margin=0.01)]).findings[0]
    rules = [Policy(metric="m0", margin=0.01), Policy(metric="m1", margin=0.01, role="monitor")]
    beside = by_metric(decide(comparison, rules))["m0"]
    assert beside.p_worse == alone.p_worse


def test_lost_scores_of_one_metric_keep_the_family_together() -> None:
    rows = range(100)
    chance = np.random.default_rng(3)
    scores = {f"m{k}": chance.uniform(0.3, 0.9, 100) for k in range(3)}
    lower = {
        label: np.clip(v - 0.05 + chance.normal(0, 0.1, 100), 0, 1) for label, v in scores.items()
    }
    baseline, candidate = (run_of(n, s, [()] * 100) for n, s in (("a", scores), ("b", lower)))
    gone = Failure(stage="metric", error="gone")
    trials = tuple(
        replace(trial, scores={**trial.scores, "m1": gone}) if row < 4 else trial
        for row, trial in zip(rows, candidate.trials, strict=True)
    )
    rules = [Policy(metric=label, margin=0.01) for label in scores]
    comparison = compare(baseline, replace(candidate, trials=trials), policies=rules)
    found = by_metric(decide(comparison, rules))
    assert {finding.adjustment for finding in found.values()} == {"max-t"}


def test_false_alarms_of_twelve_related_gates_stay_at_the_level() -> None:
    alarms, runs = 0, 25
    for seed in range(runs):
        found = verdict(compared(12, drop=0.0, seed=seed, cases=60), slices="off", margin=0.001)
        alarms += any(finding.state == "regressed" for finding in found.findings)
    assert alarms / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5
