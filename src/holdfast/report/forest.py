"""Forest: intervals on one axis, whose unit is each metric's own margin.

Zero and the margin therefore stand at one place in every row, whatever the metric measures, and
the eye answers the gate's question: does the interval reach into the zone beyond the margin?
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.gate import Finding

if TYPE_CHECKING:
    from markupsafe import Markup

    from holdfast.report.rows import MetricRow

__all__ = ["Axis", "Place", "axis_for", "forest_head", "forest_row", "place"]

_FARTHEST = 6.0
_WIDTH = 360
_HEIGHT = 52
_MIDDLE = 26


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


def forest_row(row: "MetricRow", where: Place, *, key: str) -> "Markup":
    """One row of the plot as SVG with its text alternative."""
    from markupsafe import Markup

    low, high = _x(where.low), _x(where.high)
    shapes = [
        *_ground(where),
        f'<line class="interval" x1="{low}" x2="{high}" y1="{_MIDDLE}" y2="{_MIDDLE}"/>',
        _end(low, arrow=-1 if where.beyond_left else 0),
        _end(high, arrow=1 if where.beyond_right else 0),
        f'<circle class="point" cx="{_x(where.estimate)}" cy="{_MIDDLE}" r="5"/>',
    ]
    # The picture holds numbers alone; words go in through escaping.
    picture = (
        f'<svg class="forest tone-{row.state.tone}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">%s</title>'
        f'<desc id="{key}-desc">%s</desc>{"".join(shapes)}</svg>'
    )
    return Markup(picture) % (_title(row), _description(row))  # noqa: S704 - arguments are escaped


def forest_head(axis: Axis) -> "Markup":
    """The axis above the rows: where zero stands, and which side is better."""
    from markupsafe import Markup

    zero = _x(axis.at(0.0))
    words = [
        f'<text x="{zero - 7}" y="15" text-anchor="end">worse</text>',
        f'<text x="{zero + 7}" y="15">better</text>',
        f'<line class="zero" x1="{zero}" x2="{zero}" y1="4" y2="24"/>',
    ]
    start = f'<svg class="forest axis" viewBox="0 0 {_WIDTH} 24" aria-hidden="true">'
    return Markup(f"{start}{''.join(words)}</svg>")  # noqa: S704 - numbers and constant words


def _x(share: float) -> float:
    return round(8 + share * (_WIDTH - 16), 1)


def _ground(where: Place) -> list[str]:
    shapes: list[str] = []
    if where.margin is not None:
        margin = _x(where.margin)
        shapes.append(f'<rect class="beyond" x="0" y="0" width="{margin}" height="{_HEIGHT}"/>')
        shapes.append(_vertical("margin", margin))
    shapes.append(_vertical("zero", _x(where.zero)))
    return shapes


def _vertical(name: str, x: float) -> str:
    return f'<line class="{name}" x1="{x}" x2="{x}" y1="0" y2="{_HEIGHT}"/>'


def _end(x: float, *, arrow: int) -> str:
    if not arrow:
        return f'<line class="cap" x1="{x}" x2="{x}" y1="{_MIDDLE - 5}" y2="{_MIDDLE + 5}"/>'
    tip, back = round(x + 6 * arrow, 1), round(x - 3 * arrow, 1)
    points = f"{tip},{_MIDDLE} {back},{_MIDDLE - 6} {back},{_MIDDLE + 6}"
    return f'<polygon class="tip" points="{points}"/>'


def _title(row: "MetricRow") -> str:
    return f"{row.metric}: {row.state.text}"


def _description(row: "MetricRow") -> str:
    margin = f"margin {row.margin}" if row.margin else "no margin, on a scale of its own"
    interval = f"{row.level} interval {row.interval}"
    return f"Change {row.change}, {interval}, {margin}. {row.direction.capitalize()}."
