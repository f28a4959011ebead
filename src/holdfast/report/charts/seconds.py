"""Seconds: how many answers had come after how long, and how the quantiles of both arms differ."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.record import TrialRecord
from holdfast.report.charts.drawing import COLORS, Chart, drawn, library, plain_theme

__all__ = ["seconds_chart"]

_POINTS = 120
_FEWEST = 20
_QUANTILES = ((0.5, "p50", 20), (0.9, "p90", 50), (0.95, "p95", 100), (0.99, "p99", 662))
"""Share, name, and fewest answers for which it says anything."""

_PERCENT = Scale(factor=100.0, decimals=1, step="\N{NO-BREAK SPACE}%")

Floats = NDArray[np.float64]


def seconds_chart(verdict: Verdict) -> Chart | None:
    """Shares of answers by seconds; None where fewer than 20 answers of an arm were timed."""
    cases = verdict.comparison.cases
    arms = [
        _seconds([trial for pair in cases for trial in pair.baseline]),
        _seconds([trial for pair in cases for trial in pair.candidate]),
    ]
    if min(arm.size for arm in arms) < _FEWEST:
        return None
    return drawn(_plot(arms), key="seconds", title="Seconds per answer", description=_said(arms))


def _seconds(trials: Sequence[TrialRecord]) -> Floats:
    return np.array(
        [
            trial.seconds
            for trial in trials
            if trial.response is not None and not trial.cached and trial.seconds > 0.0
        ],
        np.float64,
    )


def _plot(arms: Sequence[Floats]) -> Any:
    lp = library()

    shares = np.linspace(0.0, 1.0, _POINTS)
    names = ("baseline", "candidate")
    seconds = [np.quantile(arm, shares) for arm in arms]
    every = np.concatenate(seconds)
    marks = _marks(float(every.min()), float(every.max()))
    return (
        lp.ggplot(
            {
                "seconds": [*seconds[0], *seconds[1]],
                "share": [*shares, *shares],
                "arm": [names[0]] * _POINTS + [names[1]] * _POINTS,
            },
            lp.aes(x="seconds", y="share", color="arm", linetype="arm"),
        )
        + lp.geom_step(size=1.4)
        + lp.scale_color_manual({names[0]: COLORS["muted"], names[1]: COLORS["calm"]})
        + lp.scale_linetype_manual({names[0]: "dashed", names[1]: "solid"})
        + lp.scale_x_log10(breaks=marks, labels=[_time(mark) for mark in marks])
        + lp.scale_y_continuous(breaks=[0, 0.5, 0.95, 1], labels=["0", "50 %", "95 %", ""])
        + lp.labs(x="", y="share of answers", color="", linetype="")
        + lp.ggsize(560, 280)
        + plain_theme()
    )


def _marks(low: float, high: float) -> list[float]:
    """One, two and five of each power of ten within the range, four at least where possible."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    many = [step * 10.0**power for power in powers for step in (1.0, 2.0, 5.0)]
    inside = [mark for mark in many if low <= mark <= high]
    return inside if 0 < len(inside) <= 6 else inside[:: max(1, len(inside) // 4)] or [low, high]


def _said(arms: Sequence[Floats]) -> str:
    parts: list[str] = []
    for share, name, fewest in _QUANTILES:
        if min(arm.size for arm in arms) < fewest:
            continue
        before, after = (float(np.quantile(arm, share)) for arm in arms)
        change = _PERCENT.change(after / before - 1.0) if before > 0.0 else ""
        parts.append(
            f"{name} {_time(before)} in the baseline and {_time(after)} in the candidate ({change})"
        )
    counted = " and ".join(numbers.count(arm.size) for arm in arms)
    return f"{'; '.join(parts)}; of {counted} timed answers."


def _time(seconds: float) -> str:
    return f"{1000.0 * seconds:.3g} ms" if seconds < 1.0 else f"{seconds:.3g} s"
