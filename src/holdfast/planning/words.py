"""Words: a suite plan as text for a terminal."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace

from holdfast.comparison import MINIMUM_PAIRS
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.planning.curve import curve_of, draw
from holdfast.planning.design import Design, PlannedGate
from holdfast.planning.suite_plan import Option, Resolution, SuitePlan

__all__ = ["design_in_words", "plan_in_words", "recommendation", "scale_of_gate", "simulated"]

_EXTRA_DECIMALS = 3
"""A margin is printed as it was written, up to so many more decimals than usual."""
_PERCENT = Scale(factor=100.0, decimals=0, level=" %")


def scale_of_gate(gate: PlannedGate) -> Scale:
    """How margins of a gate are written: points, score units, or per cent of the baseline."""
    if gate.metric.bounds is None:
        scale = Scale(factor=100.0, decimals=1, level=" %", step=" %")
    else:
        scale = numbers.score_scale(gate.metric)
    margin = scale.factor * (gate.policy.margin or 0.0)
    most = scale.decimals + _EXTRA_DECIMALS
    exact = (d for d in range(scale.decimals, most) if abs(round(margin, d) - margin) < 1e-9)
    return replace(scale, decimals=next(exact, most))


def design_in_words(design: Design) -> str:
    """Such as `200 cases, each with 5 baseline trials and 1 candidate trial`."""
    return f"{numbers.plural(design.cases, 'case')}, each with {_arms(design)}"


def _arms(design: Design) -> str:
    baseline = numbers.plural(design.baseline, "baseline trial")
    return f"{baseline} and {numbers.plural(design.candidate, 'candidate trial')}"


def plan_in_words(plan: SuitePlan, *, width: int = 100) -> str:
    """What the suite resolves, what it would take, what can never decide, and a picture."""
    head = f"{plan.name}: {design_in_words(plan.today)}; a check costs {plan.spend.in_words()}"
    blocks = ["\n".join(_wrapped(head, width))]
    blocks.append("\n".join(_resolutions(plan)))
    blocks.append("\n".join(_notes(plan, width)))
    if plan.options:
        blocks.append("\n".join(_options(plan)))
    blocks.append("\n".join(_wrapped(f"Recommendation: {recommendation(plan)}", width)))
    if plan.obstacles:
        found = [line for text in plan.obstacles for line in _wrapped(f"! {text}", width)]
        blocks.append("\n".join(("Mend first:", *found)))
    blocks += _pictures(plan, width)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _resolutions(plan: SuitePlan) -> Iterable[str]:
    rows = [("metric", "margin", "confirms within", "(formula)", "finds a drop of", "enough")]
    for found in plan.resolutions:
        scale = scale_of_gate(found.gate)
        margin = found.gate.policy.margin
        rows.append(
            (
                found.gate.label,
                "none" if margin is None else scale.size(margin),
                scale.size(found.confirms),
                scale.size(found.formula),
                "none" if found.detects is None else scale.size(found.detects),
                "yes" if found.enough else "no",
            )
        )
    return _table(rows) if plan.resolutions else ()


def _notes(plan: SuitePlan, width: int) -> Iterable[str]:
    yield from _wrapped(
        "An unchanged candidate is confirmed within the second number, and a true drop of the "
        f"fourth is found, each in {_power(plan)} of checks.",
        width,
    )
    for basis in dict.fromkeys(found.gate.basis for found in plan.resolutions):
        labels = [found.gate.label for found in plan.resolutions if found.gate.basis == basis]
        yield from _wrapped(f"Noise of {', '.join(labels)}: {basis}.", width)
    for found in plan.resolutions:
        text = simulated(found)
        if text:
            yield from _wrapped(text, width)


def _power(plan: SuitePlan) -> str:
    powers = {found.gate.policy.power for found in plan.resolutions} or {0.8}
    shown = " or ".join(f"{100 * power:.10g} %" for power in sorted(powers))
    return shown + (" (all gates together)" if len(plan.resolutions) > 1 else "")


def simulated(found: Resolution) -> str:
    """What the gate itself did with drawn runs, in a sentence; empty where nothing was drawn."""
    power = found.power
    if power is None:
        return ""
    return (
        f"Simulated with the gate itself ({power.runs} drawn comparisons, give or take "
        f"{100 * 2 * power.error:.0f} points): {power.metric} confirms "
        f"{_PERCENT.score(power.confirmed)} of unchanged candidates within its margin, calls "
        f"{_PERCENT.score(power.alarmed)} of them regressed{_found(found)}."
    )


def _found(found: Resolution) -> str:
    power = found.power
    if power is None or power.found is None:
        return ""
    drop = scale_of_gate(found.gate).size(power.drop)
    return f", and finds a drop of {drop} in {_PERCENT.score(power.found)}"


def _options(plan: SuitePlan) -> Iterable[str]:
    yield "To resolve every margin, one of:"
    rows = [("", "cases", "baseline", "candidate", "at every check", "once, more")]
    for option in plan.options:
        if option.design is None or option.per_check is None or option.once is None:
            rows.append((option.name, "does not lead there", "", "", "", ""))
            continue
        design = option.design
        once = option.once.in_words() if option.once.trials else "nothing"
        rows.append(
            (
                option.name,
                numbers.count(design.cases),
                str(design.baseline),
                str(design.candidate),
                option.per_check.in_words(),
                once,
            )
        )
    yield from _table(rows)
    if plan.spend.unknown:
        missing = ", ".join(plan.spend.unknown)
        yield f"  Unknown: {missing}; a run of a system that reports its usage would tell."


def recommendation(plan: SuitePlan) -> str:
    """Cases against trials, and baseline against candidate trials, in words."""
    if not plan.resolutions:
        return "Gate a metric with a margin first: there is nothing to plan for."
    if plan.enough and plan.obstacles:
        return "Mend first what is named below; nothing more need be spent on cases or trials."
    if plan.enough:
        return "Spend nothing more: every margin is resolved with what there is."
    best, wider = plan.best, _wider(plan)
    if best is None or best.design is None:
        return (
            "No number of cases or trials that anybody has resolves these margins; make each "
            f"wider{wider and f'; what the suite resolves today is {wider}'}."
        )
    reason = _reason(plan, best)
    if wider and best.design.cases > 10 * plan.today.cases:
        reason += f" That is much; a margin that the suite resolves today is {wider}."
    if any(not found.gate.certain for found in plan.resolutions):
        reason += " First repeat the cases of one run: the noise is only a worst case so far."
    return reason


def _reason(plan: SuitePlan, best: Option) -> str:
    today, design = plan.today, best.design or plan.today
    if best.name == "more baseline trials":
        return (
            f"Make {design.baseline} trials per case of the baseline instead of {today.baseline}. "
            "A committed baseline is paid once, and every later check costs what it costs today; "
            "beyond about five such trials their gain ends."
        )
    if best.name == "more cases":
        why = (
            "The cases differ so much in what changes that no number of trials resolves the margin"
            if plan.limited
            else "New cases cost less at every check than repeating the old ones"
        )
        return f"Add {numbers.plural(best.new_cases, 'case')}. {why}."
    return (
        f"Make {_arms(design)} of each case: that costs less at every check than more cases, or "
        "none can be had."
    )


def _wider(plan: SuitePlan) -> str:
    """Margins that are resolved today, where they still are margins: no loss exceeds the mean."""
    if plan.today.cases < MINIMUM_PAIRS:
        return ""
    return ", ".join(
        f"{found.gate.label} {scale_of_gate(found.gate).size(found.confirms)}"
        for found in plan.resolutions
        if not found.enough and found.confirms < found.gate.room
    )


def _pictures(plan: SuitePlan, width: int) -> list[str]:
    """The curve of the gate that is farthest from its margin."""
    bound = [found for found in plan.resolutions if found.gate.policy.margin is not None]
    if not bound:
        return []
    worst = max(bound, key=lambda found: found.confirms / (found.gate.policy.margin or 1.0))
    curve, scale = curve_of(plan, worst), scale_of_gate(worst.gate)
    show = (scale.size(curve.top), scale.size(curve.margin or 0.0), scale.size(0.0))
    title = f"Resolvable margin of {curve.metric} (╌ its margin, ◆ today)"
    return [f"{title}\n{draw(curve, width=min(width, 78), show=show)}"]


def _table(rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(cells)).rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="  ")
