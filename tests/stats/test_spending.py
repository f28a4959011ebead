"""Alpha spending against published bounds, brute force and its own laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from holdfast.errors import UsageError
from holdfast.stats.spending import nominal_levels, repeated_p, spent

QUARTERS = (0.25, 0.5, 0.75, 1.0)
TENTHS = tuple(k / 10 for k in range(1, 11))

percents = st.lists(st.integers(1, 100), min_size=1, max_size=6, unique=True)
fractions = percents.map(lambda parts: tuple(part / 100 for part in sorted(parts)))


@pytest.mark.parametrize(
    ("alpha", "published"),
    [
        # SeqBounds.jl, `OBF-type`, four looks (README), cut off after the fourth decimal.
        (0.05, (3.7496, 2.5399, 2.0160, 1.7201)),
        # ldbounds and gsDesign (sfLDOF), as printed in their vignettes.
        (0.025, (4.3326, 2.9631, 2.3590, 2.0141)),
    ],
)
def test_obrien_fleming_bounds_are_the_published_ones(
    alpha: float, published: tuple[float, ...]
) -> None:
    levels = nominal_levels(QUARTERS, alpha, spending="obrien-fleming")
    assert stats.norm.isf(levels) == pytest.approx(published, abs=1.1e-4)


def test_spending_follows_its_formulas() -> None:
    assert [round(spent(t, 0.05), 6) for t in QUARTERS] == [
        round(0.05 * (1 - math.exp(2 * t)) / (1 - math.exp(2)), 6) for t in QUARTERS
    ]
    assert spent(0.5, 0.05, spending="obrien-fleming") == pytest.approx(
        2 * stats.norm.sf(stats.norm.isf(0.025) / math.sqrt(0.5)), rel=1e-12
    )
    assert spent(0.0, 0.05) == 0.0
    assert spent(1.0, 0.05) == spent(1.5, 0.05) == pytest.approx(0.05)
    assert spent(-0.5, 0.05) == 0.0


@pytest.mark.parametrize("looks", [(0.3, 1.0), (0.2, 0.5, 0.9), QUARTERS])
def test_levels_are_those_of_the_multivariate_normal(looks: tuple[float, ...]) -> None:
    """Second method: the chance of crossing a bound by the joint distribution function itself."""
    bounds = stats.norm.isf(nominal_levels(looks, 0.05))
    times = np.array(looks)
    covariance = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    for k in range(1, len(looks) + 1):
        inside = stats.multivariate_normal.cdf(bounds[:k], np.zeros(k), covariance[:k, :k])
        assert 1 - inside == pytest.approx(spent(looks[k - 1], 0.05), abs=2e-5)


@pytest.mark.parametrize(
    "looks", [(0.4, 1.0), (0.5, 0.501), (0.02, 0.9), (0.9, 0.93), (0.001, 0.0012)]
)
def test_two_looks_agree_with_adaptive_integration(looks: tuple[float, float]) -> None:
    early, late = looks
    first, second = stats.norm.isf(nominal_levels(looks, 0.05)) * np.sqrt(looks)
    step = math.sqrt(late - early)

    def crosses_second_only(score: float) -> float:
        later = stats.norm.sf((second - score) / step)
        return stats.norm.pdf(score, scale=math.sqrt(early)) * later

    lowest = min(second, first) - 8 * step
    alone = sum(
        integrate.quad(crosses_second_only, low, high, epsabs=1e-15, limit=200)[0]
        for low, high in (
            (-8 * math.sqrt(early), max(lowest, -8 * math.sqrt(early))),
            (max(lowest, -8 * math.sqrt(early)), first),
        )
    )
    assert stats.norm.sf(first / math.sqrt(early)) == pytest.approx(spent(early, 0.05), rel=1e-10)
    assert alone == pytest.approx(spent(late, 0.05) - spent(early, 0.05), rel=1e-9)


def test_a_p_value_that_rounding_put_above_one_is_one() -> None:
    assert repeated_p(1.0 + 1e-12, (1.0,)) == 1.0
    assert repeated_p(-1e-18, (1.0,)) == 0.0


def test_a_simulated_path_crosses_as_often_as_alpha_allows() -> None:
    generator = np.random.default_rng(1)
    steps = generator.standard_normal((200_000, 10)) * math.sqrt(0.1)
    statistics = np.cumsum(steps, axis=1) / np.sqrt(TENTHS)
    crossed = statistics >= stats.norm.isf(nominal_levels(TENTHS, 0.05))
    by_look = np.maximum.accumulate(crossed, axis=1).mean(axis=0)
    allowed = np.array([spent(t, 0.05) for t in TENTHS])
    assert np.all(np.abs(by_look - allowed) < 4 * np.sqrt(0.05 / 200_000))


def test_one_look_at_the_end_is_the_plain_test() -> None:
    assert nominal_levels((1.0,), 0.05) == pytest.approx((0.05,), rel=1e-12)
    assert repeated_p(0.0312, (1.0,)) == 0.0312


@given(fractions, st.floats(1e-6, 0.2))
@settings(max_examples=25, deadline=None)
def test_a_look_rejects_exactly_where_its_repeated_p_value_is_at_most_alpha(
    looks: tuple[float, ...], alpha: float
) -> None:
    level = nominal_levels(looks, alpha)[-1]
    if level > 1e-12:
        assert repeated_p(level, looks) == pytest.approx(alpha, rel=1e-7)


@given(fractions, st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=25, deadline=None)
def test_a_smaller_p_value_never_gives_a_larger_repeated_one(
    looks: tuple[float, ...], first: float, second: float
) -> None:
    low, high = sorted((first, second))
    assert repeated_p(low, looks) <= repeated_p(high, looks)
    assert repeated_p(high, looks) >= min(high, 0.5) * (1 - 1e-9)


@given(fractions, st.floats(1e-5, 0.4), st.floats(1.01, 1.2))
@settings(max_examples=25, deadline=None)
def test_levels_rise_with_alpha_and_never_exceed_it(
    looks: tuple[float, ...], alpha: float, factor: float
) -> None:
    lower = nominal_levels(looks, alpha)
    assert all(level <= alpha * (1 + 1e-9) for level in lower)
    assert all(a < b for a, b in zip(lower, nominal_levels(looks, alpha * factor), strict=True))


@given(fractions)
@settings(max_examples=20, deadline=None)
def test_the_bound_of_a_look_does_not_depend_on_later_ones(looks: tuple[float, ...]) -> None:
    whole = nominal_levels(looks, 0.05)
    for k in range(1, len(looks)):
        assert nominal_levels(looks[:k], 0.05) == pytest.approx(whole[:k], rel=1e-8)


def test_tiny_steps_between_looks_and_tiny_p_values_are_no_trouble() -> None:
    crowded = (0.02, 0.021, 0.5, 0.501, 1.0)
    assert repeated_p(nominal_levels(crowded, 0.03)[-1], crowded) == pytest.approx(0.03, rel=1e-7)
    assert 0 < repeated_p(0.0, TENTHS) == repeated_p(1e-300, TENTHS) < 1e-11
    assert repeated_p(0.7, TENTHS) == 1.0


@pytest.mark.parametrize("looks", [(), (0.0, 1.0), (0.5, 0.5), (0.5, 0.3), (0.5, 1.1)])
def test_shares_that_do_not_rise_are_refused(looks: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="rising shares"):
        nominal_levels(looks, 0.05)


@pytest.mark.parametrize("alpha", [-0.1, 0.0, 0.501, 0.7])
def test_an_alpha_outside_its_range_is_refused(alpha: float) -> None:
    with pytest.raises(UsageError, match="alpha"):
        nominal_levels(QUARTERS, alpha)
