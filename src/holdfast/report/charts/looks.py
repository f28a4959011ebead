"""Looks: when a sequential run was judged, what it said, and how much of alpha was used by then."""

from collections.abc import Sequence
from typing import Any

from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.charts.drawing import COLORS, Chart, drawn, label, library, plain_theme
from holdfast.sequence import Look

__all__ = ["looks_chart"]

_TONES = {"pass": "good", "regression": "bad", "inconclusive": "doubt", "invalid": "void"}


def looks_chart(verdict: Verdict) -> Chart | None:
    """The looks at the candidate; None where the run was not sequential."""
    run = verdict.comparison.candidate
    looks = () if run.sequence is None else run.sequence.looks
    if not looks:
        return None
    last = looks[-1]
    return drawn(
        _plot(looks, cases=run.cases),
        key="looks",
        title="Looks of the sequential run",
        description=f"{numbers.plural(len(looks), 'look')}. The last one came after "
        f"{numbers.count(last.cases)} of {numbers.plural(run.cases, 'case')} and said "
        f"{last.outcome or 'nothing'}; {100 * last.spent:.0f} % of alpha was used by then.",
    )


def _plot(looks: Sequence[Look], *, cases: int) -> Any:
    lp = library()

    path = {"cases": [0, *(look.cases for look in looks)], "spent": [0.0, *_spent(looks)]}
    points = {
        "cases": [look.cases for look in looks],
        "spent": _spent(looks),
        "color": [COLORS[_TONES.get(look.outcome, "mute")] for look in looks],
        # Bets are looked at so often that their words would hide each other.
        "text": [
            label(look.outcome) if len(looks) <= 8 or look is looks[-1] else "" for look in looks
        ],
    }
    return (
        lp.ggplot()
        + lp.geom_step(lp.aes(x="cases", y="spent"), data=path, color=COLORS["muted"], size=1.2)
        + lp.geom_point(lp.aes(x="cases", y="spent", color="color"), data=points, size=5)
        + lp.geom_text(
            lp.aes(x="cases", y="spent", label="text", color="color"),
            data=points,
            vjust=-1.0,
            size=6.5,
        )
        + lp.scale_color_identity()
        + lp.scale_x_continuous(
            breaks=[0, cases],
            labels=["0", numbers.plural(cases, "case")],
            limits=[0, cases * 1.08],
            expand=[0.02, 0],
        )
        + lp.scale_y_continuous(breaks=[0, 0.5, 1], labels=["0", "50 %", "100 %"], limits=[0, 1.2])
        + lp.labs(x="cases drawn", y="alpha used")
        + lp.ggsize(560, 240)
        + plain_theme()
    )


def _spent(looks: Sequence[Look]) -> list[float]:
    return [look.spent for look in looks]
