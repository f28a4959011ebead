"""Tango's score bounds against a published example and the constrained likelihood."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from holdfast.stats import tango


def test_the_airway_example_of_fagerland_2014_is_reproduced() -> None:
    # 21 children before and after stem cell transplantation (Bentur et al. 2009): 1 and 7
    # discordant; Fagerland, Lydersen and Laake 2014 (Stat. Med. 33:2850) print -0.517 to -0.026.
    low, high = tango.score_bounds(7, 1, 21, alpha=0.025)
    assert (round(low, 3), round(high, 3)) == (-0.517, -0.026)


def likelihood_rate(broken: int, fixed: int, pairs: int, difference: float) -> float:
    def negative_log_likelihood(rate: float) -> float:
        other = rate + difference
        same = 1 - rate - other
        terms = [(broken, rate), (fixed, other), (pairs - broken - fixed, same)]
        return -sum(count * np.log(max(mass, 1e-300)) for count, mass in terms if count)

    low, high = max(0.0, -difference), (1 - difference) / 2
    return float(
        minimize_scalar(
            negative_log_likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-11}
        ).x
    )


@pytest.mark.parametrize("counts", [(9, 3, 80), (0, 4, 50), (5, 0, 30), (12, 12, 40)])
@pytest.mark.parametrize("difference", [-0.2, -0.02, 0.05, 0.3])
def test_the_variance_uses_the_constrained_maximum_likelihood_rate(
    counts: tuple[int, int, int], difference: float
) -> None:
    broken, fixed, pairs = counts
    rate = likelihood_rate(broken, fixed, pairs, difference)
    variance = pairs * (2 * rate + difference * (1 - difference))
    expected = (fixed - broken - pairs * difference) / np.sqrt(variance)
    found = tango.score_statistic(broken, fixed, pairs, difference=difference)
    assert found == pytest.approx(expected, rel=1e-5)


def test_a_hypothesis_without_any_variance_is_certain_or_impossible() -> None:
    assert tango.score_statistic(0, 0, 50, difference=0.0) == 0.0
    assert tango.score_statistic(0, 50, 50, difference=1.0) == 0.0
    assert tango.score_statistic(0, 49, 50, difference=1.0) == -np.inf
    assert tango.score_statistic(49, 0, 50, difference=-1.0) == np.inf


def test_at_zero_the_statistic_is_the_z_of_mcnemar() -> None:
    z = tango.score_statistic(15, 6, 100, difference=0.0)
    assert z == pytest.approx((6 - 15) / np.sqrt(21))


counts = st.integers(5, 300).flatmap(
    lambda pairs: st.tuples(st.integers(0, pairs), st.integers(0, pairs), st.just(pairs)).filter(
        lambda drawn: drawn[0] + drawn[1] <= drawn[2]
    )
)


@given(counts)
def test_swapping_the_arms_mirrors_the_bounds(drawn: tuple[int, int, int]) -> None:
    broken, fixed, pairs = drawn
    low, high = tango.score_bounds(broken, fixed, pairs, alpha=0.05)
    assert tango.score_bounds(fixed, broken, pairs, alpha=0.05) == (-high, -low)


@given(counts)
def test_the_bounds_hold_the_estimate_and_never_have_zero_width(
    drawn: tuple[int, int, int],
) -> None:
    broken, fixed, pairs = drawn
    low, high = tango.score_bounds(broken, fixed, pairs, alpha=0.05)
    assert -1 <= low <= (fixed - broken) / pairs <= high <= 1
    assert high - low > 1 / (pairs + 10)


@given(counts)
def test_breaking_one_more_case_never_raises_the_lower_bound(drawn: tuple[int, int, int]) -> None:
    broken, fixed, pairs = drawn
    low, _ = tango.score_bounds(broken, fixed, pairs, alpha=0.05)
    if broken + fixed < pairs:
        assert tango.score_bounds(broken + 1, fixed, pairs, alpha=0.05)[0] <= low + 1e-12
    if fixed:
        assert tango.score_bounds(broken, fixed - 1, pairs, alpha=0.05)[0] <= low + 1e-12
