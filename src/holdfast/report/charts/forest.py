"""Forest: the change of every metric with its interval, in units of its own margin.

Zero and the margin therefore stand at one place in every row, whatever the metric measures, and
the eye answers the gate's question: does the interval reach into the zone beyond the margin?
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.charts.drawing import COLORS, Chart, drawn, label, library, plain_theme
from holdfast.report.forest import Axis, Place, axis_for, place
from holdfast.report.rows import MetricRow, metric_rows

__all__ = ["forest_chart"]

_ROW = 42
_FRAME = 64
_MOST = 40
_WORDS = 0.16
"""Room for the words behind the rows, as a share of the axis."""
_INSIDE, _OUTSIDE = 19, 18
"""Shapes of a point: a disc, and a diamond at the end of the axis for one that lies beyond it."""

_MARKS = {-5: f"{numbers.MINUS}5", -3: f"{numbers.MINUS}3", -1: "margin", 0: "0", 2: "+2", 4: "+4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """One row of the plot."""

    row: MetricRow
    place: Place


def forest_chart(verdict: Verdict, *, key: str = "forest") -> Chart | None:
    """The forest plot of a verdict; None where no change has an interval."""
    axis = axis_for(verdict.findings)
    bars = [
        _Bar(row=row, place=where)
        for finding, row in zip(verdict.findings, metric_rows(verdict), strict=True)
        if row.level and row.interval != "not compared"
        for where in (place(finding, axis=axis),)
        if where is not None
    ][:_MOST]
    if not bars:
        return None
    return drawn(
        _plot(bars, axis),
        key=key,
        title="Change of every metric, in its own margins",
        description=" ".join(_said(bar.row) for bar in bars),
    )


def _plot(bars: Sequence[_Bar], axis: Axis) -> Any:
    lp = library()

    rows = [float(len(bars) - number) for number in range(len(bars))]
    marks = [value for value in _MARKS if axis.lower <= value <= axis.upper]
    margin = axis.at(-1.0)
    return (
        lp.ggplot(_data(bars, rows), lp.aes(y="row"))
        + lp.geom_band(
            xmin=0.0, xmax=margin, fill=COLORS["bad-soft"], alpha=1.0, color="transparent"
        )
        + lp.geom_vline(xintercept=margin, color=COLORS["bad"], linetype="dashed", size=0.7)
        + lp.geom_vline(xintercept=axis.at(0.0), color=COLORS["ink"], size=0.7)
        + lp.geom_linerange(lp.aes(xmin="low", xmax="high", color="color"), size=2.2)
        + lp.geom_point(lp.aes(x="estimate", color="color", shape="shape"), size=5)
        + lp.geom_text(lp.aes(x="end", label="text", color="color"), hjust="left", size=6.5)
        + lp.scale_color_identity()
        + lp.scale_shape_identity()
        + lp.scale_x_continuous(
            breaks=[axis.at(float(value)) for value in marks],
            labels=[_MARKS[value] for value in marks],
            limits=[0.0, 1.0 + _WORDS],
            expand=[0, 0],
        )
        + lp.scale_y_continuous(
            breaks=rows,
            labels=[label(bar.row.metric) for bar in bars],
            limits=[0.4, len(bars) + 0.6],
            expand=[0, 0],
        )
        + lp.labs(x="change in margins; right is better", y="")
        + lp.ggsize(760, _FRAME + _ROW * len(bars))
        + plain_theme(panel_grid_major_y=lp.element_blank())
    )


def _data(bars: Sequence[_Bar], rows: Sequence[float]) -> dict[str, object]:
    return {
        "row": list(rows),
        "low": [bar.place.low for bar in bars],
        "estimate": [bar.place.estimate for bar in bars],
        "high": [bar.place.high for bar in bars],
        "color": [COLORS[bar.row.state.tone] for bar in bars],
        "text": [label(f"{bar.row.state.glyph} {bar.row.change}") for bar in bars],
        "end": [1.02] * len(bars),
        "shape": [_INSIDE if 0.0 < bar.place.estimate < 1.0 else _OUTSIDE for bar in bars],
    }


def _said(row: MetricRow) -> str:
    return (
        f"{row.metric}: {row.state.text}, change {row.change}, {row.level} interval "
        f"{row.interval}, {f'margin {row.margin}' if row.margin else 'no margin'}, "
        f"{row.direction}."
    )
