"""Johnson's t test: its size where changes are skewed, its monotony, and Student's t."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import stdtr
from scipy.stats import skew, ttest_1samp

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


@pytest.mark.parametrize(("value", "expected"), [(-0.1, 0.0), (0.0, 1.0), (0.1, 1.0)])
def test_changes_without_scatter_are_certain(value: float, expected: float) -> None:
    assert p_of(np.full(30, value)) == expected


def test_units_of_equal_size_are_as_one_case_each() -> None:
    changes = np.random.default_rng(2).normal(-0.02, 0.2, 30)
    assert p_worse(4 * changes, 4 * ONES[:30]) == pytest.approx(p_of(changes), abs=1e-12)


@given(
    st.lists(st.integers(-4, 4), min_size=12, max_size=60),
    st.sampled_from([1, 4]),
    st.data(),
)
@settings(max_examples=300)
def test_lowering_a_change_never_raises_p(
    quarters: list[int], largest: int, data: st.DataObject
) -> None:
    sizes = np.arange(len(quarters)) % largest + 1.0
    sums = sizes * np.array(quarters) / 4
    lowered = sums.copy()
    index = data.draw(st.integers(0, sums.size - 1))
    lowered[index] -= data.draw(st.sampled_from([0.01, 0.25, 1.0]))
    before, after = p_worse(sums, sizes), p_worse(lowered, sizes)
    # Above one half nothing is decided.
    assert after <= before + 1e-9 or before > 0.5


@pytest.mark.parametrize("cases", [50, 100, 300])
def test_few_large_gains_among_many_small_losses_are_no_loss(cases: int) -> None:
    generator = np.random.default_rng(7)
    runs, found = 1500, 0
    for _ in range(runs):
        noise = generator.normal(-0.8 * 0.05 / 0.95, 0.1, cases)
        found += p_of(np.where(generator.random(cases) < 0.05, 0.8, noise)) <= 0.05
    # In 7.7 % of samples of 50 there is no gain at all, and nobody can know of any.
    assert found / runs <= (0.085 if cases == 50 else 0.067)
