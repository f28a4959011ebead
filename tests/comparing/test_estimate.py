"""Estimates that need no test: equal answers, and losses without a limit."""

import math

import pytest

from holdfast.comparing.estimate import Estimate, identical, without_limit


def test_identical_answers_changed_by_nothing_and_with_certainty() -> None:
    assert identical(37) == Estimate(
        low=0.0,
        middle=0.0,
        high=0.0,
        p_worse=1.0,
        p_better=1.0,
        method="identical",
        test="none: the answers are identical",
        spread=0.0,
        units=37,
    )


@pytest.mark.parametrize("p", [0.0, 0.125, 0.8])
def test_a_loss_without_limit_has_no_bounds_and_two_p_values_that_add_up_to_one(p: float) -> None:
    assert without_limit(41, p=p) == Estimate(
        low=-math.inf,
        middle=-math.inf,
        high=-math.inf,
        p_worse=p,
        p_better=pytest.approx(1.0 - p),
        method="none",
        test="none: nothing limits the lost scores",
        spread=0.0,
        units=41,
    )
