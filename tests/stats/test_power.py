"""Plans against simulation, published tables and their own inverse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.power import NormalIndPower, TTestPower

from holdfast.stats import bounded, power, sign_flip, tango
from holdfast.stats.power import Aim, Noise

AIM = Aim()
GUARDS = st.sampled_from([None, 0.0, bounded.GUARD])
MEAN, KAPPA = 0.85, 0.5
"""The flaky-case model in which two identical runs disagree on 8.5 % of the cases."""


def draw(cases: int, trials: tuple[int, int], *, runs: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(5)
    rates = generator.beta(MEAN * KAPPA, (1 - MEAN) * KAPPA, (runs, cases))
    baseline = generator.binomial(trials[0], rates) / trials[0]
    return baseline, generator.binomial(trials[1], rates) / trials[1]


def variance(trials: tuple[int, int]) -> float:
    sigma = MEAN * (1 - MEAN) * KAPPA / (KAPPA + 1)
    return Noise(between=0.0, baseline=sigma, candidate=sigma).variance(trials)


@given(st.floats(0.05, 1.0), st.integers(2, 5000), GUARDS)
def test_the_cases_needed_for_the_resolvable_margin_are_the_cases_there(
    spread: float, cases: int, guard: float | None
) -> None:
    margin = power.resolvable_margin(spread**2, cases, aim=AIM, guard=guard)
    needed = power.cases_needed(spread**2, margin * (1 + 1e-9), aim=AIM, guard=guard)
    assert needed is not None and needed <= cases
    found = power.resolvable_margin(spread**2, needed, aim=AIM, guard=guard)
    assert found <= margin * (1 + 1e-9)


@given(st.floats(0.001, 1.0), st.integers(2, 2000), st.integers(1, 500), GUARDS)
def test_more_cases_never_raise_the_resolvable_margin(
    noise: float, cases: int, more: int, guard: float | None
) -> None:
    before = power.resolvable_margin(noise, cases, aim=AIM, guard=guard)
    after = power.resolvable_margin(noise, cases + more, aim=AIM, guard=guard)
    assert after <= before + 1e-12


@given(st.floats(0.001, 1.0), st.floats(0.01, 0.5), st.floats(1.0, 3.0), GUARDS)
def test_a_wider_margin_never_needs_more_cases(
    noise: float, margin: float, wider: float, guard: float | None
) -> None:
    narrow = power.cases_needed(noise, margin, aim=AIM, guard=guard)
    wide = power.cases_needed(noise, margin * wider, aim=AIM, guard=guard)
    assert wide is not None and (narrow is None or wide <= narrow)


@given(st.floats(0.0, 0.2), st.floats(0.001, 0.2), st.integers(1, 20), st.integers(1, 20))
def test_more_trials_never_add_variance(between: float, sigma: float, first: int, second: int):
    noise = Noise(between=between, baseline=sigma, candidate=sigma)
    assert noise.variance((first + 1, second)) <= noise.variance((first, second))
    assert noise.variance((first, second)) >= between


@pytest.mark.parametrize(
    ("trials", "published"),
    [
        # statistics.md 3: simulated margins for 50, 100, 300 and 1,000 cases, in points
        ((1, 1), (11.9, 8.3, 4.4, 2.4)),
        ((5, 1), (8.9, 6.0, 3.3, 1.8)),
        ((3, 3), (7.0, 4.6, 2.5, 1.3)),
    ],
)
def test_the_table_of_resolvable_margins(
    trials: tuple[int, int], published: tuple[float, ...]
) -> None:
    guard = None if trials == (1, 1) else bounded.GUARD
    for cases, points in zip((50, 100, 300, 1000), published, strict=True):
        margin = power.resolvable_margin(variance(trials), cases, aim=AIM, guard=guard)
        assert 100 * margin == pytest.approx(points, abs=0.35)


def test_the_textbook_formula_is_miller_s() -> None:
    for points, cases in ((10.3, 50), (7.2, 100), (4.2, 300), (2.3, 1000)):
        margin = power.normal_margin(0.085, cases, aim=AIM)
        assert 100 * margin == pytest.approx(points, abs=0.06)
    # One sample of differences is two samples of infinite ratio in statsmodels' terms.
    needed = NormalIndPower(ddof=0).solve_power(
        effect_size=0.05 / 0.085**0.5, alpha=0.05, power=0.8, ratio=0, alternative="larger"
    )
    assert power.normal_margin(0.085, needed, aim=AIM) == pytest.approx(0.05, rel=1e-6)


def test_without_pseudo_units_the_margin_is_that_of_a_paired_t_test() -> None:
    for cases in (30, 100, 400):
        margin = power.resolvable_margin(0.04, cases, aim=AIM, guard=0.0)
        found = TTestPower().power(margin / 0.2, cases, 0.05, alternative="larger")
        assert found == pytest.approx(0.8, abs=0.012)


def test_the_gate_s_own_bounds_confirm_at_the_planned_margin_as_often_as_planned() -> None:
    for trials, cases, runs in (((1, 1), 100, 1500), ((5, 1), 100, 400), ((3, 3), 50, 400)):
        baseline, candidate = draw(cases, trials, runs=runs)
        changes = candidate - baseline
        if trials == (1, 1):
            guard = None
            broken, fixed = (changes < 0).sum(1), (changes > 0).sum(1)
            lows = [
                tango.score_bounds(int(b), int(f), cases, alpha=0.05)[0]
                for b, f in zip(broken, fixed, strict=True)
            ]
        else:
            guard = bounded.GUARD
            lows = [
                bounded.lower_bound(
                    bounded.Sample(sums=row, sizes=np.ones(cases), rooms=1 - first, guard=guard),
                    alpha=0.05,
                )
                for row, first in zip(changes, baseline, strict=True)
            ]
        margin = power.resolvable_margin(variance(trials), cases, aim=AIM, guard=guard)
        assert np.mean(np.array(lows) > -margin) == pytest.approx(0.8, abs=0.07)


def test_the_detectable_drop_is_detected_as_often_as_planned() -> None:
    cases, trials = 300, (1, 1)
    noise = Noise(between=0.0, baseline=variance((2, 2)), candidate=variance((2, 2)))
    level = MEAN  # the mean square of single yes-or-no trials is their mean
    drop = power.detectable_drop(noise, trials, units=cases, level=level, aim=AIM)
    assert drop is not None
    # statistics.md 10.1: a 5-point drop is found in 80 % of runs at 300 cases.
    assert drop == pytest.approx(0.05, abs=0.004)
    generator = np.random.default_rng(3)
    found = 0
    for _ in range(600):
        rates = generator.beta(MEAN * KAPPA, (1 - MEAN) * KAPPA, cases)
        broken = generator.random(cases) < drop / MEAN
        baseline = generator.binomial(1, rates)
        candidate = generator.binomial(1, np.where(broken, 0.0, rates))
        found += sign_flip.exact(candidate - baseline)[0] <= 0.05
    assert found / 600 == pytest.approx(0.8, abs=0.06)


def test_what_no_loss_could_show_has_no_detectable_drop() -> None:
    noise = Noise(between=0.0, baseline=0.01, candidate=0.01)
    assert power.detectable_drop(noise, (1, 1), units=3, level=0.9, aim=AIM) is None
    strict = Aim(alpha=0.05 / 12)
    assert power.detectable_drop(noise, (1, 1), units=6, level=0.9, aim=strict) is None
    loud = Noise(between=0.5, baseline=0.2, candidate=0.2)
    assert power.detectable_drop(loud, (1, 1), units=5, level=0.2, aim=AIM) is None


def test_taking_the_pseudo_units_out_gives_the_variance_back() -> None:
    changes = np.random.default_rng(2).choice([-1.0, 0.0, 0.0, 1.0], 80)
    changes -= changes.mean()
    sample = bounded.Sample(sums=changes, sizes=np.ones(80), rooms=np.ones(80), guard=bounded.GUARD)
    spread = bounded.standard_error(sample) * 80**0.5
    found = power.variance_behind(spread, 80, guard=bounded.GUARD)
    assert found == pytest.approx(float(changes @ changes) / 80, rel=1e-9)


def test_trials_cannot_resolve_what_differs_between_cases() -> None:
    noise = Noise(between=0.16, baseline=0.05, candidate=0.05)

    def enough(trials: int) -> bool:
        spread = noise.variance((trials, trials))
        return power.resolvable_margin(spread, 100, aim=AIM, guard=0.0) <= 0.02

    assert power.fewest(enough) is None


@given(st.integers(1, 10_000), st.integers(1, 50))
def test_the_fewest_number_is_the_smallest_that_is_enough(wanted: int, first: int) -> None:
    found = power.fewest(lambda number: number >= wanted, first=first, most=20_000)
    assert found == max(wanted, first)
    assert power.fewest(lambda number: number >= wanted, most=wanted - 1 or 1) == (
        None if wanted > 1 else 1
    )


UNEVEN = Aim(alpha=0.02, power=0.9)
Z_ALPHA, Z_POWER = stats.norm.isf(0.02), stats.norm.ppf(0.9)


def test_the_reach_is_the_sum_of_both_quantiles() -> None:
    assert UNEVEN.reach == pytest.approx(Z_ALPHA + Z_POWER, rel=1e-12)
    assert Aim(alpha=0.5, power=0.9).reach == pytest.approx(Z_POWER, rel=1e-12)
    assert power.normal_margin(0.09, 64, aim=UNEVEN) == pytest.approx(
        (Z_ALPHA + Z_POWER) * 0.3 / 8, rel=1e-12
    )


def test_each_run_averages_its_own_noise() -> None:
    noise = Noise(between=0.01, baseline=0.05, candidate=0.08)
    assert noise.variance((5, 2)) == pytest.approx(0.01 + 0.01 + 0.04, rel=1e-12)
    assert noise.variance((2, 4)) == pytest.approx(0.01 + 0.025 + 0.02, rel=1e-12)


def sample_of(variance: float, units: int, *, mean: float) -> np.ndarray:
    """So many values with exactly this mean and this mean squared deviation."""
    values = np.random.default_rng(4).normal(size=units)
    return mean + (values - values.mean()) / values.std() * variance**0.5


@pytest.mark.parametrize("units", [3, 10, 81])
def test_the_margin_is_minus_the_bound_of_a_sample_at_the_quantile_of_the_power(units: int) -> None:
    mean = -Z_POWER * (0.09 / units) ** 0.5
    found = sample_of(0.09, units, mean=mean)
    plain = stats.ttest_1samp(found, 0.0, alternative="greater").confidence_interval(0.98).low
    margin = power.resolvable_margin(0.09, units, aim=UNEVEN, guard=0.0)
    assert margin == pytest.approx(-plain, rel=1e-9)
    sample = bounded.Sample(
        sums=found - mean, sizes=np.ones(units), rooms=np.ones(units), guard=0.6
    )
    shrunk = stats.t.ppf(0.98, units + 1) * bounded.standard_error(sample)
    margin = power.resolvable_margin(0.09, units, aim=UNEVEN, guard=0.6)
    assert margin == pytest.approx(shrunk - mean * units / (units + 2), rel=1e-9)


def test_without_pseudo_units_one_unit_resolves_nothing() -> None:
    assert not power.resolvable_margin(0.09, 1, aim=UNEVEN, guard=0.0) <= 1e9
    assert power.resolvable_margin(0.09, 1, aim=UNEVEN, guard=0.6) < 10.0


@pytest.mark.parametrize("guard", [None, 0.0])
def test_two_cases_are_the_fewest_of_a_plan(guard: float | None) -> None:
    assert power.cases_needed(1e-9, 0.9, aim=AIM, guard=guard) == 2


@pytest.mark.parametrize("guard", [None, 0.0, 0.6])
@pytest.mark.parametrize("cases", [2, 31, 400])
def test_a_margin_that_is_just_resolved_is_enough(cases: int, guard: float | None) -> None:
    margin = power.resolvable_margin(0.09, cases, aim=UNEVEN, guard=guard)
    assert power.cases_needed(0.09, margin, aim=UNEVEN, guard=guard) == cases


@pytest.mark.parametrize(
    ("disagreeing", "units", "broken", "fixed"),
    [
        (0.25, 100, 12.5 + 3.2038789, 12.5 - 3.2038789),
        (1.0, 50, 25 + 4.5309690, 25 - 4.5309690),
        (1.5, 50, 25 + 5.5492811, 25 - 5.5492811),  # no more than all cases disagree
        (0.04, 9, 0.36, 0.0),  # no more are lost than disagree
    ],
)
def test_the_margin_of_single_binary_trials_is_tangos_bound(
    disagreeing: float, units: int, broken: float, fixed: float
) -> None:
    margin = power.resolvable_margin(disagreeing, units, aim=UNEVEN, guard=None)
    low = tango.score_bounds(broken, fixed, units, alpha=0.02)[0]
    assert margin == pytest.approx(-low, abs=1e-6)


@pytest.mark.parametrize("guard", [0.0, 0.6])
@pytest.mark.parametrize("units", [2, 7, 300])
def test_the_variance_behind_a_spread_is_that_of_the_sample(units: int, guard: float) -> None:
    if guard:
        sample = bounded.Sample(
            sums=sample_of(0.09, units, mean=0.0),
            sizes=np.ones(units),
            rooms=np.ones(units),
            guard=guard,
        )
        error = bounded.standard_error(sample)
    else:
        error = stats.sem(sample_of(0.09, units, mean=0.0))
    found = power.variance_behind(error * units**0.5, units, guard=guard)
    assert found == pytest.approx(0.09, rel=1e-9)


def test_a_spread_that_the_pseudo_units_alone_explain_has_no_variance_behind_it() -> None:
    assert power.variance_behind(0.01, 5, guard=0.6) == 0.0
    assert power.variance_behind(0.3, 1, guard=0.0) == pytest.approx(0.09, rel=1e-12)


@pytest.mark.parametrize(
    ("trials", "units", "level"),
    [((1, 1), 60, 0.8), ((3, 2), 25, 0.5), ((2, 5), 400, 0.97), ((1, 1), 2000, 0.1)],
)
def test_the_detectable_drop_solves_the_equation_of_its_power(
    trials: tuple[int, int], units: int, level: float
) -> None:
    """The flips reject at z_alpha sqrt(n E[d^2]); their sum spreads by sqrt(n var d)."""
    noise = Noise(between=0.004, baseline=0.06, candidate=0.11)
    own, mean = noise.variance(trials), level**0.5

    def missing(drop: float) -> float:
        squares = own + drop / mean * (level - own)
        reach = Z_ALPHA * squares**0.5 + Z_POWER * max(squares - drop**2, 0.0) ** 0.5
        return drop * units**0.5 - reach

    found = power.detectable_drop(noise, trials, units=units, level=level, aim=UNEVEN)
    assert found == pytest.approx(optimize.brentq(missing, 1e-9, mean), rel=1e-9)


def test_three_units_are_the_fewest_that_can_show_a_loss_at_one_in_sixteen() -> None:
    quiet = Noise(between=0.0, baseline=0.0001, candidate=0.0001)
    for alpha, units, found in ((0.0625, 3, True), (0.0624, 3, False), (0.1, 2, False)):
        aim = Aim(alpha=alpha, power=0.8)
        drop = power.detectable_drop(quiet, (1, 1), units=units, level=1.0, aim=aim)
        assert (drop is not None) == found
    assert power.detectable_drop(quiet, (1, 1), units=40, level=0.0, aim=AIM) is None


def test_margins_that_ten_million_cases_do_not_resolve_are_out_of_reach() -> None:
    within, beyond = (power.cases_needed(0.09, m, aim=AIM, guard=0.0) for m in (2.4e-4, 2.3e-4))
    assert within is not None and 9_000_000 < within <= 10_000_000
    assert beyond is None
    assert power.normal_margin(0.09, within, aim=AIM) == pytest.approx(2.4e-4, rel=1e-6)


@pytest.mark.parametrize(("most", "found"), [(6, None), (7, 7), (8, 7), (200, 7)])
def test_the_largest_number_is_tried_and_none_beyond_it(most: int, found: int | None) -> None:
    tried: list[int] = []

    def enough(number: int) -> bool:
        tried.append(number)
        return number >= 7

    assert power.fewest(enough, most=most) == found
    assert max(tried) <= most and tried[0] == 1
