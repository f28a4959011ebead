"""Plans against simulation, published tables and their own inverse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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
