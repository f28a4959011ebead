from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.metrics.calling.statements import numbers_in, same_number, states, texts_in

NUMBERS = st.decimals(-10_000, 10_000, places=3)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("none at all", []),
        ("7", [7]),
        ("-7 and \u22127.5", [-7, -7.5]),
        ("from 3-5 to E-12", [3, 5, 12]),
        ("1,250 and 12,50 and 1,250,000.75", [1250, 12, 50, 1250000.75]),
        ("at 14:30 on 2026-03-05.", [14, 30, 2026, 3, 5]),
        ("7°C, 40 %, $3.50.", [7, 40, 3.5]),
        ('{"low": -3, "high": 12.0}', [-3, 12]),
    ],
)
def test_numbers_are_read_as_people_write_them(text, numbers):
    assert [float(number) for number in numbers_in(text)] == numbers


@given(NUMBERS)
def test_a_number_states_itself_and_its_roundings(number):
    assert same_number(number, number)
    for places in range(3):
        assert same_number(round(number, places), number)


@given(NUMBERS, NUMBERS)
def test_a_number_that_is_further_away_than_rounding_goes_does_not(said, known):
    if abs(abs(said) - abs(known)) > 1:
        assert not same_number(said, known)


@given(st.text(alphabet="0123456789.,-e\u2212", max_size=60), st.floats(allow_nan=False))
def test_no_text_and_no_number_is_too_odd_to_compare(text, number):
    for said in numbers_in(text):
        assert same_number(said, said) in (True, False)
        assert same_number(said, Decimal(repr(number))) in (True, False)
    assert states(text, number) in (True, False)


@pytest.mark.parametrize(
    ("text", "wanted", "stated"),
    [
        ("In OSLO it rains.", "Oslo", True),
        ("In Oslofjord it rains.", "Oslo", False),
        ("light\n  rain", "light rain", True),
        ("C++ it is", "C++", True),
        ("12.04 euros", 12.04, True),
        ("12.0 euros", 12.04, True),
        ("12.1 euros", 12.04, False),
        ("true", True, True),
        ("", "", True),
    ],
)
def test_words_are_whole_and_numbers_rounded(text, wanted, stated):
    assert states(text, wanted) is stated


def test_every_text_inside_a_value_is_found_but_under_the_keys_left_out():
    value = {"a": ["x", {"b": 1, "tools": ["hidden"]}], "c": None, "d": True}
    assert list(texts_in(value, without=["tools"])) == ["x", "1"]
