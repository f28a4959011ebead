"""Slices: the change of each metric within each declared tag, as a map."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.comparing.estimate import Floats
from holdfast.comparing.slices import SUPPORT
from holdfast.comparison import CasePair
from holdfast.gate import Finding, Verdict
from holdfast.judging import numbers
from holdfast.report.charts.drawing import COLORS, Chart, drawn, label, library, plain_theme
from holdfast.report.rows import row_scale

__all__ = ["slices_chart"]

_TAGS = 20
_METRICS = 8
_DEEPEST = 3.0
"""Margins at which a colour is at its strongest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One metric in one tag."""

    metric: int
    tag: int
    change: str
    margins: float


def slices_chart(verdict: Verdict) -> Chart | None:
    """Changes by tag and metric; None where no tag has enough cases or no metric a margin.

    The colours show measured changes, without allowance for their number: what the search found
    stands in the table of slices.
    """
    pairs = verdict.comparison.cases
    counts = Counter(tag for pair in pairs for tag in set(pair.case.tags))
    tags = [tag for tag, count in counts.most_common(_TAGS) if SUPPORT <= count < len(pairs)]
    shown = [
        finding
        for finding in verdict.findings
        if finding.delta is not None and finding.policy.margin and finding.delta.scale != "ratio"
    ][:_METRICS]
    if not tags or not shown:
        return None
    members = [np.array([tag in pair.case.tags for pair in pairs], np.bool_) for tag in tags]
    cells: list[_Cell] = []
    for column, finding in enumerate(shown):
        changes = _changes(pairs, finding)
        for row, inside in enumerate(members):
            cells += _cell(changes[inside], finding, metric=column, row=row)
    if not cells:
        return None
    return drawn(
        _plot(cells, [f"{label(tag, 32)} ({numbers.count(counts[tag])})" for tag in tags], shown),
        key="slices",
        title="Change by tag",
        description=_said(cells, tags, shown, counts),
    )


def _changes(pairs: Sequence[CasePair], finding: Finding) -> Floats:
    """Change of one metric in each case; nan where there is none."""
    scores = [pair.scores.get(finding.metric, (None, None)) for pair in pairs]
    before, after = np.array(scores, np.float64).reshape(-1, 2).T
    return after - before


def _cell(changes: Floats, finding: Finding, *, metric: int, row: int) -> list[_Cell]:
    delta, margin = finding.delta, finding.policy.margin
    changes = changes[np.isfinite(changes)]
    if delta is None or not margin or not len(changes):
        return []
    change = float(changes.mean())
    sign = 1.0 if delta.metric.better == "higher" else -1.0
    return [
        _Cell(
            metric=metric,
            tag=row,
            change=row_scale(finding).change(change),
            margins=sign * change / margin,
        )
    ]


def _plot(cells: Sequence[_Cell], tags: Sequence[str], shown: Sequence[Finding]) -> Any:
    lp = library()

    data = {
        "x": [float(cell.metric) for cell in cells],
        "y": [float(-cell.tag) for cell in cells],
        "fill": [COLORS["bad" if cell.margins < 0 else "good"] for cell in cells],
        "alpha": [0.5 * min(abs(cell.margins), _DEEPEST) / _DEEPEST for cell in cells],
        "text": [cell.change for cell in cells],
    }
    return (
        lp.ggplot(data, lp.aes(x="x", y="y"))
        + lp.geom_tile(lp.aes(fill="fill", alpha="alpha"), width=0.96, height=0.92, size=0)
        + lp.geom_text(lp.aes(label="text"), color=COLORS["ink"], size=6.5)
        + lp.scale_fill_identity()
        + lp.scale_alpha_identity()
        + lp.scale_x_continuous(
            breaks=[float(number) for number in range(len(shown))],
            labels=[label(finding.metric, 18) for finding in shown],
            expand=[0, 0],
        )
        + lp.scale_y_continuous(
            breaks=[float(-number) for number in range(len(tags))],
            labels=list(tags),
            expand=[0, 0],
        )
        + lp.labs(x="", y="")
        + lp.ggsize(220 + 130 * len(shown), 50 + 30 * len(tags))
        + plain_theme(legend_position="none", panel_grid_major=lp.element_blank())
    )


def _said(
    cells: Sequence[_Cell],
    tags: Sequence[str],
    shown: Sequence[Finding],
    counts: Mapping[str, int],
) -> str:
    worst = sorted(cells, key=lambda cell: cell.margins)[:3]
    named = [
        f"{shown[cell.metric].metric} in {tags[cell.tag]} "
        f"({numbers.plural(counts[tags[cell.tag]], 'case')}): {cell.change}"
        for cell in worst
        if cell.margins < 0
    ]
    listed = "; ".join(named) or "none fell"
    return f"Measured changes of each metric among the cases of each tag. The lowest: {listed}."
