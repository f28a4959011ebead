"""Change points against brute force, ruptures and scipy, and the laws that they obey."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import ruptures
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from holdfast.stats.change_points import NEEDED, ChangePoint, change_points
from holdfast.stats.energy import difference_p, energy_divisive, energy_split, inflation
from holdfast.stats.steps import criterion, segment_costs, step_fit

SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def series(draw: st.DrawFn, smallest: int = 6, largest: int = 70) -> np.ndarray:
    """Normal noise around up to three levels; ties do not occur, so places are unique."""
    size = draw(st.integers(smallest, largest))
    values = np.random.default_rng(draw(SEEDS)).standard_normal(size)
    for place in draw(st.lists(st.integers(1, size - 1), max_size=3)):
        values[place:] += draw(st.sampled_from([-4.0, -2.0, 1.5, 3.0]))
    return values


def stepped(seed: int, *, size: int, step: float) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.standard_normal(2 * size) + np.repeat([0.0, step], size)


def correlated(generator: np.random.Generator, size: int, rho: float) -> np.ndarray:
    noise = generator.standard_normal(size + 50) * math.sqrt(1 - rho**2)
    for index in range(1, size + 50):
        noise[index] += rho * noise[index - 1]
    return noise[50:]


def absolute(values: np.ndarray) -> float:
    return float(np.abs(values - np.median(values)).sum())


@given(SEEDS, st.integers(1, 14))
def test_the_cost_of_a_piece_is_the_deviation_from_its_median(seed: int, size: int) -> None:
    values = np.random.default_rng(seed).integers(0, 6, size).astype(float)
    costs = segment_costs(values)
    for start, end in itertools.combinations(range(size + 1), 2):
        assert costs[start, end] == pytest.approx(absolute(values[start:end]), abs=1e-12)


@given(SEEDS, st.integers(2, 11), st.integers(1, 4), st.sampled_from([0, 9]))
def test_the_step_fit_is_the_best_of_all_segmentations(
    seed: int, size: int, shortest: int, decimals: int
) -> None:
    generator = np.random.default_rng(seed)
    values = generator.standard_normal(size) + generator.choice([0, 5]) * (np.arange(size) > 4)
    values = np.round(values, decimals)
    whole = absolute(values)
    assume(whole > 0)

    def value_of(steps: tuple[int, ...]) -> float:
        edges = (0, *steps, size)
        pieces = [values[a:b] for a, b in itertools.pairwise(edges)]
        if steps and min(map(len, pieces)) < shortest:
            return math.inf
        cost = sum(map(absolute, pieces))
        return criterion(cost, whole=whole, steps=len(steps), size=size)

    every = itertools.chain.from_iterable(
        itertools.combinations(range(1, size), count) for count in range(size)
    )
    best = min(map(value_of, every))
    assert value_of(step_fit(values, shortest=shortest)) == pytest.approx(best, abs=1e-9)


@settings(max_examples=30)
@given(series(smallest=12, largest=50))
def test_the_step_fit_costs_what_that_of_ruptures_costs_with_the_same_number_of_steps(
    values: np.ndarray,
) -> None:
    found = step_fit(values)
    assume(found)
    oracle = ruptures.Dynp(model="l1", min_size=3, jump=1).fit(values)
    steps = oracle.predict(n_bkps=len(found))
    own = sum(absolute(piece) for piece in np.split(values, found))
    assert own == pytest.approx(oracle.cost.sum_of_costs(steps), rel=1e-8)


@given(SEEDS, st.integers(2, 15))
def test_the_energy_statistic_is_its_definition(seed: int, size: int) -> None:
    values = np.random.default_rng(seed).standard_normal(size)

    def mean_distance(pairs: list[tuple[float, float]]) -> float:
        return float(np.mean([abs(a - b) for a, b in pairs])) if pairs else 0.0

    for place, found in enumerate(energy_split(values), start=1):
        left, right = values[:place], values[place:]
        distance = (
            2 * mean_distance(list(itertools.product(left, right)))
            - mean_distance(list(itertools.combinations(left, 2)))
            - mean_distance(list(itertools.combinations(right, 2)))
        )
        assert found == pytest.approx(distance * place * (size - place) / size, abs=1e-9)


def test_the_energy_statistic_agrees_with_scipy_on_the_energy_distance() -> None:
    # scipy's takes means over all pairs and the square root; distinct pairs are n / (n - 1) of it.
    values = stepped(3, size=40, step=1.0)
    left, right = values[:40], values[40:]
    squared = stats.energy_distance(left, right) ** 2
    inside = sum(
        float(np.abs(side[:, None] - side).mean()) / (side.size - 1) for side in (left, right)
    )
    assert energy_split(values)[39] == pytest.approx((squared - inside) * 20, rel=1e-9)


@given(SEEDS, st.integers(2, 20), st.integers(2, 20), st.floats(-5, 5))
def test_the_t_test_is_the_one_of_scipy(seed: int, before: int, after: int, step: float) -> None:
    generator = np.random.default_rng(seed)
    left, right = generator.standard_normal(before), generator.standard_normal(after) + step
    expected = stats.ttest_ind(left, right).pvalue
    assert difference_p(left, right) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_equal_stretches_without_noise_differ_only_where_their_levels_do() -> None:
    flat = np.full(15, 0.1 + 0.2)
    assert difference_p(flat, np.full(15, 0.3)) == 1.0
    assert difference_p(flat, np.full(15, 0.31)) == 0.0


@given(series(), st.floats(-100, 100), st.sampled_from([-7.0, -0.01, 0.3, 1.0, 50.0]))
def test_places_do_not_depend_on_the_unit_of_the_score(
    values: np.ndarray, shift: float, scale: float
) -> None:
    found = [(point.index, point.support) for point in change_points(values)]
    moved = change_points(values * scale + shift)
    assert [(point.index, point.support) for point in moved] == found


@given(series(largest=120))
def test_a_reversed_series_has_mirrored_change_points(values: np.ndarray) -> None:
    found = change_points(values)
    mirrored = change_points(values[::-1].copy())
    assert sorted(values.size - point.index for point in mirrored) == [p.index for p in found]
    assert {p.support for p in mirrored} == {p.support for p in found}


@given(st.floats(-1e6, 1e6), st.integers(0, 80))
def test_a_constant_series_has_no_change_points(level: float, size: int) -> None:
    assert change_points(np.full(size, level)) == ()
    wobble = np.full(size, level) * (1 + 1e-15 * (np.arange(size) % 3))
    assert change_points(wobble) == ()


def test_a_system_without_noise_shows_every_change_of_its_level() -> None:
    levels = np.repeat([0.80, 0.82, 0.79], [20, 15, 13])
    points = change_points(levels)
    assert [(point.index, point.confirmed) for point in points] == [(20, True), (35, True)]


@pytest.mark.parametrize("after", [3, 8, NEEDED - 1])
def test_a_change_with_too_few_runs_behind_it_is_only_possible(after: int) -> None:
    values = np.tile([0.0, 0.1, -0.1], 14)[: 25 + after] + 2.0 * (np.arange(25 + after) >= 25)
    (point,) = change_points(values)
    assert (point.index, point.after, point.confirmed) == (25, after, False)


def test_one_outlying_run_is_no_change() -> None:
    values = np.random.default_rng(1).standard_normal(60)
    values[30] -= 15
    assert change_points(values) == ()


def test_places_close_together_are_one_change() -> None:
    values = stepped(11, size=20, step=6.0)
    values[20] = values[:20].mean()  # the first run after the step looks like those before it
    (point,) = change_points(values)
    assert point.support == "both" and point.last - point.first <= 2
    assert point.first <= point.index <= point.last


def test_a_bump_has_two_sides_that_are_both_found_in_a_long_series() -> None:
    values = np.random.default_rng(5).standard_normal(200)
    values[90:115] += 3
    found = [point.index for point in change_points(values) if point.confirmed]
    assert len(found) == 2
    assert abs(found[0] - 90) <= 2 and abs(found[1] - 115) <= 2


def test_false_alarms_and_detection_are_as_published() -> None:
    generator = np.random.default_rng(9)
    alarms = [change_points(generator.standard_normal(50)) for _ in range(150)]
    assert sum(any(p.confirmed for p in points) for points in alarms) <= 2
    assert sum(bool(points) for points in alarms) <= 10
    steps = [change_points(stepped(seed, size=14, step=3.0)) for seed in range(100)]
    assert sum(any(p.confirmed for p in points) for points in steps) >= 85
    assert sum(bool(points) for points in steps) >= 97


def test_autocorrelation_is_found_and_paid_for() -> None:
    generator = np.random.default_rng(4)
    factors = [inflation(correlated(generator, 100, 0.3), ()) for _ in range(100)]
    assert np.mean(factors) == pytest.approx((1 + 0.3) / (1 - 0.3), abs=0.25)
    plain = [inflation(generator.standard_normal(100), ()) for _ in range(100)]
    assert np.mean(plain) < 1.2 and min(plain) == 1.0


def test_energy_divisive_needs_twice_the_shortest_stretch() -> None:
    assert energy_divisive(np.array([0.0, 0.0, 0.0, 1.0, 1.0]), level=0.001, window=50)[0] == ()
    assert energy_divisive(np.array([0.0] * 3 + [1.0] * 3), level=0.001, window=50)[0] == (3,)


@pytest.mark.parametrize("level", [0.05, 1e-7])
@pytest.mark.parametrize("seed", range(20, 26))
@pytest.mark.parametrize("reversed_", [False, True])
def test_each_place_is_told_once_with_the_stretches_on_its_sides(
    seed: int, level: float, *, reversed_: bool
) -> None:
    values = stepped(seed, size=25, step=5.0) * 0.2
    values[40:44] += 0.8
    values = values[::-1].copy() if reversed_ else values
    found = change_points(values, level=level)
    energy, inflated = energy_divisive(values, level=level, window=50)
    steps = step_fit(values)
    assert [p.index for p in found] == sorted(p.index for p in found)
    for point in found:
        near = {
            name: [place for place in places if abs(place - point.index) <= 2]
            for name, places in (("energy", energy), ("steps", steps))
        }
        assert point.support == ("both" if all(near.values()) else max(near, key=near.__getitem__))
        places = [*near["energy"], *near["steps"]]
        assert (point.first, point.last) == (min(places), max(places))
        assert point.index == places[0]
        # What one method alone found ends no stretch of what both found.
        kinds = ("both",) if point.support == "both" else ("both", "energy", "steps")
        others = [0, *(p.index for p in found if p.support in kinds), 50]
        start = max(at for at in others if at < point.index)
        end = min(at for at in others if at > point.index)
        assert (point.before, point.after) == (point.index - start, end - point.index)
        sides = values[start : point.index], values[point.index : end]
        assert point.p == difference_p(*sides, inflated=inflated)
    assert {place for point in found for place in (point.first, point.last)} == {*energy, *steps}


def test_a_change_needs_both_methods_and_twelve_values_on_either_side() -> None:
    point = ChangePoint(
        index=12, first=12, last=12, support="both", p=1e-9, before=NEEDED, after=NEEDED
    )
    assert point.confirmed
    for change in (
        {"support": "energy"},
        {"support": "steps"},
        {"before": NEEDED - 1},
        {"after": NEEDED - 1},
        {"drifting": True},
    ):
        assert not replace(point, **change).confirmed


@pytest.mark.parametrize(("seed", "energy", "steps"), [(61, 14, 12), (295, 13, 15)])
def test_places_two_values_apart_are_one_change(seed: int, energy: int, steps: int) -> None:
    values = stepped(seed, size=15, step=2.5)
    (point,) = change_points(values)
    assert (point.index, point.support) == (energy, "both")
    assert (point.first, point.last) == (min(energy, steps), max(energy, steps))
