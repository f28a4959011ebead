"""Seconds: how many answers had come after how long, and how the quantiles of both arms differ."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.record import TrialRecord
from holdfast.report.charts.drawing import COLORS, Chart, drawn, library, plain_theme

__all__ = ["quantiles_chart", "seconds_chart"]

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


def quantiles_chart(verdict: Verdict) -> Chart | None:
    """How much longer each quantile takes than in the baseline; None where too few were timed.

    A quantile that was judged, in runs whose systems took turns, has its interval.
    """
    cases = verdict.comparison.cases
    arms = [
        _seconds([trial for pair in cases for trial in pair.baseline]),
        _seconds([trial for pair in cases for trial in pair.candidate]),
    ]
    fewest = min(arm.size for arm in arms)
    told = [(share, name) for share, name, least in _QUANTILES if fewest >= least]
    levels = [[float(np.quantile(arm, share)) for share, _ in told] for arm in arms]
    if not told or fewest < _FEWEST or min(levels[0]) <= 0.0:
        return None
    changes = [after / before - 1.0 for before, after in zip(*levels, strict=True)]
    names = [name for _, name in told]
    said = "; ".join(
        f"{name} {_PERCENT.change(change)}" for name, change in zip(names, changes, strict=True)
    )
    return drawn(
        _lollipops(names, changes, _judged(verdict)),
        key="quantiles",
        title="Change of each quantile",
        description=f"Seconds of the candidate beside the baseline's: {said}. Right of the line is "
        "slower; a bar is an interval, which only seconds of one shared session have.",
    )


def _judged(verdict: Verdict) -> dict[str, tuple[float, float, float]]:
    """Lower bound, change and upper bound of the quantiles that were judged; positive is slower."""
    return {
        delta.timing.name: (-delta.high, -delta.estimate, -delta.low)
        for delta in (finding.delta for finding in verdict.findings)
        if delta is not None and delta.timing is not None and delta.timing.blocks
    }


def _lollipops(
    names: Sequence[str], changes: Sequence[float], judged: Mapping[str, tuple[float, float, float]]
) -> Any:
    lp = library()
    bounds = [
        judged.get(name, (change, change, change))
        for name, change in zip(names, changes, strict=True)
    ]
    places = [float(-place) for place in range(len(names))]
    reach = max(0.05, *(abs(value) for triple in bounds for value in triple if np.isfinite(value)))
    ends = [(max(low, -reach), min(high, reach)) for low, _, high in bounds]
    return (
        lp.ggplot()
        + lp.geom_vline(xintercept=0.0, color=COLORS["ink"], size=0.8)
        + lp.geom_segment(
            lp.aes(x="low", xend="high", y="y", yend="y"),
            data={"low": [a for a, _ in ends], "high": [b for _, b in ends], "y": places},
            color=COLORS["calm"],
            size=1.5,
        )
        + lp.geom_point(
            lp.aes(x="change", y="y"),
            data={"change": [middle for _, middle, _ in bounds], "y": places},
            color=COLORS["calm"],
            size=4,
        )
        + lp.scale_x_continuous(
            limits=[-1.15 * reach, 1.15 * reach],
            breaks=[-reach, 0.0, reach],
            labels=[_PERCENT.change(-reach), "as fast", _PERCENT.change(reach)],
        )
        + lp.scale_y_continuous(breaks=places, labels=list(names), expand=[0, 0.6])
        + lp.labs(x="", y="")
        + lp.ggsize(320, 60 + 50 * len(names))
        + plain_theme(legend_position="none")
    )


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
        + lp.scale_x_log10(
            breaks=marks,
            labels=[_time(mark) for mark in marks],
            # Room at the ends would be counted in seconds, which is far on a logarithmic axis.
            limits=[0.96 * float(every.min()), 1.04 * float(every.max())],
            expand=[0, 0],
        )
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
