"""A plot puts bounds on the same side of margin and zero as the numbers do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.gate import Finding
from holdfast.report.forest import axis_for, place
from tests.report.builders import make_delta, make_finding

numbers = st.floats(-2, 2)


def finding_of(low: float, high: float, margin: float | None) -> Finding:
    delta = make_delta(low=low, estimate=(low + high) / 2, high=high)
    return make_finding(delta=delta, margin=margin, role="monitor")


@given(low=numbers, high=numbers, margin=st.floats(0.001, 1))
def test_a_bound_stands_on_its_side_of_margin_and_zero(
    low: float, high: float, margin: float
) -> None:
    low, high = sorted((low, high))
    finding = finding_of(low, high, margin)
    where = place(finding, axis=axis_for([finding]))
    assert where is not None
    assert where.margin is not None
    assert 0 <= where.low <= where.estimate <= where.high <= 1
    assert 0 < where.margin < where.zero < 1
    for value, spot in ((low, where.low), (high, where.high)):
        assert (value <= -margin) >= (spot < where.margin)
        assert (value <= 0) >= (spot < where.zero)


@given(st.lists(st.tuples(numbers, numbers, st.floats(0.001, 1)), min_size=1, max_size=5))
def test_zero_and_margin_stand_at_one_place_in_every_row(
    rows: list[tuple[float, float, float]],
) -> None:
    findings = [finding_of(min(a, b), max(a, b), margin) for a, b, margin in rows]
    axis = axis_for(findings)
    places = [place(finding, axis=axis) for finding in findings]
    assert len({(where.zero, where.margin) for where in places if where}) == 1


def test_an_interval_beyond_the_axis_says_so() -> None:
    finding = finding_of(-1.0, 1.0, 0.01)
    where = place(finding, axis=axis_for([finding]))
    assert where is not None
    assert (where.beyond_left, where.beyond_right) == (True, True)


def test_an_unbounded_interval_is_drawn_to_the_edge() -> None:
    finding = finding_of(-math.inf, math.inf, 0.02)
    where = place(finding, axis=axis_for([finding]))
    assert where is not None
    assert (where.low, where.high) == (0, 1)


@pytest.mark.parametrize(("low", "high"), [(-0.3, 0.1), (0.0, 0.0), (2.0, 900.0)])
def test_a_metric_without_a_margin_has_a_scale_of_its_own(low: float, high: float) -> None:
    finding = finding_of(low, high, None)
    where = place(finding, axis=axis_for([finding]))
    assert where is not None
    assert where.margin is None
    assert (where.beyond_left, where.beyond_right) == (False, False)


def test_nothing_is_drawn_where_nothing_was_measured() -> None:
    finding = finding_of(math.nan, math.nan, 0.02)
    assert place(finding, axis=axis_for([finding])) is None
