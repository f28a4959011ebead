"""What a delta says beside its bounds: counts, noise, units, and what was lost."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from holdfast.comparing.delta import Delta
from holdfast.comparing.pairing import pair
from holdfast.comparing.scores import collect, pairs_of
from holdfast.comparison import Comparison, compare
from holdfast.metric import Failure, Outcome
from holdfast.policy import Policy
from holdfast.record import MetricRecord, Run
from holdfast.system import Response, Spec
from holdfast.testing import METRICS, make_run

CORRECT, RECALL, ERRORS, LATENCY = METRICS
COST = MetricRecord(spec=Spec(name="cost"), better="lower", bounds=None, unit="USD")
LOST = Failure(stage="metric", error="gone")

Trials = dict[str, list[float | Outcome]]


def compared(
    before: Trials,
    after: Trials,
    *,
    metric: MetricRecord = RECALL,
    clusters: dict[str, str] | None = None,
    **rule: object,
) -> Comparison:
    runs = (
        make_run(trials, id=name, metric=metric, clusters=clusters)
        for name, trials in (("a", before), ("b", after))
    )
    policies = [Policy(metric=metric.label, **{"margin": 0.1, **rule})] if rule else []
    return compare(*runs, policies=policies)


def delta(before: Trials, after: Trials, **more: object) -> Delta:
    return compared(before, after, **more).deltas[0]


def graded(changes: list[float]) -> tuple[Trials, Trials]:
    before: Trials = {f"c{row:02}": [0.5] for row in range(len(changes))}
    return before, {f"c{row:02}": [0.5 + change] for row, change in enumerate(changes)}


MIXED = [-0.25] * 7 + [0.0] * 5 + [0.125] * 4


def test_wins_losses_and_the_sign_test_leave_ties_out() -> None:
    found = delta(*graded(MIXED))
    assert (found.wins, found.losses) == (4, 7)
    tie = binomtest(4, 11).pvalue, 330 / 2**11
    below = binomtest(4, 11, alternative="less").pvalue
    assert found.p_sign == pytest.approx(below - tie[1] / 2)
    lower = delta(*graded(MIXED), metric=replace(RECALL, better="lower"))
    assert (lower.wins, lower.losses) == (7, 4)


def test_the_sign_test_counts_clusters_by_what_most_of_their_cases_did() -> None:
    clusters = {f"c{row:02}": str(row // 4) for row in range(16)}  # -4, -3, +1, +3 by sign
    found = delta(*graded(MIXED), clusters=clusters)
    assert (found.wins, found.losses, found.clusters) == (4, 7, 4)
    # Clusters: lost, lost, unchanged, gained.
    assert found.p_sign == pytest.approx((1 / 8 + 4 / 8) / 2)


def test_the_noise_of_single_trials_is_their_variance_within_a_case() -> None:
    trials = np.random.default_rng(1).uniform(0.2, 0.8, (20, 2))
    before: Trials = {f"c{row:02}": list(map(float, pair)) for row, pair in enumerate(trials)}
    before |= {"c18": [0.5, 0.1, 0.3], "c19": [0.5]}
    after: Trials = {key: [0.5] for key in before}
    variances = [np.var(values, ddof=1) for values in before.values() if len(values) > 1]
    found = delta(before, after)
    assert found.noise == (pytest.approx(np.mean(variances)), None)


def test_the_level_of_a_policy_is_the_level_of_the_bounds() -> None:
    usual, strict = (delta(*graded(MIXED * 2), alpha=alpha) for alpha in (0.05, 0.01))
    assert (usual.alpha, strict.alpha) == (0.05, 0.01)
    assert strict.low < usual.low < usual.high < strict.high


def test_the_spread_is_that_of_one_case() -> None:
    changes = np.array(MIXED * 40)
    found = delta(*graded(list(changes)))
    assert found.spread == pytest.approx(changes.std(), rel=0.05)


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_changes_case_by_case_are_shares_of_the_range_of_the_cases_that_were_scored(
    better: str,
) -> None:
    sign = 1.0 if better == "higher" else -1.0
    metric = replace(RECALL, better=better, bounds=(-1.0, 3.0))
    before, after = graded(MIXED * 2)
    after["c03"] = [LOST]
    found = delta(before, after, metric=metric)
    assert found.paired is not None
    assert "c03" not in found.paired.cases
    assert len(found.paired.cases) == found.pairs == 31
    assert found.paired.changes == pytest.approx(sign * np.delete(MIXED * 2, 3) / 4)
    assert found.worst is not None
    assert found.worst.paired is not None
    assert len(found.worst.paired.cases) == 32
    assert found.worst.paired.changes[3] == pytest.approx(-1.5 / 4 if sign > 0 else -2.5 / 4)


def test_changes_of_scores_without_a_range_are_shares_of_the_baseline_or_themselves() -> None:
    score = replace(COST, better="higher")
    for shift, share in ((0.0, 1.0), (-3.0, 3.0), (5.0, 5.0)):
        before: Trials = {f"c{row:02}": [shift + (-1.0) ** row] for row in range(40)}
        after: Trials = {f"c{row:02}": [shift + row / 8] for row in range(40)}
        found = delta(before, after, metric=score).paired
        assert found is not None
        raw = [after[key][0] - before[key][0] for key in found.cases]
        assert found.changes == pytest.approx(np.array(raw) / share)


def test_equal_answers_that_scored_differently_are_compared() -> None:
    alike: list[Run] = []
    for trials in graded(MIXED * 2):
        run = make_run(trials, id=f"run {len(alike)}", metric=RECALL)
        said = tuple(replace(trial, response=Response(text="yes")) for trial in run.trials)
        alike.append(replace(run, trials=said))
    found = compare(*alike).deltas[0]
    assert (found.method, found.losses) == ("shrunk-t", 14)
    assert compare(alike[0], replace(alike[0], id="c")).deltas[0].method == "identical"


def test_every_metric_has_its_delta_where_several_lost_scores() -> None:
    before, after = graded(MIXED * 2)
    runs = {
        (name, metric.label): make_run(
            {**trials, f"c0{place}": [LOST]} if name == "b" else trials, id=name, metric=metric
        )
        for name, trials in (("a", before), ("b", after))
        for place, metric in enumerate((RECALL, ERRORS))
    }

    def joined(name: str) -> Run:
        first, second = (runs[name, metric.label] for metric in (RECALL, ERRORS))
        trials = tuple(
            replace(one, scores={**one.scores, **other.scores}, response=None)
            for one, other in zip(first.trials, second.trials, strict=True)
        )
        return replace(first, metrics=(RECALL, ERRORS), trials=trials)

    together = compare(joined("a"), joined("b")).deltas
    for found, metric in zip(together, (RECALL, ERRORS), strict=True):
        alone = compare(runs["a", metric.label], runs["b", metric.label]).deltas[0]
        assert found.worst is not None and alone.worst is not None
        assert (found.metric, found.pairs, found.estimate) == (metric, 31, alone.estimate)
        assert (found.worst.estimate, found.worst.low) == (alone.worst.estimate, alone.worst.low)


def test_a_lost_binary_score_keeps_the_test_of_binary_scores() -> None:
    before: Trials = {f"c{row:02}": [1.0] for row in range(40)}
    found = delta(before, {**before, "c03": [LOST], "c04": [0.0]}, metric=CORRECT)
    assert found.worst is not None
    assert (found.method, found.worst.method) == ("tango", "tango")
    assert found.failures is not None
    assert found.failures.new == ("c04",)


def test_repeated_or_graded_scores_are_no_binary_pairs() -> None:
    twice: Trials = {f"c{row:02}": [1.0, 1.0] for row in range(40)}
    once: Trials = {f"c{row:02}": [1.0] for row in range(40)}
    half = {**once, "c03": [0.5]}
    partly = {key: [1.0, LOST] for key in twice}
    for before, after in ((twice, {**twice, "c03": [0.0, 1.0]}), (once, half), (twice, partly)):
        assert delta(before, after, metric=CORRECT).method == "shrunk-t"
    assert delta(once, half, metric=CORRECT).failures is None


def test_money_is_compared_as_a_ratio_whatever_its_unit() -> None:
    sizes = np.random.default_rng(2).lognormal(0.0, 0.5, 60)
    found: list[Delta] = []
    for scale in (1.0, 1e-6, 1e6):
        before: Trials = {f"c{row:02}": [float(scale * size)] for row, size in enumerate(sizes)}
        after: Trials = {key: [1.2 * values[0] + scale * 0.01] for key, values in before.items()}
        found.append(delta(before, after, metric=COST))
    for one in found:
        assert (one.scale, one.method) == ("ratio", "fieller")
        assert one.estimate == pytest.approx(-0.2 - 0.01 / sizes.mean())
        assert one.paired is not None
        assert one.paired.changes.mean() == pytest.approx(one.estimate)
        assert (one.low, one.high) == pytest.approx((found[0].low, found[0].high))
        assert one.spread == pytest.approx(found[0].spread)


@pytest.mark.parametrize(
    ("before", "after", "scale"),
    [(1.0, 2.0, "ratio"), (0.0, 2.0, "difference"), (1.0, -0.5, "difference"), (1.0, 0.0, "ratio")],
)
def test_a_total_of_zero_or_with_scores_below_zero_has_no_ratio(
    before: float, after: float, scale: str
) -> None:
    trials: Trials = {f"c{row:02}": [before] for row in range(30)}
    changed: Trials = {**{key: [after] for key in trials}, "c00": [before]}
    assert delta(trials, changed, metric=COST).scale == scale


def test_scores_without_a_range_that_never_differ_have_a_made_one() -> None:
    trials: Trials = {f"c{row:02}": [-3.0] for row in range(30)}
    found = delta(trials, dict(trials), metric=LATENCY)
    assert (found.method, found.low, found.high) == ("identical", 0.0, 0.0)


@pytest.mark.parametrize("arm", ["baseline", "candidate"])
def test_lost_trials_of_these_cases_count_against_the_candidate(arm: str) -> None:
    chance = np.random.default_rng(3)
    before: Trials = {f"c{row:02}": list(map(float, chance.integers(0, 2, 4))) for row in range(40)}
    after: Trials = {key: values[::-1] for key, values in before.items()}
    partly, filled = (
        {key: [*values[:3], last] if key < "c20" else values for key, values in found.items()}
        for found, last in (
            (before if arm == "baseline" else after, LOST),
            (before if arm == "baseline" else after, 1.0 if arm == "baseline" else 0.0),
        )
    )
    arms = (partly, after) if arm == "baseline" else (before, partly)
    told = (filled, after) if arm == "baseline" else (before, filled)
    nominal = delta(*arms, metric=CORRECT, estimand="suite")
    usable = [
        [np.mean([one for one in values if one is not LOST]) for values in trials.values()]
        for trials in arms
    ]
    assert nominal.estimate == pytest.approx(np.mean(usable[1]) - np.mean(usable[0]))
    assert nominal.low < nominal.estimate < nominal.high
    worst = nominal.worst
    expected = delta(*told, metric=CORRECT, estimand="suite")
    assert worst is not None
    assert (worst.method, expected.method) == ("within-case", "within-case")
    numbers = ("low", "estimate", "high", "p_worse", "p_better")
    assert [getattr(worst, name) for name in numbers] == pytest.approx(
        [getattr(expected, name) for name in numbers], abs=1e-9
    )


def test_seconds_and_values_of_all_trials_are_no_claim_about_these_cases() -> None:
    trials: Trials = {f"c{row:02}": [1.0, 2.0] for row in range(30)}
    seconds = replace(LATENCY, unit="seconds")
    comparison = compared(trials, dict(trials), metric=seconds, role="monitor", estimand="suite")
    assert not any("sample" in note for note in comparison.notes)


def test_only_the_worst_case_fills_in_lost_trials() -> None:
    partly: Trials = {f"c{row:02}": [1.0, 0.0, LOST] for row in range(12)}
    pairing = pair(make_run(partly), make_run(partly, id="b"))
    scores = collect(pairing, CORRECT, alpha=0.05, estimand="suite")
    groups = {key: key for key in partly}
    seen, worst = (pairs_of(scores, groups, worst=worst).repeated for worst in (False, True))
    assert seen is not None and worst is not None
    assert {*seen.baseline, *seen.candidate} == {(1.0, 0.0)}
    assert {*worst.baseline} == {(1.0, 0.0, 1.0)}
    assert {*worst.candidate} == {(1.0, 0.0, 0.0)}
