"""Steps of an answer are bars in the order in which they began."""

import math

import pytest

from holdfast.report.waterfall import step_time, waterfall
from holdfast.system import Span


def test_bars_lie_where_the_steps_were() -> None:
    first, inner, last = waterfall(
        (
            Span(name="generate", start=0.5, seconds=0.5),
            Span(name="retrieve", start=0.0, seconds=0.25),
            Span(name="embed", start=0.0, seconds=0.1, parent="retrieve"),
        )
    )
    assert (first.name, first.depth, first.x, first.width) == ("retrieve", "0", "0.00%", "25.00%")
    assert (inner.name, inner.depth, inner.took) == ("embed", "1", "100\N{NO-BREAK SPACE}ms")
    assert (last.name, last.x, last.width) == ("generate", "50.00%", "50.00%")


def test_a_step_of_no_time_and_steps_that_contain_each_other_are_drawn() -> None:
    a, b = waterfall(
        (
            Span(name="a", start=0.0, seconds=0.0, parent="b"),
            Span(name="b", start=0.0, seconds=0.0, parent="a"),
        )
    )
    assert (a.depth, b.depth) == ("4", "4")
    assert a.width == "100.00%"


def test_times_that_are_no_numbers_are_left_out() -> None:
    spans = (Span(name="a", start=math.nan, seconds=1.0), Span(name="b", start=0, seconds=math.inf))
    assert waterfall(spans) == ()


def test_only_the_first_forty_steps_are_drawn() -> None:
    steps = [Span(name=str(n), start=float(n), seconds=1.0) for n in range(100)]
    views = waterfall(steps)
    assert [view.name for view in views] == [str(n) for n in range(40)]
    assert all(float(v.x[:-1]) + float(v.width[:-1]) <= 100.01 for v in views)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0004, "0.4 ms"), (0.42, "420 ms"), (0.9999, "1.0 s"), (61.0, "1 min 1 s")],
)
def test_short_times_are_written_in_thousandths(seconds: float, text: str) -> None:
    assert step_time(seconds).replace("\N{NO-BREAK SPACE}", " ") == text
