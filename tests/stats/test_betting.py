"""Betting against brute force, exact expectations, and what Ville's inequality promises."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from holdfast.stats.betting import STAKES, Units, lower_bound, p_better, p_worse, wealth

changes = st.lists(st.floats(-1, 1), min_size=1, max_size=30)


def units(values: list[float] | NDArray[np.float64]) -> Units:
    sums = np.asarray(values, np.float64)
    return Units(sums=sums, sizes=np.ones_like(sums))


def fortune(values: list[float], mean: float) -> float:
    """The definition, factor by factor."""
    total = 0.0
    for stake in STAKES:
        product = 1.0
        for value in values:
            product *= 1.0 + stake / (1.0 + mean) * (value - mean)
        total += product
    return total / len(STAKES)


@given(changes, st.floats(-0.9, 0.9))
def test_the_fortune_is_the_mean_of_the_products(values: list[float], mean: float) -> None:
    path = wealth(units(values), mean)
    for count in (1, len(values)):
        assert math.exp(path[count - 1]) == pytest.approx(
            fortune(values[:count], mean), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize("mean", [-0.4, 0.0, 0.3])
def test_the_expected_fortune_is_exactly_one_where_the_mean_is_the_hypothesis(mean: float) -> None:
    """All sequences of eight cases that fall by 1, stay, or rise by 1, with their probabilities."""
    chances = {-1.0: 0.35 - mean / 2, 0.0: 0.3, 1.0: 0.35 + mean / 2}
    expected = 0.0
    for values in itertools.product(chances, repeat=6):
        chance = math.prod(chances[value] for value in values)
        expected += chance * math.exp(wealth(units(list(values)), mean)[-1])
    assert expected == pytest.approx(1.0, abs=1e-12)


@given(changes, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_change_the_fortune(values: list[float], dice) -> None:
    shuffled = list(values)
    dice.shuffle(shuffled)
    before, after = wealth(units(values), -0.05)[-1], wealth(units(shuffled), -0.05)[-1]
    assert before == pytest.approx(after, abs=1e-9)


@given(changes, st.integers(0, 29), st.floats(0, 2))
def test_a_worse_change_never_hides_a_loss_nor_lets_one_pass(
    values: list[float], position: int, loss: float
) -> None:
    worse = list(values)
    index = position % len(values)
    worse[index] = max(-1.0, worse[index] - loss)
    assert p_worse(units(worse)) <= p_worse(units(values)) * (1 + 1e-9)
    assert p_better(units(worse)) >= p_better(units(values)) * (1 - 1e-9)
    low, high = (lower_bound(units(v), alpha=0.05) for v in (worse, values))
    assert low <= high + 1e-9


@given(changes)
def test_swapping_the_arms_mirrors_everything(values: list[float]) -> None:
    mirrored = [-value for value in values]
    assert p_worse(units(values)) == p_better(units(mirrored))


@given(changes)
def test_the_bound_is_where_the_fortune_reaches_the_goal(values: list[float]) -> None:
    bound = lower_bound(units(values), alpha=0.05)
    if bound > -0.999:  # nearer to the end a millionth is a step out of the range
        assert max(fortune(values[:k], bound - 1e-6) for k in range(1, len(values) + 1)) >= 19.9
        assert max(fortune(values[:k], bound + 1e-6) for k in range(1, len(values) + 1)) <= 20.1


@pytest.mark.parametrize("alpha", [0.05, 0.2])
@pytest.mark.parametrize(
    ("values", "between"),
    [
        ([0.5, -0.25, 0.75, 1.0, 0.25] * 12, (0.1, 0.4)),
        ([0.0, -0.25, 0.1, 0.0, 0.05] * 12, (-0.4, -0.05)),
        ([-0.9, -1.0, -0.75, -0.8] * 12, (-0.98, -0.87)),
        ([1.0] * 200, (0.8, 0.999)),
    ],
)
def test_the_bound_is_a_root_of_the_definition(
    values: list[float], between: tuple[float, float], alpha: float
) -> None:
    def excess(mean: float) -> float:
        return max(math.log(fortune(values[: k + 1], mean)) for k in range(len(values)))

    bound = lower_bound(units(values), alpha=alpha)
    assert between[0] < bound < between[1]
    assert excess(bound) == pytest.approx(-math.log(alpha), abs=1e-6)


@given(changes, st.integers(1, 5))
@settings(max_examples=30)
def test_more_evidence_never_takes_a_verdict_back(values: list[float], more: int) -> None:
    longer = values + values[:more]
    assert p_worse(units(longer)) <= p_worse(units(values)) * (1 + 1e-9)
    assert lower_bound(units(longer), alpha=0.1) >= lower_bound(units(values), alpha=0.1) - 1e-9


def test_unequal_clusters_are_weighed_by_their_cases() -> None:
    sums, sizes = np.array([-3.0, 1.0, -2.0]), np.array([4.0, 1.0, 2.0])
    clustered = Units(sums=sums, sizes=sizes, largest=4.0)
    expected = np.mean([np.prod(1 + lam * (sums + 0.1 * sizes) / (0.9 * 4.0)) for lam in STAKES])
    assert math.exp(wealth(clustered, -0.1)[-1]) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("disagreement", [0.05, 0.3])
def test_peeking_after_every_case_errs_no_more_often_than_alpha(disagreement: float) -> None:
    """Nothing changed, cases in random order, a look after each of 300: Ville's inequality."""
    generator = np.random.default_rng(7)
    alarms, passes, runs = 0, 0, 1500
    for _ in range(runs):
        flips = generator.random(300) < disagreement
        still = np.where(flips, np.where(generator.random(300) < 0.5, 1.0, -1.0), 0.0)
        alarms += p_worse(units(still)) <= 0.05
        # A true loss of five points must not be taken for less.
        lost = np.where(generator.random(300) < 0.05, -1.0, 0.0)
        passes += bool(wealth(units(lost), -0.05).max() >= math.log(20))
    allowed = 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
    assert alarms / runs <= allowed and passes / runs <= allowed


def test_nothing_drawn_proves_nothing() -> None:
    none = units([])
    assert p_worse(none) == p_better(none) == 1.0
    assert lower_bound(none, alpha=0.05) == -1.0
