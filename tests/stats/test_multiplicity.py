"""Holm's and Benjamini and Hochberg's adjustments against other libraries and their own laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.stats.contingency import fisher_fewer, fisher_two_sided
from holdfast.stats.multiplicity import benjamini_hochberg, holm

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=15)


@settings(max_examples=25)  # the oracle takes its time
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


@given(p_values)
def test_benjamini_hochberg_agrees_with_statsmodels_and_scipy(values: list[float]) -> None:
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    stats = pytest.importorskip("scipy.stats")
    found = list(benjamini_hochberg(values))
    assert found == pytest.approx(list(multitest.multipletests(values, method="fdr_bh")[1]))
    assert found == pytest.approx(list(stats.false_discovery_control(values, method="bh")))


@given(p_values)
def test_each_adjustment_lies_between_the_p_value_and_its_stricter_sister(
    values: list[float],
) -> None:
    for raw, loose, strict in zip(values, benjamini_hochberg(values), holm(values), strict=True):
        assert raw <= loose + 1e-15
        assert loose <= strict + 1e-12


@given(p_values, st.data())
def test_a_smaller_p_value_never_raises_a_false_discovery_one(
    values: list[float], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(values) - 1))
    lowered = [*values]
    lowered[index] = data.draw(st.floats(0, values[index]))
    pairs = zip(benjamini_hochberg(values), benjamini_hochberg(lowered), strict=True)
    assert all(after <= before + 1e-15 for before, after in pairs)


table = st.tuples(*[st.integers(0, 60)] * 4)


@given(table)
def test_fishers_test_agrees_with_scipy(cells: tuple[int, int, int, int]) -> None:
    stats = pytest.importorskip("scipy.stats", reason="the oracle is scipy.stats")
    a, b, c, d = cells
    if a + b + c + d == 0:
        return
    expected = stats.fisher_exact([[a, b], [c, d]]).pvalue
    assert fisher_two_sided((a, b), (c, d)) == pytest.approx(expected, rel=1e-7, abs=1e-12)
    one_sided = stats.fisher_exact([[a, b], [c, d]], alternative="less").pvalue
    assert fisher_fewer((a, b), (c, d)) == pytest.approx(one_sided, rel=1e-7, abs=1e-12)
