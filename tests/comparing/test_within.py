"""The estimand `suite`: the cases are the whole, and their trials tell how sure a change is."""

import random

import pytest

from holdfast.comparison import Comparison, compare
from holdfast.gate import decide
from holdfast.metric import Failure
from holdfast.policy import PROFILES, Policy
from holdfast.record import MetricRecord
from holdfast.system import Spec
from holdfast.testing import METRICS, make_run

CORRECT, GRADED = METRICS[0], METRICS[1]
TOKENS = MetricRecord(spec=Spec(name="tokens"), better="lower", bounds=None, unit="tokens")
LOST = Failure(stage="metric", error="gone")

Trials = dict[str, list[float | Failure]]


def golden(
    before: Trials,
    after: Trials,
    *,
    metric: MetricRecord = CORRECT,
    margin: float = 0.05,
) -> Comparison:
    rules = [Policy(metric=metric.label, margin=margin, estimand="suite")]
    runs = make_run(before, metric=metric), make_run(after, id="b", metric=metric)
    return compare(*runs, policies=rules)


def flaky(seed: int, *, cases: int = 100, trials: int = 3) -> Trials:
    rates, chance = random.Random(1), random.Random(seed)
    found: Trials = {}
    for index in range(cases):
        rate = rates.choice([1.0, 1.0, 0.9, 0.5])
        found[f"c{index:03}"] = [float(chance.random() < rate) for _ in range(trials)]
    return found


def test_a_change_of_these_cases_is_known_better_than_that_of_a_sample() -> None:
    before, after = flaky(2), flaky(3)
    after |= {f"c{index:03}": [0.0, 0.0, 0.0] for index in range(4)}
    whole = golden(before, after).deltas[0]
    runs = make_run(before), make_run(after, id="b")
    sample = compare(*runs).deltas[0]
    assert (whole.method, whole.test) == ("within-case", "exact relabelling mid-p")
    assert whole.estimate == pytest.approx(sample.estimate)
    assert whole.high - whole.low < sample.high - sample.low
    assert whole.p_worse < sample.p_worse
    assert whole.clusters is None


def test_one_trial_says_nothing_of_these_cases_alone() -> None:
    comparison = golden(flaky(2, trials=1), flaky(3, trials=3))
    assert comparison.deltas[0].method == "shrunk-t"
    assert "the baseline has 1 and the candidate 3" in comparison.notes[0]
    rules = [Policy(metric="correct", margin=0.05, estimand="suite")]
    assert comparison.notes[0] in decide(comparison, rules).warnings


def test_equal_trials_still_leave_room_for_a_loss() -> None:
    same: Trials = {f"c{index}": [1.0, 1.0, 1.0] for index in range(100)}
    reworded = make_run(same, id="b")
    rules = [Policy(metric="correct", margin=0.05, estimand="suite")]
    delta = compare(make_run(same, system="other"), reworded, policies=rules).deltas[0]
    assert delta.estimate == 0.0
    if delta.method != "identical":
        assert delta.low < -0.01


def test_graded_scores_are_relabelled_at_random() -> None:
    chance = random.Random(5)
    before: Trials = {f"c{n}": [chance.random() for _ in range(4)] for n in range(40)}
    after: Trials = {
        key: [max(0.0, value - 0.2) for value in values if isinstance(value, float)]
        for key, values in before.items()
    }
    delta = golden(before, after, metric=GRADED).deltas[0]
    assert (delta.method, delta.test) == ("within-case", "relabelling, 9,998 resamples")
    assert delta.p_worse < 0.01
    assert delta.low < delta.estimate < delta.high < 0.0


def test_lower_is_better_mirrors_the_bounds() -> None:
    before, after = flaky(2), flaky(4)
    rate = METRICS[2]
    higher, lower = golden(before, after).deltas[0], golden(before, after, metric=rate).deltas[0]
    assert (lower.low, lower.high) == pytest.approx((-higher.high, -higher.low))
    assert (lower.p_worse, lower.p_better) == pytest.approx((higher.p_better, higher.p_worse))


def test_counts_that_do_not_vary_are_compared_exactly() -> None:
    before: Trials = {f"c{index}": [100.0 + index] * 2 for index in range(20)}
    after: Trials = {key: [*values] for key, values in before.items()}
    after["c3"] = [140.0, 140.0]
    delta = golden(before, after, metric=TOKENS).deltas[0]
    assert delta.method == "exact"
    assert delta.low == delta.estimate == delta.high == pytest.approx(-37 / 2190)
    assert (delta.p_worse, delta.p_better) == (0.0, 1.0)


def test_counts_that_vary_are_a_ratio_with_bounds() -> None:
    chance = random.Random(6)
    before: Trials = {
        f"c{n}": [float(chance.randint(90, 110) * (1 + n)) for _ in range(3)] for n in range(40)
    }
    after: Trials = {
        key: [float(1.2 * chance.randint(90, 110) * (1 + int(key[1:]))) for _ in range(3)]
        for key in before
    }
    delta = golden(before, after, metric=TOKENS).deltas[0]
    assert (delta.method, delta.scale) == ("within-case", "ratio")
    assert delta.low < delta.estimate < delta.high < -0.1
    backward = golden(after, before, metric=TOKENS).deltas[0]
    assert 1 - backward.low == pytest.approx(1 / (1 - delta.high))


@pytest.mark.parametrize("metric", [CORRECT, TOKENS])
def test_lost_trials_are_filled_in_against_the_candidate(metric: MetricRecord) -> None:
    before, after = flaky(2), flaky(2)
    for index in range(6):
        after[f"c{index:03}"] = [LOST, LOST, 1.0]
    delta = golden(before, after, metric=metric).deltas[0]
    assert delta.lost.candidate == 6
    assert delta.worst is not None
    assert delta.worst.low < delta.low
    assert delta.worst.p_worse < delta.p_worse


def test_more_tokens_in_one_trial_never_lift_a_block() -> None:
    chance = random.Random(3)
    before, after = (
        {f"c{index}": [float(chance.randint(90, 110)) for _ in range(3)] for index in range(40)}
        for _ in range(2)
    )
    before["c0"] = [500.0, 500.0, 500.0]
    for margin, code in ((0.12, 2), (0.125, 0)):
        rules = [Policy(metric="tokens", margin=margin, estimand="suite")]
        for spent in (0.0, 50.0, 100.0, 200.0, 300.0):
            after["c0"] = [spent, 900.0, 600.0]
            comparison = golden(before, after, metric=TOKENS, margin=margin)
            assert decide(comparison, rules, profile=PROFILES["release"]).exit_code == code
