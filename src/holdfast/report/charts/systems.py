"""Systems: one metric of several systems, as levels and as changes against their baselines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.judging.numbers import Scale
from holdfast.report.charts.drawing import COLORS, Chart, drawn, label, library, plain_theme
from holdfast.report.entry import MetricEntry
from holdfast.report.untrusted import one_line

__all__ = ["SystemBar", "changes_chart", "levels_chart"]

_ROW, _FRAME, _WIDTH = 30, 56, 520
_NO_BREAK = "\N{NO-BREAK SPACE}"
_POINT, _BEFORE = 19, 5
"""Shapes: a disc for the newest level, a hollow diamond for its baseline's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemBar:
    """One system's metric."""

    system: str
    metric: MetricEntry


def levels_chart(bars: Sequence[SystemBar], *, key: str) -> Chart | None:
    """Each system's level with its interval, and that of its baseline; None without levels."""
    shown = [bar for bar in bars if bar.metric.levels[1] is not None]
    if not shown:
        return None
    said = (
        f"{one_line(bar.system, 120)}: {bar.metric.level}, baseline {bar.metric.baseline}."
        for bar in shown
    )
    return drawn(
        _levels(shown),
        key=key,
        title="Level",
        description=" ".join(said),
    )


def _levels(bars: Sequence[SystemBar]) -> Any:
    lp = library()
    rows = [float(len(bars) - n) for n in range(len(bars))]
    spans = [
        (row, bar.metric.levels[0], bar.metric.levels[2])
        for row, bar in zip(rows, bars, strict=True)
        if bar.metric.levels[0] is not None and bar.metric.levels[2] is not None
    ]
    before = [
        (row, bar.metric.before)
        for row, bar in zip(rows, bars, strict=True)
        if bar.metric.before is not None
    ]
    values = [value for bar in bars for value in (*bar.metric.levels, bar.metric.before)]
    known = [value for value in values if value is not None]
    plot = lp.ggplot()
    if spans:
        data = _columns(("row", "low", "high"), spans)
        plot += lp.geom_linerange(
            lp.aes(y="row", xmin="low", xmax="high"), data=data, color=COLORS["ink"], size=1.6
        )
    if before:
        plot += _points(before, color="calm", shape=_BEFORE, size=5.0)
    levels = [(row, bar.metric.levels[1]) for row, bar in zip(rows, bars, strict=True)]
    plot += _points(levels, color="ink", shape=_POINT, size=4.0)
    return plot + _axes(bars, rows, (min(known), max(known)), _scale(bars[0].metric))


def changes_chart(bars: Sequence[SystemBar], *, key: str) -> Chart | None:
    """Each system's change against its baseline; right is better. None without changes."""
    shown = [bar for bar in bars if None not in bar.metric.changes]
    if not shown:
        return None
    said = (
        f"{one_line(bar.system, 120)}: {bar.metric.shown.text}, change {bar.metric.change}, "
        f"{bar.metric.confidence} interval {bar.metric.interval}"
        f"{f', margin {bar.metric.margin}' if bar.metric.margin else ''}."
        for bar in shown
    )
    return drawn(
        _changes(shown),
        key=key,
        title="Change against the baseline; right is better",
        description=" ".join(said),
    )


def _changes(bars: Sequence[SystemBar]) -> Any:
    lp = library()
    rows = [float(len(bars) - n) for n in range(len(bars))]
    margins = [
        (row - 0.38, row + 0.38, -bar.metric.margin_size)
        for row, bar in zip(rows, bars, strict=True)
        if bar.metric.margin_size is not None
    ]
    values = [value for bar in bars for value in bar.metric.changes if value is not None]
    reach = [*values, 0.0, *(place for _, _, place in margins)]
    data = {
        **_columns(("low", "value", "high"), [bar.metric.changes for bar in bars]),
        "row": rows,
        "color": [COLORS[bar.metric.shown.tone] for bar in bars],
    }
    plot = lp.ggplot(data, lp.aes(y="row")) + lp.geom_vline(
        xintercept=0.0, color=COLORS["ink"], size=0.7
    )
    if margins:
        plot += lp.geom_segment(
            lp.aes(x="margin", xend="margin", y="low", yend="high"),
            data=_columns(("low", "high", "margin"), margins),
            color=COLORS["bad"],
            size=1,
        )
    plot += lp.geom_linerange(lp.aes(xmin="low", xmax="high", color="color"), size=1.6)
    plot += lp.geom_point(lp.aes(x="value", color="color"), shape=_POINT, size=4)
    scale = _step(bars[0].metric)
    span = (min(reach), max(reach))
    return plot + lp.scale_color_identity() + _axes(bars, rows, span, scale, zero=True)


def _axes(
    bars: Sequence[SystemBar],
    rows: Sequence[float],
    span: tuple[float, float],
    scale: Scale,
    *,
    zero: bool = False,
) -> Any:
    lp = library()
    low, high = span
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    write = scale.change if zero else scale.score
    marks = sorted({low, 0.0, high} if zero else {low, high})
    near = 0.15 * (high - low)
    marks = [mark for mark in marks if mark == 0.0 or not zero or abs(mark) > near]
    return (
        lp.scale_x_continuous(
            breaks=marks,
            labels=[label(write(mark)) for mark in marks],
            limits=[low - room, high + room],
            expand=[0.03, 0],
        )
        + lp.scale_y_continuous(
            breaks=list(rows),
            labels=[label(bar.system, 36) for bar in bars],
            limits=[0.4, len(bars) + 0.6],
            expand=[0, 0],
        )
        + lp.labs(x="", y="")
        + lp.ggsize(_WIDTH, _FRAME + _ROW * len(bars))
        + plain_theme(panel_grid_major_y=lp.element_blank())
    )


def _points(
    places: Sequence[tuple[float, float | None]], *, color: str, shape: int, size: float
) -> Any:
    lp = library()
    data = _columns(("row", "x"), places)
    return lp.geom_point(
        lp.aes(x="x", y="row"), data=data, color=COLORS[color], shape=shape, size=size
    )


def _columns(names: Sequence[str], rows: Sequence[Sequence[float | None]]) -> dict[str, list[Any]]:
    return {name: [row[n] for row in rows] for n, name in enumerate(names)}


def _scale(metric: MetricEntry) -> Scale:
    """How levels are written at the axis."""
    if metric.percent:
        return Scale(factor=100.0, decimals=1, level=f"{_NO_BREAK}%")
    largest = max((abs(value) for value in metric.levels if value is not None), default=0.0)
    unit = f"{_NO_BREAK}{one_line(metric.unit, 12)}" if metric.unit else ""
    return Scale(decimals=0 if largest >= 100 else 2, level=unit)


def _step(metric: MetricEntry) -> Scale:
    """How changes are written at the axis."""
    if metric.ratio:
        return Scale(factor=100.0, decimals=1, step=f"{_NO_BREAK}%")
    if metric.percent:
        return Scale(factor=100.0, decimals=1, step=f"{_NO_BREAK}pt")
    return Scale(decimals=2)
