"""Distribution: how many cases have which score, before and after."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.gate import Finding, Verdict
from holdfast.judging import numbers
from holdfast.report.charts.drawing import COLORS, Chart, drawn, label, library, plain_theme
from holdfast.report.rows import case_scales, row_scale

__all__ = ["distribution_charts"]

_MOST = 6
_BINS = 16
_FEWEST_VALUES = 3


def distribution_charts(verdict: Verdict) -> tuple[Chart, ...]:
    """One picture for each of the first metrics whose cases have more than two values."""
    found: list[Chart] = []
    for finding in verdict.findings:
        pairs = [
            (before, after)
            for pair in verdict.comparison.cases
            for before, after in (pair.scores.get(finding.metric, (None, None)),)
            if before is not None and after is not None
        ]
        if len({value for pair in pairs for value in pair}) >= _FEWEST_VALUES:
            found.append(_chart(verdict, finding, pairs, number=len(found) + 1))
        if len(found) == _MOST:
            break
    return tuple(found)


def _chart(
    verdict: Verdict, finding: Finding, pairs: Sequence[tuple[float, float]], *, number: int
) -> Chart:
    values = np.array(pairs, np.float64)
    places, counts = _counted(values)
    scale = case_scales(verdict).get(finding.metric, row_scale(finding))
    ends = sorted({float(places[0]), float(places[len(places) // 2]), float(places[-1])})
    middle = np.median(values, axis=0)
    return drawn(
        _plot(places, counts, ends, [label(scale.score(end)) for end in ends]),
        key=f"distribution-{number}",
        title=finding.metric,
        description=f"Scores of {numbers.plural(len(pairs), 'case')}: the middle one has "
        f"{scale.score(float(middle[0]))} in the baseline and {scale.score(float(middle[1]))} "
        "in the candidate.",
    )


def _counted(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[NDArray[np.int64]]]:
    """Places on the axis, and the cases of each arm at each place, shape (places,)."""
    single = np.unique(values)
    if single.size <= _BINS:
        return single, [(values[:, [arm]] == single).sum(axis=0) for arm in (0, 1)]
    # Few very large values would leave all others in one bin.
    highest = float(np.quantile(values, 0.995))
    edges: NDArray[np.float64] = np.linspace(float(values.min()), highest, _BINS + 1)
    inside = np.clip(values, edges[0], edges[-1])
    counts = [np.histogram(inside[:, arm], edges)[0] for arm in (0, 1)]
    return (edges[1:] + edges[:-1]) / 2.0, counts


def _plot(
    places: NDArray[np.float64],
    counts: Sequence[NDArray[np.int64]],
    ends: Sequence[float],
    words: Sequence[str],
) -> Any:
    lp = library()

    most = int(max(count.max() for count in counts))
    data = {
        "score": [*places, *places],
        "cases": [*counts[0], *counts[1]],
        "arm": ["baseline"] * places.size + ["candidate"] * places.size,
    }
    return (
        lp.ggplot(data, lp.aes(x="score", y="cases", fill="arm"))
        + lp.geom_bar(stat="identity", position=lp.position_dodge(0.8), width=0.8, size=0)
        + lp.scale_fill_manual({"baseline": COLORS["mute"], "candidate": COLORS["calm"]})
        + lp.scale_x_continuous(breaks=list(ends), labels=list(words))
        + lp.scale_y_continuous(breaks=[0, most], labels=["0", numbers.count(most)])
        + lp.labs(x="", y="cases", fill="")
        + lp.ggsize(380, 230)
        + plain_theme()
    )
