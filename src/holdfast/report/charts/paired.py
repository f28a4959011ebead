"""Paired cases: each case by its score before and after, where the flips stand off the diagonal."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from holdfast.comparing.estimate import Floats
from holdfast.gate import Finding, Verdict
from holdfast.judging import numbers
from holdfast.report.charts.drawing import COLORS, Chart, drawn, label, library, plain_theme
from holdfast.report.rows import case_scales

__all__ = ["paired_charts"]

_MOST = 6
_CELLS = 16
_LARGEST = 13.0


def paired_charts(verdict: Verdict) -> tuple[Chart, ...]:
    """One picture for each of the first metrics with a range that was compared."""
    shown = [
        finding
        for finding in verdict.findings
        if finding.delta is not None and finding.delta.metric.bounds is not None
    ]
    charts = [
        _chart(verdict, finding, number) for number, finding in enumerate(shown[:_MOST], start=1)
    ]
    return tuple(chart for chart in charts if chart is not None)


def _chart(verdict: Verdict, finding: Finding, number: int) -> Chart | None:
    delta = finding.delta
    if delta is None or delta.metric.bounds is None:
        return None
    listed = [pair.scores.get(finding.metric, (None, None)) for pair in verdict.comparison.cases]
    scores = np.array(listed, np.float64).reshape(-1, 2)
    scores = scores[np.isfinite(scores).all(axis=1)]
    if not len(scores):
        return None
    low, high = delta.metric.bounds
    cells = _counted(scores, low=low, high=high)
    sign = 1 if delta.metric.better == "higher" else -1
    scale = case_scales(verdict)[finding.metric]
    return drawn(
        _plot(
            cells,
            low=low,
            high=high,
            sign=sign,
            words=(label(scale.score(low)), label(scale.score(high))),
        ),
        key=f"paired-{number}",
        title=finding.metric,
        description=_said(scores, sign=sign),
    )


def _counted(scores: Floats, *, low: float, high: float) -> Mapping[tuple[float, float], int]:
    """Number of cases at each place; places are binned where there are many different scores."""
    if len(np.unique(scores)) > _CELLS:
        step = (high - low) / _CELLS
        cells = np.minimum(np.floor((scores - low) / step), _CELLS - 1)
        scores = low + (cells + 0.5) * step
    places, counts = np.unique(scores, axis=0, return_counts=True)
    found = zip(places.tolist(), counts.tolist(), strict=True)
    return {(before, after): count for (before, after), count in found}


def _plot(
    cells: Mapping[tuple[float, float], int],
    *,
    low: float,
    high: float,
    sign: int,
    words: tuple[str, str],
) -> Any:
    lp = library()

    places = sorted(cells, key=lambda place: -cells[place])
    largest = max(cells.values())
    few = len(cells) <= 9
    data = {
        "before": [before for before, _ in places],
        "after": [after for _, after in places],
        "size": [max(2.0, _LARGEST * (cells[place] / largest) ** 0.5) for place in places],
        "color": [COLORS[_tone((after - before) * sign)] for before, after in places],
        "text": [numbers.count(cells[place]) for place in places],
    }
    room = 0.12 * (high - low)
    axis = {"breaks": [low, high], "labels": list(words), "expand": [0, 0]}
    plot = (
        lp.ggplot(data, lp.aes(x="before", y="after", color="color"))
        + lp.geom_segment(
            x=low, y=low, xend=high, yend=high, color=COLORS["muted"], linetype="dashed", size=0.6
        )
        + lp.geom_point(lp.aes(size="size"), alpha=0.85)
        + lp.scale_color_identity()
        + lp.scale_size_identity()
        + lp.scale_x_continuous(limits=[low - room, high + room], **axis)
        + lp.scale_y_continuous(limits=[low - room, high + 1.6 * room], **axis)
        + lp.labs(x=label("baseline"), y=label("candidate"))
        + lp.ggsize(300, 290)
        + plain_theme(legend_position="none", panel_grid_major=lp.element_blank())
    )
    return plot + lp.geom_text(lp.aes(label="text"), vjust=-1.1, size=6.5) if few else plot


def _tone(change: float) -> str:
    return "good" if change > 0 else "bad" if change < 0 else "mute"


def _said(scores: Floats, *, sign: int) -> str:
    changes = sign * (scores[:, 1] - scores[:, 0])
    worse, better = int((changes < 0).sum()), int((changes > 0).sum())
    same = len(scores) - worse - better
    return (
        f"Of {numbers.plural(len(scores), 'case')}, {numbers.count(worse)} scored worse than in "
        f"the baseline (red), {numbers.count(better)} better (green) and {numbers.count(same)} "
        "the same."
    )
