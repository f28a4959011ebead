"""Ratios of totals, beside the interval of Fieller and laws of swapping and of currency."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from holdfast.comparing.estimate import Estimate, Pairs, Repeated
from holdfast.comparing.estimating import estimate
from holdfast.metric import Better
from holdfast.stats import within_case, within_ratio


def totals(before: object, after: object, *, better: Better = "lower") -> Pairs:
    baseline = np.array(before, np.float64)
    return Pairs(
        baseline=baseline,
        candidate=np.array(after, np.float64),
        units=np.arange(baseline.size),
        single_binary=False,
        bounds=(0.0, float(baseline.mean())),
        better=better,
        alpha=0.05,
        scale="ratio",
    )


def numbers(found: Estimate) -> list[float]:
    return [found.low, found.middle, found.high, found.p_worse, found.p_better, found.spread]


BEFORE = np.array([3.1, 40.0, 7.7, 12.4, 25.3, 5.9, 18.2, 9.6, 31.5, 14.8] * 300)
AFTER = BEFORE * np.array([1.3, 0.9, 1.1, 1.25, 0.95, 1.4, 1.2, 0.7, 1.1] * 333 + [1.0] * 3)


def fieller(before: np.ndarray, after: np.ndarray, *, alpha: float) -> tuple[float, float]:
    """Fieller's interval of a ratio of means, as the roots of its quadratic."""
    z, n = norm.ppf(1 - alpha), before.size
    means, covariance = (before.mean(), after.mean()), np.cov(before, after) / n
    a = means[0] ** 2 - z**2 * covariance[0, 0]
    b = means[0] * means[1] - z**2 * covariance[0, 1]
    c = means[1] ** 2 - z**2 * covariance[1, 1]
    root = math.sqrt(b**2 - a * c)
    return (b - root) / a, (b + root) / a


@pytest.mark.parametrize("alpha", [0.05, 0.005])
def test_many_totals_have_the_interval_of_fieller(alpha: float) -> None:
    low, high = fieller(BEFORE, AFTER, alpha=alpha)
    ratio = AFTER.sum() / BEFORE.sum()
    width = high - low
    spent = estimate(replace(totals(BEFORE, AFTER), alpha=alpha))
    assert (spent.low, spent.high) == pytest.approx((1 - high, 1 - low), abs=0.06 * width)
    earned = estimate(replace(totals(BEFORE, AFTER, better="higher"), alpha=alpha))
    assert (earned.low, earned.high) == pytest.approx((low - 1, high - 1), abs=0.06 * width)
    assert (spent.middle, earned.middle) == pytest.approx((1 - ratio, ratio - 1))
    assert (spent.method, spent.units) == ("fieller", 3000)
    assert spent.p_worse < 0.001 < 0.999 < spent.p_better
    assert (earned.p_worse, earned.p_better) == (spent.p_better, spent.p_worse)
    for found in (spent, earned):
        expected = np.std(AFTER - BEFORE, ddof=1) / BEFORE.mean()
        assert found.spread == pytest.approx(expected, rel=0.01)


@given(st.lists(st.integers(1, 40), min_size=12, max_size=40), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_swapping_the_arms_inverts_a_ratio_of_totals(amounts: list[int], chance: object) -> None:
    after = [chance.choice([0.0, 0.5, 1.0, 1.2, 3.0]) * amount for amount in amounts]
    after[0] = 7.0
    spent = totals(amounts, after)
    one, other = estimate(spent), estimate(spent.swapped)
    for lower, upper in ((one, other), (other, one)):
        inverse = 1 / (1 - upper.high) if upper.high < 1 else math.inf
        assert 1 - lower.low == pytest.approx(inverse, rel=1e-6)
        assert 1 - lower.middle == pytest.approx(1 / (1 - upper.middle))
    earned = totals(amounts, after, better="higher")
    one, other = estimate(earned), estimate(earned.swapped)
    for lower, upper in ((one, other), (other, one)):
        inverse = 1 / (1 + lower.low) if lower.low > -1 else math.inf
        assert 1 + upper.high == pytest.approx(inverse, rel=1e-6)
        assert 1 + lower.middle == pytest.approx(1 / (1 + upper.middle))
        assert lower.low <= lower.middle <= lower.high


@given(st.lists(st.integers(1, 40), min_size=12, max_size=40), st.sampled_from([1e-6, 0.3, 1e5]))
@settings(max_examples=25)
def test_the_currency_of_a_total_is_irrelevant(amounts: list[int], factor: float) -> None:
    before, after = np.array(amounts, np.float64), np.array(amounts[::-1], np.float64) + 1.5
    for better in ("higher", "lower"):
        one = estimate(totals(before, after, better=better))
        other = estimate(totals(factor * before, factor * after, better=better))
        assert numbers(other) == pytest.approx(numbers(one), rel=1e-6, abs=1e-9)
        assert other.test == one.test


def test_where_nothing_is_consumed_any_more_the_bounds_end_at_the_whole() -> None:
    before = [12.0, 30.0, 7.0, 55.0, 21.0, 18.0, 40.0, 9.0] * 6
    saved = estimate(totals(before, [0.0] * 48))
    assert (saved.middle, saved.high) == (1.0, 1.0)
    assert 0.8 < saved.low < 0.95
    lost = estimate(totals(before, [0.0] * 48, better="higher"))
    assert (lost.low, lost.middle) == (-1.0, -1.0)
    assert lost.high == pytest.approx(-saved.low)


def test_where_one_case_is_nearly_everything_a_gain_of_the_total_has_no_limit() -> None:
    before, after = [1000.0, *[0.001] * 19], [1000.0, *[0.002] * 19]
    earned = estimate(totals(before, after, better="higher"))
    assert (earned.low, earned.high) == (-1.0, math.inf)
    spent = estimate(totals(before, after))
    assert (spent.low, spent.high) == (-math.inf, 1.0)


def test_each_case_that_may_have_lost_any_amount_halves_the_p_value_of_the_others() -> None:
    before = [8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0]
    after = [9.0, 6.0, 11.0, 9.0, 8.0, 12.0, math.inf, math.inf]
    found = estimate(totals(before, after))
    # Of the 32 signs of 1, 2, 3, 1 and 4, three give a smaller sum than -7, and two the same.
    assert found.p_worse == pytest.approx((3 + 2 / 2) / 32 / 4)
    assert found.p_better == pytest.approx(1.0 - 4 / 32 / 4)
    assert (found.low, found.high, found.units) == (-math.inf, -math.inf, 8)
    nothing_else = estimate(totals(before, [8.0] * 7 + [math.inf]))
    assert nothing_else.p_worse == pytest.approx(0.25)


# Totals of these cases and no others.


def repeated(
    before: list[list[float]], after: list[list[float]], *, better: Better = "lower"
) -> Pairs:
    pairs = totals([np.mean(x) for x in before], [np.mean(x) for x in after], better=better)
    trials = Repeated(
        baseline=tuple(tuple(x) for x in before), candidate=tuple(tuple(x) for x in after)
    )
    return replace(pairs, repeated=trials)


def contrasts(
    first: list[list[float]], second: list[list[float]], *, fewest: int, alpha: float = 0.05
) -> float:
    """Lower bound of the ratio of the first total to the second, as a root of Fieller's quadratic.

    The interval of independent arms, with the variance and the correction that decision 0016 adds.
    """
    z = norm.ppf(1 - alpha)
    sums = [sum(np.mean(x) for x in arm) for arm in (first, second)]
    noise = [sum(np.var(x, ddof=1) / len(x) for x in arm) for arm in (first, second)]
    means = np.array([np.mean(x) for x in first])
    step = (means**2).sum() / means.sum() / fewest
    shift, added = step * (2 * z**2 + 1) / 6, (z * step) ** 2
    found: list[float] = []
    for moves in (0, 1):
        # Below a ratio of one, what is added has the size of the first arm's cases; above it,
        # it grows with the second's weight.
        a = sums[0] - (shift if moves == 0 else 0.0)
        b = sums[1] + (shift if moves == 1 else 0.0)
        v = noise[0] + (added if moves == 0 else 0.0), noise[1] + (added if moves == 1 else 0.0)
        p, q, r = b**2 - z**2 * v[1], a * b, a**2 - z**2 * v[0]
        weight = (q - math.sqrt(q**2 - p * r)) / p
        if (weight <= 1.0) == (moves == 0):
            found.append(weight)
    assert len(found) == 1
    return found[0]


SMALL = [[4.0, 6.5, 5.0], [31.0, 28.0, 33.5], [12.0, 12.0, 13.0], [55.0, 61.0, 50.0]] * 9
LARGE = [[5.0, 7.5], [30.0, 36.0], [12.0, 19.0], [70.0, 66.0]] * 9


@pytest.mark.parametrize(("before", "after"), [(SMALL, LARGE), (LARGE, SMALL)])
@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_totals_of_repeated_cases_have_fiellers_bounds(
    before: list[list[float]], after: list[list[float]], alpha: float
) -> None:
    found = estimate(replace(repeated(before, after), alpha=alpha))
    most = 1 / contrasts(before, after, fewest=2, alpha=alpha)
    least = contrasts(after, before, fewest=2, alpha=alpha)
    ratio = sum(np.mean(x) for x in after) / sum(np.mean(x) for x in before)
    expected = [1 - most, 1 - ratio, 1 - least]
    assert [found.low, found.middle, found.high] == pytest.approx(expected, rel=1e-7)
    assert (found.method, found.units) == ("within-case", 36)
    assert found.test == "relabelling, 9,998 resamples"
    # Standard error of the mean change, times the root of the cases, as a share of the baseline.
    squared = sum(np.var(x, ddof=1) / len(x) for x in (*before, *after)) / 36**2
    mean = np.mean([np.mean(x) for x in before])
    assert found.spread == pytest.approx(math.sqrt(squared * 36) / mean)


@pytest.mark.parametrize(("before", "after"), [(SMALL, LARGE), (LARGE, SMALL)])
def test_repeated_totals_that_should_grow_are_bounded_by_the_least_ratio(
    before: list[list[float]], after: list[list[float]]
) -> None:
    found = estimate(repeated(before, after, better="higher"))
    least = within_ratio.least(within_case.grouped(before, after), alpha=0.05)
    inverse = within_ratio.least(within_case.grouped(after, before), alpha=0.05)
    ratio = sum(np.mean(x) for x in after) / sum(np.mean(x) for x in before)
    expected = [least - 1, ratio - 1, 1 / inverse - 1]
    assert [found.low, found.middle, found.high] == pytest.approx(expected)
    assert found.low < found.middle < found.high


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_p_values_of_repeated_totals_come_near_those_of_all_relabellings(better: Better) -> None:
    before, after = [[9.0, 11.5], [310.0, 290.0], [47.0, 60.5]], [[13.0, 9.5], [305.0, 330.0]]
    after.append([52.0, 71.5])
    parts = [
        [
            (sum(chosen) - (sum(pooled) - sum(chosen))) / 2
            for chosen in itertools.combinations(pooled, 2)
        ]
        for pooled in ([*old, *new] for old, new in zip(before, after, strict=True))
    ]
    sums = np.array([sum(dealt) for dealt in itertools.product(*parts)])
    observed = sum(map(sum, after)) / 2 - sum(map(sum, before)) / 2
    tie = (np.abs(sums - observed) < 1e-9).mean()
    above = (sums > observed + 1e-9).mean() + tie / 2
    expected = (above, 1 - above) if better == "lower" else (1 - above, above)
    found = estimate(repeated(before, after, better=better))
    assert (found.p_worse, found.p_better) == pytest.approx(expected, abs=0.015)


def test_repeated_cases_that_consume_nothing_any_more_saved_everything_at_best() -> None:
    nothing = [[0.0, 0.0, 0.0]] * 36
    saved = estimate(repeated(SMALL, nothing))
    assert (saved.middle, saved.high) == (1.0, 1.0)
    assert 0.9 < saved.low < 1.0
    lost = estimate(repeated(SMALL, nothing, better="higher"))
    assert (lost.low, lost.middle, lost.high) == pytest.approx((-1.0, -1.0, -saved.low))


def test_where_noise_is_larger_than_the_baseline_a_growth_has_no_limit() -> None:
    noisy = [[0.0, 600.0], [0.5, 1.5], [2.0, 1.0], [0.0, 0.5]]
    steady = [[250.0, 350.0], [1.0, 1.5], [1.0, 1.0], [0.5, 0.5]]
    spent = estimate(repeated(noisy, steady))
    assert spent.low == -math.inf
    assert math.isfinite(spent.high)
    earned = estimate(repeated(noisy, steady, better="higher"))
    assert (earned.low, earned.high) == (-spent.high, math.inf)


COUNTS = [[3.0, 3.0], [40.0, 40.0], [7.0, 7.0], [25.0, 25.0], [12.0, 12.0]]


@pytest.mark.parametrize("better", ["lower", "higher"])
@pytest.mark.parametrize(("last", "grown"), [(12.0, 0), (9.0, -1), (15.0, 1), (200.0, 1)])
def test_counts_that_never_vary_are_known_exactly(better: Better, last: float, grown: int) -> None:
    found = estimate(repeated(COUNTS, [*COUNTS[:4], [last, last]], better=better))
    change = (last - 12.0) / 87.0 * (1 if better == "higher" else -1)
    sign = grown if better == "higher" else -grown
    assert found == Estimate(
        low=pytest.approx(change),
        middle=pytest.approx(change),
        high=pytest.approx(change),
        p_worse=0.0 if sign < 0 else 1.0,
        p_better=0.0 if sign > 0 else 1.0,
        method="exact",
        test="none: every trial of a case gave the same count",
        spread=0.0,
        units=5,
    )


@pytest.mark.parametrize("odd", [[12.0], [12.0, 13.0], [12.5, 12.5]])
def test_counts_that_vary_or_were_taken_once_are_not_known_exactly(odd: list[float]) -> None:
    for before, after in ((COUNTS, [*COUNTS[:4], odd]), ([*COUNTS[:4], odd], COUNTS)):
        found = estimate(repeated(before, after))
        assert found.method == "within-case"
        assert found.low < found.middle < found.high


@given(
    st.lists(
        st.tuples(*[st.sampled_from([0.0, 1.0, 4.0, 5.5, 30.0])] * 6), min_size=5, max_size=14
    ),
    st.sampled_from([(3, 3), (2, 3), (3, 2)]),
    st.sampled_from([1.0, 12.0, 500.0]),
    st.sampled_from(["lower", "higher"]),
    st.data(),
)
@settings(max_examples=40)
def test_consuming_more_in_one_trial_never_raises_the_bound(
    amounts: list[tuple[float, ...]],
    trials: tuple[int, int],
    more: float,
    better: Better,
    data: st.DataObject,
) -> None:
    before = [[1.0 + amount for amount in case[: trials[0]]] for case in amounts]
    after = [[*case[6 - trials[1] :]] for case in amounts]
    raised = [[*case] for case in after]
    raised[data.draw(st.integers(0, len(after) - 1))][data.draw(st.integers(0, 1))] += more
    worse, good = (raised, after) if better == "lower" else (after, raised)
    lows = [estimate(repeated(before, arm, better=better)).low for arm in (good, worse)]
    if math.isfinite(lows[1]):
        assert lows[1] <= lows[0] + 1e-7 * abs(lows[0])
