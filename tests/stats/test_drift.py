"""Drift against scipy and all permutations."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.stats.drift import drift, kendall
from holdfast.stats.energy import inflation

SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("values", [[1, 2, 3, 4, 5], [1, 1, 2, 3, 3, 3], [0, 0, 0, 0, 1]])
def test_the_variance_is_that_of_all_permutations(values: list[int]) -> None:
    sums = [kendall(np.array(order, float))[0] for order in itertools.permutations(values)]
    assert np.mean(sums) == pytest.approx(0, abs=1e-12)
    assert np.var(sums) == pytest.approx(kendall(np.array(values, float))[1], rel=1e-12)


@given(SEEDS, st.integers(4, 60), st.sampled_from([0, 9]))
def test_the_sum_and_its_variance_are_those_of_scipy(seed: int, size: int, decimals: int) -> None:
    values = np.round(np.random.default_rng(seed).standard_normal(size), decimals)
    total, variance = kendall(values)
    oracle = stats.kendalltau(np.arange(size), values, method="asymptotic")
    if variance > 0:
        z = abs(total) / np.sqrt(variance)
        assert 2 * stats.norm.sf(z) == pytest.approx(oracle.pvalue, rel=1e-9)


@given(SEEDS, st.integers(5, 50))
def test_the_slope_and_its_interval_are_those_of_scipy(seed: int, size: int) -> None:
    generator = np.random.default_rng(seed)
    values = generator.standard_normal(size) + 0.05 * np.arange(size)
    found = drift(values)
    assert found is not None
    oracle = stats.theilslopes(values)
    assert found.slope == pytest.approx(oracle.slope, rel=1e-9)
    if found.inflated == 1.0:
        assert (found.low, found.high) == pytest.approx((oracle.low_slope, oracle.high_slope))
    else:
        assert found.low <= oracle.low_slope and found.high >= oracle.high_slope


@given(SEEDS, st.integers(5, 50), st.floats(-50, 50), st.sampled_from([-3.0, 0.01, 20.0]))
def test_shifts_and_units_move_the_slope_alone(
    seed: int, size: int, shift: float, scale: float
) -> None:
    values = np.random.default_rng(seed).standard_normal(size)
    plain, moved, mirrored = drift(values), drift(values * scale + shift), drift(values[::-1])
    assert plain is not None and moved is not None and mirrored is not None
    assert moved.slope == pytest.approx(scale * plain.slope, rel=1e-6, abs=1e-12)
    assert moved.p == pytest.approx(plain.p, rel=1e-6)
    assert mirrored.slope == pytest.approx(-plain.slope, abs=1e-12)
    assert mirrored.p == pytest.approx(plain.p, rel=1e-6)


def test_a_constant_series_does_not_drift() -> None:
    assert drift(np.full(30, 0.7)) is None
    assert drift(np.array([1.0, 2.0, 3.0])) is None


def test_autocorrelation_widens_the_interval() -> None:
    generator = np.random.default_rng(2)
    noise = np.cumsum(generator.standard_normal(80))
    found = drift(noise)
    assert found is not None and found.inflated > 5


@pytest.mark.parametrize("walk", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_every_number_is_that_of_scipy_with_a_larger_variance(seed: int, *, walk: bool) -> None:
    generator = np.random.default_rng(seed)
    values = generator.standard_normal(23)
    values = np.cumsum(values) if walk else np.round(values + 0.08 * np.arange(23), 1)
    found = drift(values)
    assert found is not None
    assert found.inflated > 3.0 or not walk
    # A variance that is `inflated` times as large is a smaller alpha of the same interval.
    z = stats.norm.ppf(0.975) * np.sqrt(found.inflated)
    oracle = stats.theilslopes(values, alpha=2 * stats.norm.sf(z))
    assert (found.slope, found.low, found.high) == pytest.approx(
        (oracle.slope, oracle.low_slope, oracle.high_slope)
    )
    residuals = values - oracle.slope * np.arange(23)
    assert found.deviations == pytest.approx(np.abs(residuals - np.median(residuals)).sum())
    assert found.inflated == pytest.approx(inflation(residuals, ()))
    signs = [np.sign(b - a) for a, b in itertools.combinations(values, 2)]
    ties = np.unique(values, return_counts=True)[1]
    variance = (23 * 22 * 51 - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    score = (abs(sum(signs)) - 1) / np.sqrt(variance * found.inflated)
    assert found.p == pytest.approx(2 * stats.norm.sf(score), rel=1e-9)


def test_four_values_are_enough_and_up_and_down_is_no_trend() -> None:
    found = drift(np.array([2.0, 1.0, 1.0, 2.0]))
    assert found is not None
    assert (found.slope, found.p) == (0.0, 1.0)
    assert (found.low, found.high) == (-1.0, 1.0)
