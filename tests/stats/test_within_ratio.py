"""Bounds of a ratio of totals of these cases, beside every way to move their trials."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import norm

from holdfast.stats import within_case, within_ratio

Trials = list[list[float]]

BEFORE: Trials = [[9.0, 11.0, 10.0], [31.0, 28.0, 35.0], [14.0, 12.0, 16.0]]
CALM: Trials = [[10.0, 9.0], [30.0, 33.0], [15.0, 14.0]]
THREE: Trials = [[1.0, 2.0, 60.0], [30.0, 0.0, 41.0], [14.0, 80.0, 70.0]]
FOUR: Trials = [[3.0, 9.0, 20.0, 44.0], [30.0, 60.0], [35.0, 41.0]]
UNEQUAL: Trials = [[4.0, 24.0, 9.0], [9.0, 55.0], [17.0]]


def moments(arm: Trials) -> tuple[float, float]:
    """Sum of the means of the cases, and its variance."""
    scatter = {i: np.var(case, ddof=1) for i, case in enumerate(arm) if len(case) > 1}
    typical = np.mean(list(scatter.values()))
    noise = [scatter.get(i, typical) / len(case) for i, case in enumerate(arm)]
    return sum(float(np.mean(case)) for case in arm), float(sum(noise))


def hull(points: np.ndarray) -> np.ndarray:
    """Corners of the convex hull, in turn (Andrew 1979)."""
    ordered, sides = np.unique(points, axis=0), []
    for run in (ordered, ordered[::-1]):
        side: list[np.ndarray] = []
        for point in run:
            while len(side) > 1 and np.linalg.det([side[-1] - side[-2], point - side[-2]]) <= 0:
                side.pop()
            side.append(point)
        sides += side[:-1]
    return np.array(sides) if sides else ordered


def moved(arm: Trials, best: float) -> np.ndarray:
    """Hull of the moments of all samples in which some trials have the best value.

    The hull of sums is made of sums of the hull's points, one case after the other.
    """
    single = sum(len(case) == 1 for case in arm)
    points = np.zeros((1, 2))
    for case in sorted(arm, key=len, reverse=True):
        share = 1 / len(case) + single / (len(arm) - single)
        options: list[tuple[float, float]] = []
        for sample in itertools.product(*((value, best) for value in case)):
            scatter = float(np.var(sample, ddof=1)) if len(case) > 1 else 0.0
            options.append((float(np.mean(sample)), share * scatter))
        sums = (points[:, None] + np.array(options)[None]).reshape(-1, 2)
        points = hull(sums)
    return points


def lowest(total: float, noise: float, corners: np.ndarray, *, quantile: float) -> float:
    """Smallest total + sum - quantile * sqrt(noise + variance) on the hull of the corners."""
    shares = np.linspace(0.0, 1.0, 1001)[:, None, None]
    edges = (1.0 - shares) * corners + shares * np.roll(corners, 1, axis=0)
    return float((total + edges[..., 0] - quantile * np.sqrt(noise + edges[..., 1])).min())


def by_enumeration(before: Trials, after: Trials, *, alpha: float, upper: bool) -> float:
    z = float(norm.ppf(1 - alpha))
    means = np.array([np.mean(case) for case in before])
    fewest = min(len(case) for case in (*before, *after))
    first, noise = moments(before)
    cap = 2 * max(max(case) for case in before)
    capped = [[min(value, cap) for value in case] for case in after]
    points = moved(after, 0.0) if upper else moved(capped, cap)

    def contrast(weight: float) -> float:
        step = (means**2).sum() / means.sum() / fewest * max(1.0, weight)
        fixed, shift = (z * step) ** 2, step * (2 * z**2 + 1) / 6
        if upper:
            scaled = points * [-weight, weight**2]
            return lowest(first, noise + fixed, scaled, quantile=z) - shift
        own = lowest(0.0, weight**2 * noise + fixed, points, quantile=z)
        return own - weight * first - shift

    if contrast(1e-9) <= 0.0:
        return math.inf if upper else 0.0
    root = float(brentq(contrast, 1e-9, 50.0, xtol=1e-13))
    return 1 / root if upper else root


@pytest.mark.parametrize("after", [CALM, THREE, UNEQUAL, FOUR])
@pytest.mark.parametrize("alpha", [0.2, 0.05])
def test_the_bounds_are_the_smallest_over_every_way_to_move_the_trials(
    after: Trials, alpha: float
) -> None:
    check(BEFORE, after, alpha=alpha)


STEADY: Trials = [[9.0 + index % 3, 10.5, 11.0 - index % 4] for index in range(16)]


@pytest.mark.parametrize(
    "one", [[100.0, 180.0, 900.0], [200.0, 900.0, 600.0], [326.0, 59.0, 1019.0, 1010.0]]
)
@pytest.mark.parametrize("factor", [0.3, 3.0])
@pytest.mark.parametrize("alpha", [0.05, 0.005])
def test_one_noisy_case_among_many_is_bounded_as_if_it_had_consumed_less(
    one: list[float], factor: float, alpha: float
) -> None:
    before = [[50.0, 51.0, 52.0], *STEADY, [10.0, 11.0]]
    after = [[factor * value for value in case] for case in [one, *STEADY, [11.0, 11.5]]]
    check(before, after, alpha=alpha)
    check(before, [*after[:-1], [11.0]], alpha=alpha)


def check(before: Trials, after: Trials, *, alpha: float) -> None:
    arms = within_case.grouped(before, after)
    upper = by_enumeration(before, after, alpha=alpha, upper=True)
    assert within_ratio.most(arms, alpha=alpha) == pytest.approx(upper, rel=1e-6)
    lower = by_enumeration(before, after, alpha=alpha, upper=False)
    assert within_ratio.least(arms, alpha=alpha) == pytest.approx(lower, rel=1e-6)


def test_trials_that_agree_leave_room_for_a_change() -> None:
    arms = within_case.grouped([[120.0] * 3] * 100, [[120.0] * 3] * 100)
    assert 1.01 < within_ratio.most(arms, alpha=0.05) < 1.02
    assert 0.98 < within_ratio.least(arms, alpha=0.05) < 0.99


def test_one_trial_in_each_arm_still_gives_bounds() -> None:
    generator = np.random.default_rng(1)
    before = generator.uniform(50, 60, (400, 1))
    arms = within_case.grouped(before.tolist(), (1.2 * before).tolist())
    low, high = within_ratio.least(arms, alpha=0.05), within_ratio.most(arms, alpha=0.05)
    assert 1.17 < low < 1.2 < high < 1.23


def test_the_arms_can_be_exchanged() -> None:
    arms = within_case.grouped(BEFORE, UNEQUAL)
    again = within_case.grouped(UNEQUAL, BEFORE)
    for bound in (within_ratio.most, within_ratio.least):
        assert bound(within_ratio.swapped(arms), alpha=0.05) == bound(again, alpha=0.05)


@pytest.mark.parametrize("last", [[11.0, 11.5], [11.0]])
@pytest.mark.parametrize("factor", [1e-4, 1e3])
def test_the_unit_of_the_amounts_is_irrelevant(last: list[float], factor: float) -> None:
    noisy = [[100.0, 180.0, 900.0], *STEADY, last]
    alone = [case[:1] for case in noisy]
    for after in (noisy, alone):
        arms = within_case.grouped([[50.0, 51.0, 52.0], *STEADY, [10.0, 11.0]], after)
        scaled = [
            within_case.Arms(baseline=factor * group.baseline, candidate=factor * group.candidate)
            for group in arms
        ]
        for bound in (within_ratio.most, within_ratio.least):
            assert bound(scaled, alpha=0.05) == pytest.approx(bound(arms, alpha=0.05), rel=1e-7)


AMOUNTS = st.sampled_from([0.0, 1.0, 4.0, 5.5, 30.0])
CASES = st.lists(
    st.tuples(
        st.lists(AMOUNTS.map(lambda x: x + 1.0), min_size=1, max_size=3),
        st.lists(AMOUNTS, min_size=1, max_size=4),
    ),
    min_size=5,
    max_size=20,
)


@given(CASES, st.sampled_from([0.3, 12.0, 500.0]), st.data())
@settings(max_examples=150)
def test_consuming_more_never_lowers_a_bound(
    cases: list[tuple[list[float], list[float]]], more: float, data: st.DataObject
) -> None:
    before, after = [list(case[0]) for case in cases], [list(case[1]) for case in cases]
    raised = [list(case) for case in after]
    chosen = data.draw(st.sampled_from(raised))
    chosen[data.draw(st.integers(0, len(chosen) - 1))] += more
    for bound in (within_ratio.most, within_ratio.least):
        found = bound(within_case.grouped(before, after), alpha=0.05)
        grown = bound(within_case.grouped(before, raised), alpha=0.05)
        assert grown >= found * (1 - 1e-7)


@pytest.mark.parametrize(("spread", "trials", "cases"), [(0.3, 3, 100), (0.2, 2, 60)])
def test_claims_of_safety_at_the_margin_are_rarely_wrong(
    spread: float, trials: int, cases: int
) -> None:
    generator, wrong, runs = np.random.default_rng(7), 0, 400
    for _ in range(runs):
        sizes = np.exp(generator.normal(size=cases))[:, None]
        noise = np.exp(spread * generator.normal(size=(2, cases, trials)) - spread**2 / 2)
        arms = [within_case.Arms(baseline=sizes * noise[0], candidate=1.1 * sizes * noise[1])]
        wrong += within_ratio.most(arms, alpha=0.05) < 1.1
    # 5 % plus three Monte Carlo errors of 1.1 points.
    assert wrong / runs <= 0.083
