"""Rates of a fallible judge against statsmodels, published code and full enumeration."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from holdfast.errors import UsageError
from holdfast.stats.confusion import Confusion, balanced_accuracy, design_effect, rogan_gladen


def confusion(found: int, positives: int, refused: int, negatives: int) -> Confusion:
    return Confusion(
        true_positive=found,
        false_negative=positives - found,
        false_positive=negatives - refused,
        true_negative=refused,
    )


def test_shares_lie_between_their_wilson_bounds() -> None:
    counts = confusion(45, 50, 60, 100)
    for interval, hits, trials in (
        (counts.sensitivity(alpha=0.025), 45, 50),
        (counts.specificity(alpha=0.025), 60, 100),
        (counts.prevalence(alpha=0.025), 50, 150),
    ):
        oracle = proportion_confint(hits, trials, alpha=0.05, method="wilson")
        assert (interval.low, interval.high) == pytest.approx(oracle, abs=1e-9)
        assert interval.estimate == hits / trials


@pytest.mark.parametrize("positives", [50, 120])
@pytest.mark.parametrize("gap", [0.0, 0.1, 0.2, 0.25])
def test_a_judge_at_the_threshold_is_seldom_believed_to_be_above_it(
    positives: int, gap: float
) -> None:
    """All samples are enumerated; the truth of balanced accuracy is 0.75."""
    wrong = 0.0
    for found in range(positives + 1):
        chance = binom.pmf(found, positives, 0.75 + gap)
        if chance < 1e-9:
            continue
        for refused in range(51):
            low = balanced_accuracy(confusion(found, positives, refused, 50)).low
            if low >= 0.75:
                wrong += chance * binom.pmf(refused, 50, 0.75 - gap)
    assert wrong <= 0.06


@given(found=st.integers(0, 50), refused=st.integers(0, 40))
def test_balanced_accuracy_lies_between_its_bounds(found: int, refused: int) -> None:
    interval = balanced_accuracy(confusion(found, 50, refused, 40))
    assert 0.0 <= interval.low < interval.high <= 1.0
    assert interval.low <= interval.estimate <= interval.high
    assert interval.estimate == pytest.approx((found / 50 + refused / 40) / 2)


def test_one_kind_of_case_has_no_balanced_accuracy() -> None:
    with pytest.raises(UsageError, match="no negative case"):
        balanced_accuracy(confusion(9, 10, 0, 0))


@pytest.mark.parametrize(
    ("yes", "total", "counts", "published"),
    [
        # What the function that Lee et al. 2025 publish beside their paper returns at 95 %.
        (5000, 10_000, (4500, 5000, 4500, 5000), (0.4857088025790391, 0.514291197420961)),
        (450, 1000, (90, 100, 80, 100), (0.25894425647660047, 0.44233998181335177)),
        (30, 40, (49, 50, 41, 60), (0.4054891775368081, 0.8509578254283527)),
        (5, 400, (70, 75, 199, 200), (0.0, 0.02795063793289036)),
    ],
)
def test_a_corrected_rate_has_the_interval_of_lee(
    yes: int, total: int, counts: tuple[int, int, int, int], published: tuple[float, float]
) -> None:
    interval = rogan_gladen(yes, total, confusion(*counts), alpha=0.025)
    assert (interval.low, interval.high) == pytest.approx(published, abs=1e-9)


def test_a_corrected_rate_covers_the_truth() -> None:
    dice = np.random.default_rng(11)
    truth, q1, q0 = 0.7, 0.9, 0.8
    low = high = 0
    for _ in range(400):
        counts = confusion(int(dice.binomial(80, q1)), 80, int(dice.binomial(80, q0)), 80)
        yes = int(dice.binomial(600, truth * q1 + (1 - truth) * (1 - q0)))
        interval = rogan_gladen(yes, 600, counts)
        low += interval.low > truth
        high += interval.high < truth
    assert low <= 33 and high <= 33  # 5 % of 400, and three standard errors


def test_a_judge_of_chance_corrects_nothing() -> None:
    with pytest.raises(UsageError, match="no more than chance"):
        rogan_gladen(50, 100, confusion(50, 100, 50, 100))


def test_copies_of_a_case_are_no_new_cases() -> None:
    hits = np.repeat(np.random.default_rng(2).random(60) < 0.8, 4).astype(float)
    units = np.repeat(np.arange(60), 4)
    assert design_effect(hits, units) == pytest.approx(4.0, rel=0.03)
    assert design_effect(hits, np.arange(240)) == 1.0
    assert design_effect(np.ones(240), units) == 4.0


def test_a_design_effect_shrinks_the_sample_of_a_share() -> None:
    counts = confusion(45, 50, 60, 100)
    for interval, hits, trials in (
        (counts.sensitivity(effect=1.6), 45, 50),
        (counts.specificity(effect=1.6), 60, 100),
        (counts.prevalence(effect=1.6), 50, 150),
    ):
        oracle = proportion_confint(hits / 1.6, trials / 1.6, alpha=0.1, method="wilson")
        assert (interval.low, interval.high) == pytest.approx(oracle, abs=1e-9)
        assert interval.estimate == hits / trials
    assert counts.table.tolist() == [[60.0, 40.0], [5.0, 45.0]]


def test_a_share_of_no_case_may_be_anything() -> None:
    counts = confusion(0, 0, 0, 0)
    for interval in (counts.sensitivity(), counts.specificity(), counts.prevalence()):
        assert (interval.low, interval.high) == (0.0, 1.0)
        assert math.isnan(interval.estimate)


def test_balanced_accuracy_joins_the_two_wilson_intervals() -> None:
    found = balanced_accuracy(confusion(41, 50, 55, 90), alpha=0.025, effects=(1.7, 2.5))
    first = proportion_confint(41 / 1.7, 50 / 1.7, alpha=0.05, method="wilson")
    second = proportion_confint(55 / 2.5, 90 / 2.5, alpha=0.05, method="wilson")
    middle = (41 / 50 + 55 / 90) / 2
    below = math.sqrt((41 / 50 - first[0]) ** 2 + (55 / 90 - second[0]) ** 2) / 2
    above = math.sqrt((41 / 50 - first[1]) ** 2 + (55 / 90 - second[1]) ** 2) / 2
    assert (found.low, found.estimate, found.high) == pytest.approx(
        (middle - below, middle, middle + above), abs=1e-12
    )
    plain = balanced_accuracy(confusion(41, 50, 55, 90))
    assert plain == balanced_accuracy(confusion(41, 50, 55, 90), alpha=0.05, effects=(1.0, 1.0))


@pytest.mark.parametrize(
    ("counts", "missing"), [((9, 10, 0, 0), "negative"), ((0, 0, 9, 10), "positive")]
)
def test_balanced_accuracy_names_the_kind_that_is_missing(
    counts: tuple[int, int, int, int], missing: str
) -> None:
    with pytest.raises(UsageError, match=f"there is no {missing} case"):
        balanced_accuracy(confusion(*counts))


@pytest.mark.parametrize(
    ("yes", "total", "counts"),
    [(0, 0, (9, 10, 8, 10)), (3, 9, (0, 0, 8, 10)), (3, 9, (9, 10, 0, 0))],
)
def test_a_corrected_rate_needs_cases_of_every_kind(
    yes: int, total: int, counts: tuple[int, int, int, int]
) -> None:
    with pytest.raises(UsageError, match="a corrected rate needs"):
        rogan_gladen(yes, total, confusion(*counts))


def test_one_unlabelled_case_and_one_of_each_kind_are_enough_to_correct_a_rate() -> None:
    found = rogan_gladen(1, 1, confusion(1, 1, 1, 1))
    assert (found.low, found.estimate, found.high) == (0.0, 1.0, 1.0)


@pytest.mark.parametrize(("yes", "expected"), [(90, 1.0), (45, (0.45 + 0.7 - 1) / 0.5), (10, 0.0)])
def test_a_corrected_rate_is_a_share(yes: int, expected: float) -> None:
    found = rogan_gladen(yes, 100, confusion(40, 50, 28, 40))
    assert found.estimate == pytest.approx(expected)
    assert 0.0 <= found.low <= found.estimate <= found.high <= 1.0


def test_a_judge_that_few_labels_barely_show_to_be_of_use_bounds_nothing() -> None:
    for negatives in (4, 100):  # with pseudo-counts they are found as often as refused, or less
        found = rogan_gladen(30, 60, confusion(1, 1, 1, negatives))
        assert (found.low, found.high) == (0.0, 1.0)


def test_the_design_effect_of_a_small_sample_by_hand() -> None:
    # Half are hits; the sums of the deviations are 1, -1.5 and 0.5, so the variance of the share is
    # 3 / 2 * 3.5 / 36, beside 0.25 / 6 of independent cases.
    hits, units = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 1.0]), np.array([0, 0, 4, 4, 4, 2])
    assert design_effect(hits, units) == pytest.approx(3.5)
    # Two clusters: 2 * 1.28 / 25 beside 0.24 / 5.
    pair = design_effect(np.array([1.0, 1.0, 0.0, 1.0, 0.0]), np.array([0, 0, 1, 1, 1]))
    assert pair == pytest.approx(0.1024 / 0.048)
    # Clusters whose cases balance each other are no reason for confidence.
    assert design_effect(np.array([1.0, 0.0, 1.0, 0.0, 1.0]), np.array([0, 0, 1, 1, 2])) == 1.0
    assert design_effect(hits, np.zeros(6, np.int64)) == 6.0
    assert design_effect(np.zeros(6), units) == 2.0
