"""Bounds of a ratio of totals: their size, their monotony, and their limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import stdtrit

from holdfast.stats import ratio
from holdfast.stats.ratio import Totals

AMOUNTS = st.lists(st.integers(0, 40), min_size=20, max_size=50)


def totals(
    baseline: np.ndarray, candidate: np.ndarray, *, units: np.ndarray | None = None
) -> Totals:
    return Totals(
        baseline=np.asarray(baseline, np.float64),
        candidate=np.asarray(candidate, np.float64),
        units=np.arange(len(baseline)) if units is None else units,
    )


def drawn(seed: int, cases: int, *, sigma: float = 0.5, noise: float = 0.2) -> Totals:
    generator = np.random.default_rng(seed)
    before = np.exp(sigma * generator.normal(size=cases))
    return totals(before, before * np.exp(noise * generator.normal(size=cases)))


def test_many_similar_cases_give_the_bounds_of_fieller() -> None:
    found = drawn(1, 5000)

    def fieller(value: float) -> float:
        contrast = value * found.baseline - found.candidate
        error = contrast.std(ddof=1) / np.sqrt(contrast.size)
        return float(contrast.mean() - stdtrit(contrast.size - 1, 0.95) * error)

    assert ratio.most(found, alpha=0.05) == pytest.approx(brentq(fieller, 0.5, 2), abs=3e-4)


def test_swapping_the_arms_gives_the_other_bound() -> None:
    found = drawn(2, 2000)
    swapped = 1 / ratio.most(found.swapped, alpha=0.05)
    assert ratio.least(found, alpha=0.05) == pytest.approx(swapped, abs=2e-3)
    assert swapped < found.candidate.sum() / found.baseline.sum() < ratio.most(found, alpha=0.05)


def test_equal_amounts_still_leave_room_for_a_change() -> None:
    found = totals(np.full(50, 120.0), np.full(50, 120.0))
    assert 1.04 < ratio.most(found, alpha=0.05) < 1.08
    assert 0.92 < ratio.least(found, alpha=0.05) < 0.96


def test_nothing_consumed_any_more_is_bounded_too() -> None:
    found = totals(np.full(50, 120.0), np.zeros(50))
    assert 0.03 < ratio.most(found, alpha=0.05) < 0.08
    assert ratio.least(found, alpha=0.05) == 0.0


def test_where_one_case_is_nearly_the_whole_baseline_nothing_is_excluded() -> None:
    before = np.array([1000.0, *[0.001] * 19])
    assert ratio.most(totals(before, before), alpha=0.05) == np.inf
    assert ratio.least(totals(before, before), alpha=0.05) == 0.0


@given(AMOUNTS, st.sampled_from([1.0, 1e-6, 1e6]))
@settings(max_examples=60)
def test_the_unit_of_the_amounts_is_irrelevant(amounts: list[int], factor: float) -> None:
    before, after = np.array(amounts) + 1.0, np.array(amounts[::-1]) + 1.0
    for bound in (ratio.most, ratio.least):
        found = bound(totals(before, after), alpha=0.05)
        scaled = bound(totals(factor * before, factor * after), alpha=0.05)
        assert scaled == pytest.approx(found, rel=1e-6)


@given(AMOUNTS, st.sampled_from([1, 3]), st.data())
@settings(max_examples=150)
def test_consuming_more_never_lowers_a_bound(
    amounts: list[int], size: int, data: st.DataObject
) -> None:
    before = np.tile(np.array(amounts) + 1.0, size)
    noise = np.random.default_rng(data.draw(st.integers(0, 99))).choice([0, 1, 1, 2], before.size)
    after = before * noise
    worse = after.copy()
    index = data.draw(st.integers(0, after.size - 1))
    worse[index] += data.draw(st.sampled_from([0.01, 1.0, 10.0, 1000.0]))
    units = np.arange(before.size) // size
    for bound in (ratio.most, ratio.least):
        found = bound(totals(before, after, units=units), alpha=0.05)
        assert bound(totals(before, worse, units=units), alpha=0.05) >= found * (1 - 1e-6)


@pytest.mark.parametrize(
    ("sigma", "noise", "cases"), [(0.5, 0.3, 50), (1.0, 0.3, 50), (1.5, 0.3, 100), (1.0, 0.7, 100)]
)
def test_claims_of_safety_at_the_margin_are_rarely_wrong(
    sigma: float, noise: float, cases: int
) -> None:
    generator = np.random.default_rng(7)
    wrong, runs = 0, 400
    for _ in range(runs):
        before = np.exp(sigma * generator.normal(size=cases))
        grown = 1.1 * np.exp(noise * generator.normal(size=cases) - noise**2 / 2)
        wrong += ratio.most(totals(before, before * grown), alpha=0.05) < 1.1
    # 5 % plus three Monte Carlo errors of 1.1 points.
    assert wrong / runs <= 0.083


def test_dependent_cases_count_as_one() -> None:
    single = drawn(3, 60)
    copies = totals(
        np.repeat(single.baseline, 4),
        np.repeat(single.candidate, 4),
        units=np.repeat(np.arange(60), 4),
    )
    found = ratio.most(copies, alpha=0.05)
    assert found == pytest.approx(ratio.most(single, alpha=0.05), rel=1e-6)
