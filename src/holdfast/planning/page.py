"""Page: a suite plan as one offline HTML file with a curve for each gate."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.judging import numbers
from holdfast.planning.curve import Curve, curve_of
from holdfast.planning.suite_plan import Option, Resolution, SuitePlan
from holdfast.planning.words import design_in_words, recommendation, scale_of_gate, simulated
from holdfast.report.page import render_page
from holdfast.report.untrusted import one_line

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["render_plan"]

_WIDTH, _HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 16, 12, 34


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
    curve: "Markup"


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


def _picture(plan: SuitePlan, found: Resolution, *, key: str) -> "Markup":
    """The curve as SVG; the picture holds numbers alone, words go in through escaping."""
    from markupsafe import Markup

    curve, scale = curve_of(plan, found), scale_of_gate(found.gate)
    points = " ".join(
        f"{_x(curve, cases)},{_y(curve, margin)}"
        for cases, margin in zip(curve.cases, curve.margins, strict=True)
        if margin <= curve.top
    )
    base, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    here = _x(curve, curve.today[0]), _y(curve, curve.today[1])
    shapes = [
        f'<line class="zero" x1="{_LEFT}" x2="{right}" y1="{base}" y2="{base}"/>',
        f'<polyline class="line" points="{points}"/>',
        f'<circle class="point" cx="{here[0]}" cy="{here[1]}" r="5"/>',
    ]
    words: list[str] = []
    if curve.margin is not None:
        level = _y(curve, curve.margin)
        shapes.insert(
            1, f'<line class="margin" x1="{_LEFT}" x2="{right}" y1="{level}" y2="{level}"/>'
        )
        shapes.append(f'<text x="{_LEFT - 8}" y="{level + 5}" text-anchor="end">%s</text>')
        words.append(scale.size(curve.margin))
    for cases in _ticks(curve):
        shapes.append(
            f'<text x="{_x(curve, cases)}" y="{_HEIGHT - 8}" text-anchor="middle">%s</text>'
        )
        words.append(numbers.count(cases))
    start = (
        f'<svg class="forest curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">%s</title>'
        f'<desc id="{key}-desc">%s</desc>'
    )
    title = f"Resolvable margin of {one_line(curve.metric, 120)} by number of cases"
    said = _description(curve, found)
    picture = f"{start}{''.join(shapes)}</svg>"
    return Markup(picture) % (title, said, *words)  # noqa: S704 - arguments are escaped


def _description(curve: Curve, found: Resolution) -> str:
    scale = scale_of_gate(found.gate)
    text = f"Today {numbers.count(curve.today[0])} cases resolve {scale.size(curve.today[1])}"
    if curve.margin is None:
        return f"{text}."
    if curve.needed is None:
        return f"{text}; the margin of {scale.size(curve.margin)} lies beyond the picture."
    needed = numbers.count(curve.needed)
    return f"{text}; the margin of {scale.size(curve.margin)} takes about {needed} cases."


def _x(curve: Curve, cases: float) -> float:
    first, last = math.log(curve.cases[0]), math.log(curve.cases[-1])
    share = (math.log(max(cases, curve.cases[0])) - first) / (last - first)
    return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(curve: Curve, margin: float) -> float:
    height = _HEIGHT - _TOP - _BOTTOM
    return round(_TOP + height * (1.0 - min(margin / curve.top, 1.0)), 1)


def _ticks(curve: Curve) -> list[int]:
    """Round numbers of cases along the axis."""
    ticks = [factor * 10**power for power in range(1, 7) for factor in (1, 2, 5)]
    shown = [tick for tick in ticks if curve.cases[0] <= tick <= 0.9 * curve.cases[-1]]
    return shown if len(shown) <= 8 else shown[:: 1 + len(shown) // 8]
