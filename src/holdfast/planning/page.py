"""Page: a suite plan as one offline HTML file with a curve for each gate."""

from dataclasses import dataclass
from typing import Any

from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.planning.curve import Curve, curve_of
from holdfast.planning.suite_plan import Option, Resolution, SuitePlan
from holdfast.planning.words import design_in_words, recommendation, scale_of_gate, simulated
from holdfast.report.charts.drawing import COLORS, Chart, drawn, library, plain_theme
from holdfast.report.page import render_page
from holdfast.report.untrusted import one_line

__all__ = ["render_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateView:
    """One gate as ready strings, with its picture."""

    metric: str
    margin: str
    confirms: str
    formula: str
    detects: str
    tone: str
    enough: str
    basis: str
    simulated: str
    curve: Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    """One way to resolve every margin as ready strings."""

    name: str
    chosen: bool
    design: str
    per_check: str
    once: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """Everything that the template says."""

    title: str
    tone: str
    recommendation: str
    design: str
    price: str
    gates: tuple[GateView, ...]
    options: tuple[OptionView, ...]
    obstacles: tuple[str, ...]
    unknown: str


def render_plan(plan: SuitePlan) -> str:
    """One HTML file with what the suite resolves, the ways to more, and their price."""
    view = PlanView(
        title=f"Plan: {one_line(plan.name, 200)}",
        tone="good" if plan.enough and not plan.obstacles else "doubt",
        recommendation=one_line(recommendation(plan), 1_000),
        design=design_in_words(plan.today),
        price=plan.spend.in_words(),
        gates=tuple(
            _gate(plan, found, key=f"curve-{number}")
            for number, found in enumerate(plan.resolutions, start=1)
        ),
        options=tuple(_option(option, plan) for option in plan.options),
        obstacles=tuple(one_line(text, 600) for text in plan.obstacles),
        unknown=", ".join(plan.spend.unknown),
    )
    return render_page("plan.html.j2", view)


def _gate(plan: SuitePlan, found: Resolution, *, key: str) -> GateView:
    scale, margin = scale_of_gate(found.gate), found.gate.policy.margin
    return GateView(
        metric=one_line(found.gate.label, 120),
        margin="none" if margin is None else scale.size(margin),
        confirms=scale.size(found.confirms),
        formula=scale.size(found.formula),
        detects="none" if found.detects is None else scale.size(found.detects),
        tone="good" if found.enough else "doubt",
        enough="resolved" if found.enough else "not resolved",
        basis=one_line(found.gate.basis, 400),
        simulated=one_line(simulated(found), 600),
        curve=_picture(plan, found, key=key),
    )


def _option(option: Option, plan: SuitePlan) -> OptionView:
    if option.design is None or option.per_check is None or option.once is None:
        return OptionView(
            name=option.name, chosen=False, design="does not lead there", per_check="", once=""
        )
    return OptionView(
        name=option.name,
        chosen=plan.best is not None and plan.best.name == option.name,
        design=design_in_words(option.design),
        per_check=option.per_check.in_words(),
        once=option.once.in_words() if option.once.trials else "nothing",
    )


def _picture(plan: SuitePlan, found: Resolution, *, key: str) -> Chart:
    curve = curve_of(plan, found)
    return drawn(
        _plot(curve, scale_of_gate(found.gate)),
        key=key,
        title=f"Resolvable margin of {one_line(curve.metric, 120)} by number of cases",
        description=_description(curve, found),
    )


def _plot(curve: Curve, scale: Scale) -> Any:
    lp = library()
    below = [place for place, margin in enumerate(curve.margins) if margin <= curve.top]
    line = {
        "cases": [float(curve.cases[place]) for place in below],
        "margin": [curve.margins[place] for place in below],
    }
    today = {"cases": [float(curve.today[0])], "margin": [curve.today[1]]}
    axes = lp.aes(x="cases", y="margin")
    levels = [0.0] if curve.margin is None else [0.0, curve.margin]
    marks = _ticks(curve)
    plot = (
        lp.ggplot()
        + lp.geom_hline(yintercept=0.0, color=COLORS["rule"], size=0.8)
        + lp.geom_line(axes, data=line, color=COLORS["calm"], size=1.5)
        + lp.geom_point(axes, data=today, color=COLORS["ink"], size=5)
        + lp.scale_x_log10(
            limits=[float(curve.cases[0]), float(curve.cases[-1])],
            expand=[0, 0],
            breaks=[float(mark) for mark in marks],
            labels=[numbers.count(mark) for mark in marks],
        )
        + lp.scale_y_continuous(
            limits=[0.0, curve.top], breaks=levels, labels=[scale.size(level) for level in levels]
        )
        + lp.labs(x="cases", y="")
        + lp.ggsize(640, 280)
        + plain_theme(legend_position="none")
    )
    if curve.margin is None:
        return plot
    return plot + lp.geom_hline(
        yintercept=curve.margin, color=COLORS["bad"], linetype="dashed", size=1.0
    )


def _description(curve: Curve, found: Resolution) -> str:
    scale = scale_of_gate(found.gate)
    text = f"Today {numbers.count(curve.today[0])} cases resolve {scale.size(curve.today[1])}"
    if curve.margin is None:
        return f"{text}."
    if curve.needed is None:
        return f"{text}; the margin of {scale.size(curve.margin)} lies beyond the picture."
    needed = numbers.count(curve.needed)
    return f"{text}; the margin of {scale.size(curve.margin)} takes about {needed} cases."


def _ticks(curve: Curve) -> list[int]:
    """Round numbers of cases along the axis."""
    ticks = [factor * 10**power for power in range(1, 7) for factor in (1, 2, 5)]
    shown = [tick for tick in ticks if curve.cases[0] <= tick <= 0.9 * curve.cases[-1]]
    return shown if len(shown) <= 8 else shown[:: 1 + len(shown) // 8]
