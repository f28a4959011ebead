"""Holm's adjustment against statsmodels and its own laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.stats.contingency import fisher_two_sided
from holdfast.stats.multiplicity import holm

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=15)


@given(p_values)
def test_holm_agrees_with_statsmodels(values: list[float]) -> None:
    oracle = pytest.importorskip("statsmodels.stats.multitest", reason="the oracle is statsmodels")
    expected = oracle.multipletests(values, method="holm")[1]
    assert holm(values) == pytest.approx(list(expected), abs=1e-12)


@given(p_values, st.data())
def test_a_smaller_p_value_never_raises_any_adjusted_one(
    values: list[float], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(values) - 1))
    lowered = [*values]
    lowered[index] = data.draw(st.floats(0, values[index]))
    for before, after in zip(holm(values), holm(lowered), strict=True):
        assert after <= before


table = st.tuples(*[st.integers(0, 60)] * 4)


@given(table)
def test_fishers_test_agrees_with_scipy(cells: tuple[int, int, int, int]) -> None:
    stats = pytest.importorskip("scipy.stats", reason="the oracle is scipy.stats")
    a, b, c, d = cells
    if a + b + c + d == 0:
        return
    expected = stats.fisher_exact([[a, b], [c, d]]).pvalue
    assert fisher_two_sided((a, b), (c, d)) == pytest.approx(expected, rel=1e-7, abs=1e-12)
