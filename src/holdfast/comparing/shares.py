"""Shares: bounds of a ratio of totals, told as a change of the baseline's total."""

import math
from collections.abc import Callable
from typing import TypeVar

from holdfast.metric import Better

__all__ = ["shares"]

Evidence = TypeVar("Evidence")


def shares(
    found: Evidence,
    swapped: Evidence | None,
    *,
    better: Better,
    most: Callable[[Evidence], float],
    least: Callable[[Evidence], float],
) -> tuple[float, float]:
    """Lower and upper bound, positive is better; swapping the arms inverts the ratio.

    Args:
        found: What both arms consumed.
        swapped: The same with the arms exchanged; None where the candidate consumed nothing, which
            cannot be a baseline.
        better: Whether a larger total is better.
        most: Upper bound of the candidate's total as a share of the baseline's.
        least: Lower bound of it.
    """
    if better == "lower":
        highest = 1.0 if swapped is None else 1.0 - 1.0 / most(swapped)
        return 1.0 - most(found), highest
    if swapped is None:
        return -1.0, most(found) - 1.0
    inverse = least(swapped)
    return least(found) - 1.0, 1.0 / inverse - 1.0 if inverse > 0.0 else math.inf
