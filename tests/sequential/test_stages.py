"""Stages: looks at whole units, never more than twenty of them, and shares that rise to one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.sequential.stages import Stage, stages_of


def looks(units: int, **kwargs) -> list[int]:
    given_ = {"method": "hsd", "repeats": 1, "most": 1} | kwargs
    return [stage.cases for stage in stages_of([1] * units, **given_)]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (1, [1]),
        (49, [49]),
        (50, [25, 50]),
        (100, [25, 50, 75, 100]),
        (300, list(range(25, 301, 25))),
        (1000, list(range(50, 1001, 50))),
        (501, list(range(26, 502, 25))),
    ],
)
def test_there_are_up_to_twenty_looks(units: int, expected: list[int]) -> None:
    assert looks(units) == expected


def test_betting_looks_every_ten_cases_and_fifty_times_at_most() -> None:
    assert looks(45, method="betting") == [20, 30, 40, 45]
    assert len(looks(10_000, method="betting")) == 50


def test_without_a_method_there_is_one_look_and_one_after_each_extension() -> None:
    stages = stages_of([1] * 300, method=None, repeats=2, most=4)
    assert stages == (
        Stage(cases=300, repeats=2, fraction=0.5),
        Stage(cases=300, repeats=3, fraction=0.75),
        Stage(cases=300, repeats=4, fraction=1.0),
    )


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=400),
    st.sampled_from(["hsd", "betting", None]),
    st.integers(1, 4),
    st.integers(0, 4),
)
def test_shares_rise_to_one_and_looks_see_whole_units(sizes, method, repeats, more) -> None:
    stages = stages_of(sizes, method=method, repeats=repeats, most=repeats + more)
    shares = [stage.fraction for stage in stages]
    assert shares == sorted(set(shares)) and shares[-1] == 1.0
    places = {sum(sizes[:count]) for count in range(1, len(sizes) + 1)}
    assert all(stage.cases in places for stage in stages)
    assert stages[-1].cases == sum(sizes) and stages[-1].repeats == repeats + more
    assert len({(stage.cases, stage.repeats) for stage in stages}) == len(stages)
    units = next(count for count in range(len(sizes) + 1) if sum(sizes[:count]) == stages[0].cases)
    assert units >= 20 or units == len(sizes)
