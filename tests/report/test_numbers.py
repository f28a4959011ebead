"""Numbers as reports print them keep the promises that `holdfast.judging.numbers` makes."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.judging.numbers import (
    MINUS,
    Scale,
    count,
    duration,
    interval_level,
    p_value,
    plural,
    scale_of,
)
from tests.report.builders import CORRECT, LATENCY, make_delta

bounds = st.floats(-1, 1, allow_nan=False)
margins = st.floats(0.001, 0.5)


def printed(text: str) -> float:
    """The number that a reader reads."""
    found = re.search(rf"[{MINUS}+]?[\d,]+(\.\d+)?", text)
    assert found, text
    return float(found.group().replace(MINUS, "-").replace(",", ""))


@given(low=bounds, high=bounds, margin=margins)
def test_a_printed_bound_never_stands_on_the_other_side_of_the_printed_margin(
    low: float, high: float, margin: float
) -> None:
    low, high = sorted((low, high))
    delta = make_delta(low=low, estimate=(low + high) / 2, high=high)
    scale = scale_of(delta, margin=margin)
    edge = -printed(scale.size(margin))
    for bound in (low, high):
        shown = printed(scale.change(bound))
        assert shown >= edge if bound > -margin else shown <= edge


@given(bound=bounds, metric=st.sampled_from([CORRECT, LATENCY]))
def test_a_printed_change_never_has_the_wrong_sign(bound: float, metric: object) -> None:
    delta = make_delta(metric, low=bound, estimate=bound, high=bound)  # type: ignore[arg-type]
    text = scale_of(delta).change(bound)
    assert text.startswith("+") == (printed(text) > 0)
    assert text.startswith(MINUS) == (printed(text) < 0)
    assert printed(text) * bound >= 0


@given(value=st.floats(allow_nan=False, allow_infinity=False), decimals=st.integers(0, 6))
def test_zero_has_no_sign_and_minus_is_a_minus(value: float, decimals: int) -> None:
    text = Scale(decimals=decimals).change(value)
    assert "-" not in re.sub(r"e-?\+?\d+$", "", text)
    if not re.search("[1-9]", text):
        assert text[0] == "0"


def test_a_bound_just_inside_the_margin_gets_the_decimals_that_show_it() -> None:
    delta = make_delta(low=-0.0196, estimate=-0.005, high=0.01)
    scale = scale_of(delta, margin=0.02)
    assert (scale.change(delta.low), scale.size(0.02)) == (
        "−1.96\N{NO-BREAK SPACE}pt",
        "2.00\N{NO-BREAK SPACE}pt",
    )


def test_a_margin_is_printed_as_it_was_written() -> None:
    assert scale_of(make_delta(), margin=0.025).size(0.025) == "2.5\N{NO-BREAK SPACE}pt"
    assert scale_of(make_delta(), margin=0.0225).size(0.0225) == "2.25\N{NO-BREAK SPACE}pt"


def test_shares_are_percentages_and_their_changes_are_points() -> None:
    scale = scale_of(make_delta(), margin=0.02)
    assert scale.score(0.84) == "84.0\N{NO-BREAK SPACE}%"
    assert scale.interval(-0.101, 0.02) == "−10.1 to +2.0\N{NO-BREAK SPACE}pt"


def test_seconds_show_two_digits_of_their_uncertainty() -> None:
    delta = make_delta(LATENCY, low=-0.041, estimate=-0.012, high=0.013, baseline=1.23456)
    assert scale_of(delta).score(1.23456) == "1.235"


@given(p=st.floats(0, 1), alpha=st.sampled_from([0.0001, 0.001, 0.01, 0.05, 0.1]))
def test_a_printed_p_value_never_crosses_alpha(p: float, alpha: float) -> None:
    text = p_value(p, alpha=alpha)
    relation, digits = text.split()[1:]
    shown = float(f"0{digits}")
    if relation == "<":
        assert p < shown <= alpha
    elif relation == ">":
        assert p > shown >= alpha
    else:
        assert shown <= alpha if p <= alpha else shown >= alpha


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0.0 s"), (9.96, "10 s"), (59.6, "1 min 0 s"), (245, "4 min 5 s"), (7800, "2 h 10 min")],
)
def test_durations_are_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_things_are_counted_with_their_noun() -> None:
    assert [plural(n, "case") for n in (0, 1, 10_000)] == ["0 cases", "1 case", "10,000 cases"]
    assert count(-3) == "−3"
    assert interval_level(0.05) == "90\N{NO-BREAK SPACE}%"


def test_what_is_not_a_number_is_not_printed_as_one() -> None:
    scale = Scale(factor=100, decimals=1)
    assert [scale.change(x) for x in (math.inf, -math.inf, math.nan)] == ["+∞", "−∞", "?"]
