"""Sudden changes and slow drifts, told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.stats.energy import inflation
from holdfast.stats.trend import mean_interval, trend

SERIES = range(100)


def noise(seed: int, size: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(size)


def test_a_slow_drift_is_named_where_neighbours_hardly_differ() -> None:
    # From run to run the level moves by a twentieth of a standard deviation.
    found = [trend(noise(seed, 60) + np.linspace(0, 3, 60)) for seed in SERIES]
    assert sum(bool(result.drifts) for result in found) >= 70
    assert sum(bool(r.drifts) or any(p.confirmed for p in r.changes) for r in found) >= 88
    slopes = [result.drifts[0].drift.slope for result in found if result.drifts]
    assert np.mean(slopes) == pytest.approx(3 / 59, rel=0.1)


def test_a_step_is_seldom_taken_for_a_drift() -> None:
    found = [trend(noise(seed, 60) + np.repeat([0.0, 3.0], 30)) for seed in SERIES]
    assert sum(bool(result.drifts) for result in found) <= 7
    assert sum(any(p.confirmed for p in result.changes) for result in found) >= 93


def test_noise_alone_has_neither() -> None:
    found = [trend(noise(seed, 60)) for seed in SERIES]
    assert sum(bool(r.drifts) or any(p.confirmed for p in r.changes) for r in found) <= 2


def test_the_stairs_of_a_slope_are_no_confirmed_changes() -> None:
    found = trend(0.2 * noise(3, 80) - np.linspace(0, 4, 80))
    assert found.drifts and found.changes
    assert not any(point.confirmed for point in found.changes)


def test_a_drift_after_a_step_is_found_in_its_own_stretch() -> None:
    values = 0.2 * noise(1, 80)
    values[40:] += 6 - np.linspace(0, 2, 40)
    found = trend(values)
    assert [point.index for point in found.changes if point.confirmed] == [40]
    assert [(slope.start, slope.end) for slope in found.drifts] == [(40, 80)]
    assert found.drifts[0].drift.slope == pytest.approx(-2 / 39, rel=0.2)


def test_places_are_those_of_the_whole_series() -> None:
    values = 0.1 * noise(2, 120) + np.repeat([0.0, 1.0, -1.0, 3.0], 30)
    changes = [point for point in trend(values).changes if point.confirmed]
    found = [(point.index, point.before, point.after) for point in changes]
    assert found == [(30, 30, 30), (60, 30, 30), (90, 30, 30)]


@given(st.integers(0, 23), st.floats(-9, 9))
def test_short_series_have_no_drift(size: int, level: float) -> None:
    assert trend(np.linspace(level, level + 5, size)).drifts == ()


@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_the_interval_of_a_mean_is_the_one_of_scipy_or_wider(seed: int, size: int) -> None:
    values = noise(seed, size)
    low, high = stats.t.interval(0.95, size - 1, loc=values.mean(), scale=stats.sem(values))
    found = mean_interval(values)
    if size <= 4 or np.corrcoef(values[1:], values[:-1])[0, 1] < -0.4:
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9)
    assert found.low <= low + 1e-12 and found.high >= high - 1e-12


def test_one_run_says_nothing_of_the_noise() -> None:
    assert mean_interval(np.array([0.5])).high == np.inf
    assert mean_interval(np.full(9, 0.3)).low == pytest.approx(0.3)


@pytest.mark.parametrize("alpha", [None, 0.1])
def test_the_interval_of_a_mean_is_wider_by_the_root_of_the_inflation(alpha: float | None) -> None:
    values = np.cumsum(noise(4, 30)) + 0.3 * noise(5, 30)
    level = {} if alpha is None else {"alpha": alpha}
    found = mean_interval(values, **level)
    inflated = inflation(values, ())
    assert inflated > 3.0
    low, high = stats.t.interval(
        1 - 2 * (alpha or 0.025),
        29,
        loc=values.mean(),
        scale=stats.sem(values) * np.sqrt(inflated),
    )
    assert (found.low, found.estimate, found.high) == pytest.approx((low, values.mean(), high))


def test_a_single_value_or_two_equal_ones_have_their_mean() -> None:
    one, two = mean_interval(np.array([0.5])), mean_interval(np.array([0.5, 0.5]))
    assert (one.low, one.estimate, one.high) == (-np.inf, 0.5, np.inf)
    assert (two.low, two.estimate, two.high) == (0.5, 0.5, 0.5)
    pair = mean_interval(np.array([0.4, 0.8]))
    # Student's quantile with one degree of freedom is 12.7062, the standard error 0.2.
    assert (pair.low, pair.high) == pytest.approx((0.6 - 2.54124, 0.6 + 2.54124), abs=1e-5)


def test_the_level_holds_in_every_stretch() -> None:
    values = 0.1 * noise(1, 120) + np.repeat([0.0, 0.15, 3.15, 3.0], 30)

    def told(level: float) -> list[tuple[int, int, int, int, int, str]]:
        return [
            (p.index, p.first, p.last, p.before, p.after, p.support)
            for p in trend(values, level=level).changes
        ]

    assert told(0.001) == [
        (30, 30, 30, 30, 30, "both"),
        (60, 60, 60, 30, 31, "both"),
        (91, 91, 91, 31, 29, "both"),
    ]
    assert told(1e-9) == [
        (30, 30, 30, 30, 30, "steps"),
        (60, 60, 60, 60, 60, "both"),
        (91, 91, 91, 31, 29, "steps"),
    ]


def test_the_stairs_of_a_slope_end_no_stretch_of_the_step_behind_it() -> None:
    values = 0.2 * noise(4, 80)
    values[:40] += np.linspace(0, 4, 40)
    values[40:] += 10
    found = trend(values)
    assert [(slope.start, slope.end) for slope in found.drifts] == [(0, 40)]
    (step,) = (point for point in found.changes if not point.drifting)
    assert (step.index, step.before, step.after, step.support) == (40, 40, 40, "both")
    assert any(point.support == "both" for point in found.changes if point.drifting)


def test_twenty_four_values_are_enough_for_a_drift() -> None:
    (slope,) = trend(np.linspace(0.0, 5.0, 24)).drifts
    assert (slope.start, slope.end) == (0, 24)
