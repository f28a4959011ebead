"""The interval of a level is the textbook's where there is one, and covers what it promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.stats.level import level_interval


def test_single_cases_have_the_t_interval_of_scipy() -> None:
    values = np.random.default_rng(0).normal(3.0, 1.0, 40)
    found = level_interval(values, np.arange(40), bounds=None)
    low, high = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high))


def test_yes_and_no_have_the_wilson_interval_of_scipy() -> None:
    values = np.array([1.0] * 17 + [0.0] * 3)
    found = level_interval(values, np.arange(20), bounds=(0.0, 1.0))
    oracle = stats.binomtest(17, 20).proportion_ci(method="wilson")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high))


def test_equal_clusters_are_a_t_interval_of_their_means() -> None:
    generator = np.random.default_rng(1)
    means = generator.normal(0.0, 1.0, 12)
    values = np.repeat(means, 5) + generator.normal(0.0, 0.1, 60)
    found = level_interval(values, np.repeat(np.arange(12), 5), bounds=None)
    per_cluster = values.reshape(12, 5).mean(axis=1)
    low, high = stats.ttest_1samp(per_cluster, 0.0).confidence_interval(0.95)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high))


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_equal_scores_do_not_claim_to_be_known_exactly(level: float) -> None:
    found = level_interval(np.full(30, level), np.arange(30), bounds=(0.0, 1.0))
    assert found is not None
    assert found.high - found.low > 0.1


def test_one_unit_says_nothing() -> None:
    assert level_interval(np.ones(9), np.zeros(9, dtype=np.int64), bounds=(0.0, 1.0)) is None
    assert level_interval(np.array([]), np.array([], dtype=np.int64), bounds=None) is None


@given(
    scores=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=40),
    clusters=st.integers(2, 9),
)
def test_the_mean_lies_inside_and_the_bounds_on_the_range(
    scores: list[float], clusters: int
) -> None:
    values = np.array(scores)
    _, units = np.unique(np.arange(len(scores)) % clusters, return_inverse=True)
    found = level_interval(values, units, bounds=(0.0, 1.0))
    assert found is not None
    assert 0.0 <= found.low <= found.estimate <= found.high <= 1.0
    assert found.estimate == pytest.approx(values.mean())


def test_clustered_levels_are_covered() -> None:
    generator = np.random.default_rng(2)
    sizes = generator.integers(1, 9, 40)
    hits = 0
    for _ in range(400):
        values = np.repeat(generator.normal(0.0, 1.0, 40), sizes)
        found = level_interval(values, np.repeat(np.arange(40), sizes), bounds=None)
        assert found is not None
        hits += found.low <= 0.0 <= found.high
    assert 0.90 <= hits / 400 <= 0.98
