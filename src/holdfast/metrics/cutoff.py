"""Cutoff: how far down a ranking a metric looks, and from which grade on a passage is relevant."""

import math

from holdfast.digest import Json
from holdfast.errors import UsageError

__all__ = ["check_cutoff", "cutoff_params"]


def check_cutoff(metric: str, k: int | None, *, level: float = 1.0) -> None:
    """Refuses a cutoff below 1, and a level that a passage without a grade would reach.

    Raises:
        UsageError: either is out of range.
    """
    if k is not None and (type(k) is not int or k < 1):
        raise UsageError(f"k of {metric!r} must be a whole number of passages from 1, got {k!r}")
    if not (math.isfinite(level) and level > 0):
        raise UsageError(
            f"level of {metric!r} must be a grade above 0, got {level!r}; "
            "0 is the grade of a passage that does not help"
        )


def cutoff_params(k: int | None, level: float = 1.0) -> dict[str, Json]:
    """Settings as they stand in a label: those that differ from "everything" and "grade 1"."""
    params: dict[str, Json] = {}
    if k is not None:
        params["k"] = k
    if level != 1.0:
        params["level"] = int(level) if float(level).is_integer() else level
    return params
