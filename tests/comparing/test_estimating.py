"""Estimates from paired scores, beside published figures, enumeration, and laws of scale."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, ttest_1samp

from holdfast.comparing.estimate import Estimate, Pairs
from holdfast.comparing.estimating import estimate, estimate_all
from holdfast.metric import Better
from holdfast.stats import johnson

RANGES = st.sampled_from([(0.0, 1.0), (1.0, 5.0), (-3.0, -1.0), (-2.0, 8.0)])
DIRECTIONS = st.sampled_from(["higher", "lower"])
SHARES = st.lists(st.sampled_from([0.0, 0.07, 0.3, 0.55, 0.8, 1.0]), min_size=12, max_size=24)


def graded(
    before: object,
    after: object,
    *,
    bounds: tuple[float, float] = (0.0, 1.0),
    better: Better = "higher",
    units: object = None,
) -> Pairs:
    baseline = np.array(before, np.float64)
    return Pairs(
        baseline=baseline,
        candidate=np.array(after, np.float64),
        units=np.array(range(baseline.size) if units is None else units, np.int64),
        single_binary=False,
        bounds=bounds,
        better=better,
        alpha=0.05,
    )


def binary(kept: int, broken: int, fixed: int, *, bounds: tuple[float, float]) -> Pairs:
    low, high = bounds
    before = [high] * (kept + broken) + [low] * fixed
    after = [high] * kept + [low] * broken + [high] * fixed
    return replace(graded(before, after, bounds=bounds), single_binary=True)


def totals(before: object, after: object, *, better: Better = "lower") -> Pairs:
    pairs = graded(before, after, better=better)
    return replace(pairs, bounds=(0.0, float(pairs.baseline.mean())), scale="ratio")


def numbers(found: Estimate) -> list[float]:
    return [found.low, found.middle, found.high, found.p_worse, found.p_better, found.spread]


def flips(sums: list[float]) -> tuple[float, float]:
    """Mid-p values of 'worse' and 'better' from every vector of signs."""
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=len(sums))))
    drawn, observed = signs @ np.array(sums), sum(sums)
    tie = float((np.abs(drawn - observed) < 1e-9).mean())
    below = float((drawn < observed - 1e-9).mean())
    return below + tie / 2, 1.0 - below - tie / 2


# One binary trial in each arm.


@pytest.mark.parametrize("bounds", [(0.0, 1.0), (-2.0, 6.0), (1.0, 3.0)])
def test_one_binary_trial_has_the_published_bounds_and_the_p_values_of_mcnemar(
    bounds: tuple[float, float],
) -> None:
    # Fagerland, Lydersen and Laake 2014 (Stat. Med. 33:2850): 7 and 1 of 21 pairs are discordant.
    size = bounds[1] - bounds[0]
    found = estimate(replace(binary(13, 7, 1, bounds=bounds), alpha=0.025))
    assert (found.low, found.high) == pytest.approx((-0.517 * size, -0.026 * size), abs=size / 1999)
    assert found.middle == pytest.approx(-6 / 21 * size)
    law = binom(8, 0.5)
    assert found.p_worse == pytest.approx(law.sf(7) + law.pmf(7) / 2, abs=1e-9)
    assert found.p_better == pytest.approx(law.cdf(6) + law.pmf(7) / 2, abs=1e-9)
    assert (found.method, found.test, found.units) == ("tango", "McNemar mid-p", 21)
    # The planning variance of the change: (discordant + 1) / (n + 2) less the squared mean.
    assert found.spread == pytest.approx(size * math.sqrt(9 / 23 - (6 / 23) ** 2))


# Scores within bounds.


def test_changes_that_lean_to_no_side_have_the_t_interval_of_two_more_cases() -> None:
    changes = [0.5, -0.5, 0.9, -0.9, 0.2, -0.2] * 20
    before = [3.0] * 120
    found = estimate(graded(before, [3.0 + x for x in changes], bounds=(1.0, 5.0)))
    with_two = [*changes, 0.75 * 4, -0.75 * 4]
    interval = ttest_1samp(with_two, 0.0).confidence_interval(0.90)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    error = np.std(with_two, ddof=1) / math.sqrt(122)
    assert found.spread == pytest.approx(error * math.sqrt(120))
    assert (found.method, found.units) == ("shrunk-t", 120)


@given(SHARES, st.randoms(use_true_random=False), RANGES, DIRECTIONS, st.sampled_from([1, 1, 3]))
@settings(max_examples=60)
def test_the_range_of_a_score_moves_and_stretches_what_is_said_of_it(
    shares: list[float], chance: object, bounds: tuple[float, float], better: Better, size: int
) -> None:
    after = [chance.choice([x, x, 0.0, 1.0]) for x in shares]
    units = [index // size for index in range(len(shares))]
    low, high = bounds

    def stretched(values: list[float]) -> list[float]:
        return [low + (high - low) * value for value in values]

    unit = estimate(graded(shares, after, better=better, units=units))
    found = estimate(
        graded(stretched(shares), stretched(after), bounds=bounds, better=better, units=units)
    )
    factors = [high - low] * 3 + [1.0, 1.0, high - low]
    expected = [factor * value for factor, value in zip(factors, numbers(unit), strict=True)]
    assert numbers(found) == pytest.approx(expected, abs=1e-9)
    assert (found.method, found.test, found.units) == (unit.method, unit.test, unit.units)


@given(SHARES, st.randoms(use_true_random=False), RANGES, st.sampled_from([1, 1, 3]))
@settings(max_examples=60)
def test_swapping_the_arms_or_turning_the_scores_mirrors_every_number(
    shares: list[float], chance: object, bounds: tuple[float, float], size: int
) -> None:
    low, high = bounds
    before = np.array([low + (high - low) * x for x in shares])
    after = np.array([chance.choice([x, x, low, high]) for x in before.tolist()])
    units = [index // size for index in range(len(shares))]
    higher = graded(before, after, bounds=bounds, units=units)
    one, other = estimate(higher), estimate(higher.swapped)
    mirror = [-other.high, -other.middle, -other.low, other.p_better, other.p_worse, other.spread]
    assert numbers(one) == pytest.approx(mirror, abs=1e-9)
    turned = graded(-before, -after, bounds=(-high, -low), units=units, better="lower")
    assert numbers(estimate(turned)) == pytest.approx(numbers(one), abs=1e-9)


def test_the_upper_bound_never_falls_where_a_far_loss_becomes_smaller() -> None:
    for better, bounds in (("higher", (0.0, 1.0)), ("lower", (-1.0, 0.0))):
        sign = 1.0 if better == "higher" else -1.0
        before = np.full(20, 0.5)
        highs: list[float] = []
        for last in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9):
            after = np.array([*[0.5 + 0.01 * (index % 3) for index in range(19)], last])
            pairs = graded(sign * before, sign * after, bounds=bounds, better=better)
            highs.append(estimate(pairs).high)
        assert highs == sorted(highs)
        assert highs[0] < highs[-1]


def test_clusters_of_one_case_are_no_clusters_and_copies_count_once() -> None:
    before = [0.1, 0.9, 0.4, 0.4, 1.0, 0.3, 0.8, 0.6, 0.55, 0.2, 0.7, 0.35]
    after = [0.3, 0.8, 0.4, 0.1, 0.9, 0.2, 0.8, 0.1, 0.60, 0.1, 0.9, 0.15]
    alone = estimate(graded(before, after))
    copies = estimate(graded(before * 3, after * 3, units=list(range(12)) * 3))
    assert numbers(copies)[:5] == pytest.approx(numbers(alone)[:5])
    assert copies.spread == pytest.approx(alone.spread * math.sqrt(3))
    assert copies.units == alone.units == 12
    assert copies.test == alone.test.replace("mid-p", "mid-p over clusters")
    clustered = replace(
        binary(20, 3, 1, bounds=(0.0, 1.0)), units=np.arange(24, dtype=np.int64) // 2
    )
    assert estimate(clustered).method == "shrunk-t"
    assert estimate(clustered).test == "exact sign-flip mid-p over clusters"


# Which test was made, and how it is called.

ON_GRID = [-1.0, -0.75, -0.25, 0.25, 0.25, -0.5, 0.25, 0.25, -1.0, 0.5, 0.25]
OFF_GRID = [math.sqrt(abs(x)) * x / 1.5 for x in ON_GRID]
RARE = [0.75, *[-0.0625] * 11]


@pytest.mark.parametrize(
    ("changes", "test"),
    [
        (ON_GRID, "exact sign-flip mid-p"),
        (OFF_GRID, "sign-flip, 9,999 resamples"),
        (RARE, "exact sign-flip mid-p, with Johnson's t for skewness"),
        ([-x for x in RARE], "exact sign-flip mid-p"),
        ([-0.75, *[0.125] * 11], "exact sign-flip mid-p"),
        ([0.0] * 12, "exact sign-flip mid-p"),
        ([0.001 * math.pi * x for x in RARE], "sign-flip, 9,999 resamples, with Johnson's t for"),
    ],
)
def test_the_larger_of_sign_flips_and_johnsons_t_counts_and_is_named(
    changes: list[float], test: str
) -> None:
    values = np.array(changes)
    found = estimate(graded(np.zeros(values.size), values, bounds=(-1.0, 1.0)))
    ones = np.ones(values.size)
    by_flips = flips(changes) if values.any() else (1.0, 1.0)
    by_skewness = johnson.p_worse(values, ones), johnson.p_worse(-values, ones)
    expected = [max(both) for both in zip(by_flips, by_skewness, strict=True)]
    tolerance = 1e-9 if "exact" in test else 0.015
    assert [found.p_worse, found.p_better] == pytest.approx(expected, abs=tolerance)
    assert found.test == (test if not test.endswith(" for") else f"{test} skewness")


def test_metrics_that_are_estimated_together_are_estimated_as_alone() -> None:
    zeros = [0.0] * 12
    together = [
        graded(zeros[: len(changes)], changes, bounds=(-1.0, 1.0))
        for changes in (OFF_GRID, RARE, [0.9 * x for x in OFF_GRID], ON_GRID, zeros)
    ]
    together.insert(2, totals([3.1, 4.7, 9.9] * 4, [3.3, 2.2, math.inf] + [4.0, 4.1, 8.8] * 3))
    assert estimate_all(together) == [estimate(pairs) for pairs in together]
