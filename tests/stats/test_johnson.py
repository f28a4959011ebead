"""Johnson's t test: its size where changes are skewed, its monotony, and Student's t."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import stdtr
from scipy.stats import skew, t, ttest_1samp

from holdfast.stats import sign_flip
from holdfast.stats.johnson import LEAN, p_worse

ONES = np.ones(400)


def p_of(changes: np.ndarray) -> float:
    return p_worse(changes, ONES[: changes.size])


def test_symmetric_changes_give_students_t_test() -> None:
    changes = np.array([-0.4, -0.2, -0.1, 0.0, 0.1]) - 0.05
    changes = np.concatenate([changes, 2 * changes.mean() - changes])
    oracle = ttest_1samp(changes, 0.0, alternative="less").pvalue
    assert p_of(changes) == pytest.approx(oracle, abs=1e-9)


def test_skewed_changes_move_the_quantile_by_johnsons_correction() -> None:
    changes = np.random.default_rng(1).exponential(0.2, 40) - 0.25
    found = ttest_1samp(changes, 0.0, alternative="less")
    lean = LEAN * -skew(changes) * (39 / 40) ** 1.5 / np.sqrt(40)
    quantile = brentq(lambda q: -found.statistic + lean * (2 * q * q + 1) / 6 - q, -1.0, 4.0)
    assert p_of(changes) == pytest.approx(stdtr(39, -quantile), abs=1e-9)
    assert p_of(changes) > found.pvalue


@pytest.mark.parametrize(
    ("sums", "sizes"),
    [
        ([-0.6, 0.1, -0.2], [1, 1, 1]),
        ([-0.1, -0.3, 0.2, -0.4, -0.2], [1, 2, 1, 3, 1]),
        ([0.9, -0.1, -0.2, -0.1, 0.0, -0.2], [1] * 6),
        ([-0.45, -0.5, -0.55, -0.5], [1] * 4),
        ([-0.3, 0.1], [1, 1]),
    ],
)
def test_p_is_the_level_at_which_the_corrected_bound_of_the_loss_is_zero(
    sums: list[float], sizes: list[float]
) -> None:
    changes, weights = np.array(sums), np.array(sizes, float)
    mean = -changes.sum() / weights.sum()
    losses = -changes - mean * weights
    deviation = np.sqrt((losses**2).sum() / (len(sums) - 1))
    skewness = ((losses / deviation) ** 3).mean() / np.sqrt(len(sums))
    error = np.sqrt(len(sums)) * deviation / weights.sum()

    def bound(q: float) -> float:
        return mean - q * error + 1.25 * skewness * (2 * q * q + 1) / 6 * error

    quantile = mean / error
    span = brentq(bound, quantile - 1.0, quantile + 1.0, xtol=1e-13)
    assert p_worse(changes, weights) == pytest.approx(t.sf(span, len(sums) - 1), rel=1e-9)


@pytest.mark.parametrize(("value", "expected"), [(-0.1, 0.0), (0.0, 1.0), (0.1, 1.0)])
@pytest.mark.parametrize("sizes", [[1.0] * 30, [3.0], [1.0, 1.0]])
def test_changes_without_scatter_are_certain(
    value: float, expected: float, sizes: list[float]
) -> None:
    assert p_worse(value * np.array(sizes), np.array(sizes)) == expected


@pytest.mark.parametrize(("change", "expected"), [(-1.0, 0.0), (1.0, 1.0)])
def test_where_nearly_all_scatter_is_one_case_no_quantile_is_large_enough(
    change: float, expected: float
) -> None:
    assert p_of(np.array([change, *[0.0] * 9])) == expected


def test_units_of_equal_size_are_as_one_case_each() -> None:
    changes = np.random.default_rng(2).normal(-0.02, 0.2, 30)
    assert p_worse(4 * changes, 4 * ONES[:30]) == pytest.approx(p_of(changes), abs=1e-12)


def flips(sums: np.ndarray) -> float:
    steps = sign_flip.on_grid(sums)
    assert steps is not None
    return sign_flip.exact(steps)[0]


@given(
    st.lists(st.integers(-4, 4), min_size=12, max_size=60),
    st.sampled_from([1, 4]),
    st.data(),
)
@settings(max_examples=300)
def test_lowering_a_change_never_raises_the_p_value_that_counts(
    quarters: list[int], largest: int, data: st.DataObject
) -> None:
    sizes = np.arange(len(quarters)) % largest + 1.0
    sums = sizes * np.array(quarters) / 4
    lowered = sums.copy()
    index = data.draw(st.integers(0, sums.size - 1))
    lowered[index] -= data.draw(st.sampled_from([0.01, 0.25, 1.0]))
    before, after = (max(p_worse(drawn, sizes), flips(drawn)) for drawn in (sums, lowered))
    # Above one half nothing is decided, and unequal clusters are said to be no proof.
    assert after <= before + (1e-9 if largest == 1 else 0.005) or before > 0.5


@pytest.mark.parametrize("cases", [50, 100, 300])
def test_few_large_gains_among_many_small_losses_are_no_loss(cases: int) -> None:
    generator = np.random.default_rng(7)
    runs, found = 1500, 0
    for _ in range(runs):
        noise = generator.normal(-0.8 * 0.05 / 0.95, 0.1, cases)
        found += p_of(np.where(generator.random(cases) < 0.05, 0.8, noise)) <= 0.05
    # In 7.7 % of samples of 50 there is no gain at all, and nobody can know of any.
    assert found / runs <= (0.085 if cases == 50 else 0.067)
