"""Document: a suite plan as a value that JSON can hold."""

import math
from dataclasses import asdict

from holdfast.digest import Json
from holdfast.planning.curve import curve_of
from holdfast.planning.design import Design
from holdfast.planning.expense import Expense
from holdfast.planning.suite_plan import Option, Resolution, SuitePlan
from holdfast.planning.words import recommendation

__all__ = ["plan_as_json"]


def plan_as_json(plan: SuitePlan) -> dict[str, Json]:
    """The plan as nested dictionaries with stable keys; margins are in units of the score.

    Keys: `version`, `name`, `design`, `per_check`, `per_trial`, `enough`, `gates` (one for each
    gated metric), `options`, `recommended` (name of an option, or null), `recommendation` (in
    words), `never_fires` and `curves`.
    """
    return {
        "version": 1,
        "name": plan.name,
        "design": _design(plan.today),
        "per_check": _expense(plan.spend),
        "per_trial": _expense(plan.single_trial),
        "enough": plan.enough,
        "gates": [_resolution(found) for found in plan.resolutions],
        "options": [_option(option) for option in plan.options],
        "recommended": None if plan.best is None else plan.best.name,
        "recommendation": recommendation(plan),
        "never_fires": list(plan.obstacles),
        "curves": [_curve(plan, found) for found in plan.resolutions],
    }


def _resolution(found: Resolution) -> Json:
    gate, power = found.gate, found.power
    return {
        "metric": gate.label,
        "margin": gate.policy.margin,
        "alpha": gate.policy.alpha,
        "power": gate.policy.power,
        "mean": gate.mean,
        "confirms_within": _number(found.confirms),
        "formula": _number(found.formula),
        "finds_drop": _number(found.detects),
        "enough": found.enough,
        "noise": {
            "between": gate.noise.between,
            "baseline": gate.noise.baseline,
            "candidate": gate.noise.candidate,
            "basis": gate.basis,
            "worst_case": not gate.certain,
        },
        "simulated": None
        if power is None
        else {
            "runs": power.runs,
            "confirmed": power.confirmed,
            "false_alarms": power.alarmed,
            "drop": power.drop,
            "found": power.found,
            "standard_error": power.error,
        },
    }


def _design(design: Design) -> Json:
    return {
        "cases": design.cases,
        "baseline_trials": design.baseline,
        "candidate_trials": design.candidate,
    }


def _option(option: Option) -> Json:
    return {
        "name": option.name,
        "design": None if option.design is None else _design(option.design),
        "per_check": None if option.per_check is None else _expense(option.per_check),
        "once": None if option.once is None else _expense(option.once),
        "new_cases": option.new_cases,
    }


def _expense(expense: Expense) -> Json:
    return asdict(expense)


def _curve(plan: SuitePlan, found: Resolution) -> Json:
    curve = curve_of(plan, found)
    return {
        "metric": curve.metric,
        "cases": list(curve.cases),
        "margins": [_number(margin) for margin in curve.margins],
        "needed": curve.needed,
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
