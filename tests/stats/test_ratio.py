"""Bounds of a ratio of totals: their size, their monotony, and their limits."""

import itertools
import math
from collections.abc import Callable

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


def lowest(sums: np.ndarray, rooms: np.ndarray, sizes: np.ndarray, guard: float) -> float:
    """Lower bound of a mean at 95 % from its definition: every subset of the units raised."""
    units, typical = sums.size + 2, sizes.mean()
    weights = np.array([*sizes, typical, typical])
    quantile = stdtrit(units - 1, 0.95)

    def moments(changes: np.ndarray) -> tuple[float, float, float]:
        padded = np.array([*changes, guard * typical, -guard * typical])
        mean = padded.sum() / weights.sum()
        losses = padded - mean * weights
        deviation = math.sqrt((losses**2).sum() / (units - 1))
        skewness = ((losses / deviation) ** 3).mean() / math.sqrt(units)
        return mean, deviation * math.sqrt(units) / weights.sum(), skewness

    plain = [
        moments(np.where(raised, rooms, sums))[:2]
        for raised in itertools.product((False, True), repeat=sums.size)
    ]
    mean, error, skewness = moments(sums)
    lean = min(2.0 * (2.0 * quantile**2 + 1.0) / 6.0, sums.size / 6.0) * skewness
    return min(*(m - quantile * e for m, e in plain), mean + (lean - quantile) * error)


BASELINE = np.array([0.31, 0.22, 0.4, 0.26, 0.35, 0.18, 0.29, 0.33, 0.24, 0.38, 0.2, 0.27])
SINGLE = np.arange(12)
CLUSTERS = np.array([0, 0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 7])


@pytest.mark.parametrize("units", [SINGLE[:8], CLUSTERS], ids=["cases", "clusters"])
@pytest.mark.parametrize(
    "growth",
    [
        [0.9, 1.1, 1.0, 1.05, 0.95, 1.0, 1.1, 0.9, 1.0, 1.05, 0.97, 1.2],
        [1.0, 0.9, 2.9, 1.0, 1.1, 1.0, 0.9, 1.0, 1.0, 3.5, 1.1, 1.0],
        [0.5, 0.1, 0.4, 0.6, 0.5, 0.0, 0.7, 0.4, 0.6, 0.5, 0.3, 0.4],
        [2.1, 1.7, 1.9, 2.3, 9.0, 2.0, 1.8, 2.2, 1.9, 2.1, 1.6, 2.4],
    ],
    ids=["alike", "outliers", "halved", "doubled"],
)
def test_the_bounds_are_where_the_lowest_contrast_is_zero(
    growth: list[float], units: np.ndarray
) -> None:
    before = BASELINE[: units.size]
    after = before * np.array(growth[: units.size])
    found = totals(before, after, units=units)
    sizes = np.bincount(units).astype(float)
    typical = (before**2).sum() / before.sum()
    old = np.bincount(units, weights=before)

    def below(inverse: float) -> float:
        new = np.bincount(units, weights=after)
        return lowest(old - inverse * new, old, sizes, typical * max(1.0, inverse))

    def above(value: float) -> float:
        cap = 2.0 * before.max()
        new = np.bincount(units, weights=np.minimum(after, cap))
        rooms = cap * sizes - value * old
        return lowest(new - value * old, rooms, sizes, typical * max(1.0, value))

    most = 1.0 / brentq(below, 0.0, 50.0, xtol=1e-14) if below(0.0) > 0.0 else math.inf
    least = brentq(above, 0.0, 50.0, xtol=1e-14) if above(0.0) > 0.0 else 0.0
    assert ratio.most(found, alpha=0.05) == pytest.approx(most, rel=1e-8)
    assert ratio.least(found, alpha=0.05) == pytest.approx(least, rel=1e-8)
    assert 0.0 <= least < after.sum() / before.sum() < most


@pytest.mark.parametrize(
    ("clears", "root"),
    [
        (lambda x: 0.1 - 0.1 * (x / 5.0) ** 3, 5.0),
        (lambda x: 1.0 - (x / 37.0) ** 15, 37.0),
        (lambda x: 1.0 / (x + 0.001) - 40.0, 0.024),
        (lambda x: math.exp(-x) - 1e-4, math.log(1e4)),
        (lambda x: 4.0 - x, 4.0),
        (lambda x: max(0.0, 1.0 - x / 2.0), 2.0),
        (lambda x: -1.0 - x, 0.0),
        (lambda x: 0.0, 0.0),
    ],
)
def test_a_crossing_is_found_in_few_steps_whatever_its_shape(
    clears: Callable[[float], float], root: float
) -> None:
    asked: list[float] = []

    def counted(x: float) -> float:
        asked.append(x)
        assert len(asked) < 30
        return clears(x)

    found = ratio.crossing(counted)
    assert found == pytest.approx(root, rel=2e-9)
    assert found == 0.0 or clears(found) >= 0.0


@pytest.mark.parametrize(("bound", "growth"), [(ratio.most, 3.0), (ratio.least, 0.0)])
def test_rare_outliers_move_the_bound_by_twice_johnsons_correction(
    bound: Callable[..., float], growth: float
) -> None:
    before = np.tile(BASELINE, 5)
    after = before * np.where(np.isin(np.arange(60), [7, 20, 33]), growth, 1.0)
    typical = (before**2).sum() / before.sum()
    quantile = stdtrit(61, 0.95)

    def lowest_by_johnson(value: float) -> float:
        contrast = value * before - after if growth > 1.0 else after - value * before
        padded = np.array([*contrast, typical, -typical]) * max(1.0, value)
        padded[:-2] = contrast
        error = padded.std(ddof=1) / math.sqrt(62)
        skewness = ((padded - padded.mean()) ** 3).mean() / padded.std(ddof=1) ** 3
        lean = 2.0 * (2.0 * quantile**2 + 1.0) / 6.0 * skewness / math.sqrt(62)
        return float(padded.mean() + (lean - quantile) * error)

    expected = brentq(lowest_by_johnson, 0.5, 2.0, xtol=1e-14)
    found = bound(totals(before, after), alpha=0.05)
    assert found == pytest.approx(expected, rel=1e-8)
