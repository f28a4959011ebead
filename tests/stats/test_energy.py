"""E-divisive beside a slow reading of its definition, and autocorrelation by hand."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from holdfast.stats.energy import difference_p, energy_divisive, inflation


def t_test(left: np.ndarray, right: np.ndarray, *, inflated: float = 1.0) -> float:
    """p of Student's t-test whose variance is `inflated` times as large."""
    found = stats.ttest_ind(left, right)
    return float(2 * stats.t.sf(abs(found.statistic) / math.sqrt(inflated), found.df))


def energy(left: np.ndarray, right: np.ndarray) -> float:
    def within(side: np.ndarray) -> float:
        return float(np.abs(side[:, None] - side).sum()) / (side.size * (side.size - 1))

    between = float(np.abs(left[:, None] - right).mean())
    share = left.size * right.size / (left.size + right.size)
    return share * (2 * between - within(left) - within(right))


def splits_of(values: np.ndarray, offset: int, level: float) -> set[int]:
    """Places of all splits that are significant, by recursion."""
    places = range(3, values.size - 2)
    if not places:
        return set()
    place = max(places, key=lambda at: energy(values[:at], values[at:]))
    left, right = values[:place], values[place:]
    if t_test(left, right) >= level:
        return set()
    below = splits_of(left, offset, level) | splits_of(right, offset + place, level)
    return below | {offset + place}


def merged(values: np.ndarray, points: set[int], level: float, inflated: float) -> set[int]:
    """Take away the weakest, crowded ones first, until all hold between their neighbours."""
    points = set(points)
    while points:
        ranks = {}
        for place in points:
            edges = {0, values.size} | points
            start = max(edge for edge in edges if edge <= place - 3)
            end = min(edge for edge in edges if edge >= place + 3)
            crowded = min(abs(edge - place) for edge in edges - {place}) < 3
            ranks[place] = (
                crowded,
                t_test(values[start:place], values[place:end], inflated=inflated),
            )
        weakest = max(points, key=ranks.__getitem__)
        if not ranks[weakest][0] and ranks[weakest][1] < level:
            break
        points.remove(weakest)
    return points


def by_definition(values: np.ndarray, *, level: float, window: int) -> tuple[list[int], float]:
    found: set[int] = set()
    if values.size <= window:
        stretches = {(0, values.size)}
    else:
        starts = [at for at in range(values.size) if at % (window // 2) == 0]
        ahead = {(at, at + window) for at in starts if at + window <= values.size}
        stretches = ahead | {(values.size - end, values.size - start) for start, end in ahead}
    for start, end in stretches:
        found |= splits_of(values[start:end], start, min(0.5, 10 * level))
    first = merged(values, found, level, 1.0)
    inflated = inflation(values, tuple(sorted(first)))
    return sorted(merged(values, first, level, inflated)), inflated


@pytest.mark.parametrize("window", [50, 14])
@pytest.mark.parametrize("level", [0.001, 0.02, 0.2])
@pytest.mark.parametrize("seed", range(4))
def test_the_change_points_are_those_of_the_definition(
    seed: int, level: float, window: int
) -> None:
    generator = np.random.default_rng(seed)
    for size in (6, 9, 17, 42):
        values = generator.standard_normal(size)
        for place in generator.integers(1, size, 3):
            values[place:] += generator.choice([-2.5, -1.2, 1.5, 3.0])
        values[1:] += 0.5 * values[:-1] * (seed % 2)
        points, inflated = energy_divisive(values, level=level, window=window)
        expected = by_definition(values, level=level, window=window)
        assert (list(points), inflated) == (expected[0], pytest.approx(expected[1]))


@pytest.mark.parametrize("inflated", [1.0, 2.7])
def test_inflation_raises_the_variance_of_the_t_test(inflated: float) -> None:
    before, after = np.array([0.3, 0.5, 0.1, 0.4]), np.array([0.7, 0.6, 1.1, 0.4, 0.9, 0.8])
    found = difference_p(before, after, inflated=inflated)
    assert found == pytest.approx(t_test(before, after, inflated=inflated), rel=1e-9)
    assert difference_p(after, before, inflated=inflated) == pytest.approx(found, rel=1e-12)


def test_inflation_by_hand() -> None:
    values = np.array([1.0, 2.0, 4.0, 3.0, 5.0, 9.0, 11.0, 10.0, 12.0, 13.0])
    # Deviations from the means 3 and 11: -2 -1 1 0 2 and -2 0 -1 1 2; products 1 and 1,
    # squares 10 and 10: (10 * 2 / 20 + 2) / (10 - 3 * 2) = 0.75, and 1.75 / 0.25 = 7.
    assert inflation(values, (5,)) == pytest.approx(7.0)
    # In one piece: deviations -6 -5 -3 -4 -2 2 4 3 5 6, products 30 + 15 + 12 + 8 - 4 + 8 + 12 +
    # 15 + 30 = 126, squares 180: (7 + 1) / (10 - 3) is more than the most that is believed, 0.9.
    assert inflation(values, ()) == pytest.approx(1.9 / 0.1)


def test_inflation_is_at_least_one_and_needs_more_than_four_values_in_each_piece() -> None:
    assert inflation(np.array([1.0, -1.0] * 6), ()) == 1.0
    rising = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert inflation(rising[:4], ()) == 1.0
    # Deviations -2 -1 0 1 2: products 4, squares 10, (5 * 0.4 + 1) / (5 - 3) = 1.5, so 0.9.
    assert inflation(rising, ()) == pytest.approx(19.0)
    nine = np.array([0.0, 0.5, 2.0, 0.1, 7.0, 8.0, 6.0, 7.5, 7.0])
    assert inflation(nine[:8], (4,)) == 1.0
    assert inflation(nine, (4,)) == pytest.approx(_inflation_of(nine, 4))
    assert inflation(np.repeat([0.1 + 0.2, 0.7], 8), (8,)) == 1.0


def _inflation_of(values: np.ndarray, place: int) -> float:
    sides = [side - side.mean() for side in (values[:place], values[place:])]
    products = sum(a * b for side in sides for a, b in itertools.pairwise(side))
    squares = sum(value**2 for side in sides for value in side)
    rho = min(max((values.size * products / squares + 2) / (values.size - 6), 0.0), 0.9)
    return (1 + rho) / (1 - rho)


def test_what_is_too_short_or_constant_has_no_inflation() -> None:
    assert energy_divisive(np.arange(5.0), level=0.001, window=50) == ((), 1.0)
    assert energy_divisive(np.full(40, 0.3), level=0.001, window=50) == ((), 1.0)
    # Neither do pieces whose means are rounded.
    assert inflation(np.repeat([0.1, 0.5], 7), (7,)) == 1.0


@pytest.mark.parametrize("size", [14, 15, 16, 20, 21])
def test_windows_cover_a_series_that_is_hardly_longer_than_one(size: int) -> None:
    for seed in range(8):
        values = np.random.default_rng(seed).standard_normal(size)
        values[size // 2 :] += 3.0
        points, _ = energy_divisive(values, level=0.05, window=14)
        assert list(points) == by_definition(values, level=0.05, window=14)[0]
        assert points
