"""Forest: intervals on one axis, whose unit is each metric's own margin.

Zero and the margin therefore stand at one place in every row, whatever the metric measures, and
the eye answers the gate's question: does the interval reach into the zone beyond the margin?
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.gate import Finding

__all__ = ["Axis", "Place", "axis_for", "place"]

_FARTHEST = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Range that every row of a plot shares, in margins; zero is no change."""

    lower: float
    upper: float

    def at(self, margins: float) -> float:
        """Place of a value between 0 (left end) and 1 (right end)."""
        inside = min(max(margins, self.lower), self.upper)
        return (inside - self.lower) / (self.upper - self.lower)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one metric's interval stands, each between 0 and 1."""

    low: float
    estimate: float
    high: float
    zero: float
    margin: float | None
    """None where the metric has no margin; the row then has a scale of its own."""
    beyond_left: bool
    """The interval reaches farther left than the axis."""
    beyond_right: bool


def axis_for(findings: Iterable[Finding]) -> Axis:
    """The axis that holds all intervals, up to six margins to each side."""
    lower, upper = -1.7, 1.2
    for finding in findings:
        delta, margin = finding.delta, finding.policy.margin
        if delta is not None and margin is not None:
            if math.isfinite(delta.low):
                lower = min(lower, delta.low / margin - 0.2)
            if math.isfinite(delta.high):
                upper = max(upper, delta.high / margin + 0.2)
    return Axis(lower=max(lower, -_FARTHEST), upper=min(upper, _FARTHEST))


def place(finding: Finding, *, axis: Axis) -> Place | None:
    """Where the interval of a finding stands; None where there is none."""
    delta, margin = finding.delta, finding.policy.margin
    if delta is None or math.isnan(delta.low) or math.isnan(delta.high):
        return None
    unit = margin
    if unit is None:
        reach = max(abs(delta.low), abs(delta.high))
        unit = reach / (0.85 * min(-axis.lower, axis.upper)) if 0 < reach < math.inf else 1.0
    low, high = delta.low / unit, delta.high / unit
    return Place(
        low=axis.at(low),
        estimate=axis.at(delta.estimate / unit),
        high=axis.at(high),
        zero=axis.at(0.0),
        margin=None if margin is None else axis.at(-1.0),
        beyond_left=low < axis.lower,
        beyond_right=high > axis.upper,
    )
