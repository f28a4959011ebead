"""Sentences: findings in words, with the numbers that carry them."""

import numpy as np

from holdfast.comparison import Comparison, Delta
from holdfast.judging.absence import fill_in
from holdfast.judging.finding import FEWEST_FOR_BOUNDS, Finding, SliceFinding
from holdfast.judging.numbers import Scale, interval_level, p_value, plural, scale_of
from holdfast.judging.seconds import explain_noise, read_timing
from holdfast.stats.sign_flip import exact

__all__ = [
    "explain",
    "explain_absence",
    "explain_flips",
    "explain_floor",
    "explain_missing",
    "explain_sliced",
    "own_direction",
]

_UNEVEN = 0.05
_SEVERAL = 10
"""Flips below which evenness says nothing."""
_SLIGHT = " A drop is real, and too small to count before the margin can be shown to hold."
_WIDE = (
    " (The interval reaches beyond zero because it also allows for losses and gains that no case "
    "has shown; the test does not.)"
)


def explain(finding: Finding) -> str:
    """Why the finding is what it is, in one or two sentences."""
    delta = finding.delta
    if delta is None:
        return finding.why
    scale = scale_of(delta, margin=finding.policy.margin)
    if "identical" in finding.tags:
        return f"All {delta.pairs} answers are identical to the baseline's."
    reading = _reading(delta, scale)
    match finding.state:
        case "regressed":
            return f"{reading}: {_loss(finding, delta, scale)}"
        case "improved":
            better = f"better ({p_value(finding.p_better, alpha=delta.alpha)})."
            wide = delta.low <= 0.0 and finding.p_better <= delta.alpha
            return f"{reading}: {better}{_WIDE if wide else ''}"
        case "within_margin":
            if "floor" in finding.tags:
                return _reached(finding, delta, scale)
            small = " A small drop is real, yet tolerated." * ("small_real_drop" in finding.tags)
            return f"{reading}: any loss is smaller than {_margin(finding, scale)}.{small}"
        case "inconclusive" | "invalid":
            return f"{reading}: {_doubt(finding, scale)}"
        case _:
            return f"{reading}."


def _reached(finding: Finding, delta: Delta, scale: Scale) -> str:
    """What is known where a gate has a floor alone: nothing of the change."""
    verb = "reaches the floor of" if delta.metric.better == "higher" else "keeps to the ceiling of"
    shown = scale.score(delta.floor_mean or 0.0), scale.score(finding.policy.floor or 0.0)
    return f"{shown[0]} {verb} {shown[1]}; no margin says how much may be lost."


def _loss(finding: Finding, delta: Delta, scale: Scale) -> str:
    text = (
        f"worse by more than chance explains ({p_value(finding.p_worse, alpha=delta.alpha)}), and "
        f"not within the margin of {_margin(finding, scale)}."
    )
    if "beyond_margin" in finding.tags:
        return text + " The loss is beyond the margin with confidence."
    wide = delta.high >= 0.0 and finding.p_worse <= delta.alpha
    return text + _WIDE if wide else text


def _reading(delta: Delta, scale: Scale) -> str:
    cases = plural(delta.pairs, "case")
    level = interval_level(delta.alpha)
    low, change, high = own_direction(delta)
    if delta.timing is not None:
        return read_timing(delta, scale)
    return (
        f"{scale.score(delta.baseline_mean)} to {scale.score(delta.candidate_mean)}, "
        f"{scale.change(change)} on {cases} ({level} interval {scale.interval(low, high)})"
    )


def own_direction(delta: Delta) -> tuple[float, float, float]:
    """Lower bound, estimate and upper bound as the metric itself would change."""
    if delta.metric.better == "lower":
        return -delta.high, -delta.estimate, -delta.low
    return delta.low, delta.estimate, delta.high


def _margin(finding: Finding, scale: Scale) -> str:
    return scale.size(finding.policy.margin or 0.0)


def _doubt(finding: Finding, scale: Scale) -> str:
    timing = None if finding.delta is None else finding.delta.timing
    if "noise" in finding.tags and timing is not None:
        return explain_noise(timing, finding.policy.margin or 0.0)
    text = (
        f"a loss of {_margin(finding, scale)} is neither shown nor ruled out "
        f"({p_value(finding.p_worse, alpha=finding.policy.alpha)} for worse)."
    )
    if "multiplicity" in finding.tags and finding.delta is not None:
        alone = p_value(finding.delta.p_worse, alpha=finding.policy.alpha)
        company = "monitors" if finding.policy.role == "monitor" else "gates"
        text += f" Alone it would count as worse ({alone}), among all {company} it does not."
    text += _SLIGHT * ("small_real_drop" in finding.tags)
    if "few_cases" in finding.tags:
        return text + _few(finding.delta)
    plan = finding.plan
    if plan is not None and plan.more_cases is None:
        text += " There are enough cases for this margin, and the result lies close to it."
    elif plan is not None and plan.more_cases is not None:
        text += (
            f" Today this suite resolves {scale.size(plan.resolvable)}; it needs about "
            f"{plural(plan.more_cases, 'more case')}"
        )
        if plan.baseline_trials is not None:
            text += f" or {plan.baseline_trials} baseline trials per case, paid once,"
        elif plan.candidate_trials is not None:
            text += f" or {plan.candidate_trials} trials per case in both arms"
        text += " to confirm an unchanged system."
    return text


def explain_floor(finding: Finding) -> str:
    """Why a metric is below its floor (above its ceiling where lower is better)."""
    delta, floor = finding.delta, finding.policy.floor
    if delta is None or floor is None or delta.floor_mean is None:
        return finding.why
    scale = scale_of(delta)
    higher = delta.metric.better == "higher"
    words = ("below", "floor") if higher else ("above", "ceiling")
    lost = delta.lost.candidate + delta.lost.both
    counted = f" ({plural(lost, 'case')} without a score counted as worst)" if lost else ""
    gap = scale.score(delta.floor_mean), scale.score(floor)
    return (
        f"{gap[0]} over all cases{counted} is {words[0]} the {words[1]} of {gap[1]}. "
        f"Beside the baseline: {_reading(delta, scale)}."
    )


def explain_missing(finding: Finding, comparison: Comparison) -> str:
    """Why lost scores prevent a verdict."""
    delta = finding.delta
    if delta is None:
        return finding.why
    scale = scale_of(delta, margin=finding.policy.margin)
    lost = delta.lost
    lack = "lacks" if lost.total == 1 else "lack"
    text = (
        f"{_reading(delta, scale)}, but {plural(lost.total, 'case')} {lack} a score "
        f"(candidate alone {lost.candidate}, baseline alone {lost.baseline}, both {lost.both})."
    )
    if delta.worst is not None:
        text += _worst_case(delta.worst, scale, blocks=finding.blocks)
    return f"{text} {fill_in(comparison, lost)}"


def _few(delta: Delta | None) -> str:
    """Why the bounds of a change rule nothing out."""
    if delta is None:
        return ""
    fewest = FEWEST_FOR_BOUNDS[delta.method]
    if (delta.clusters or delta.pairs) < fewest:
        return f" Fewer than {fewest} independent cases can show a loss, but not rule one out."
    return (
        f" A few of the {delta.clusters} clusters hold most of the cases, so the clusters can show "
        "a loss, but not rule one out; name smaller clusters, or measure more of them."
    )


def _worst_case(worst: Delta, scale: Scale, *, blocks: bool) -> str:
    if not np.isfinite(worst.estimate):
        made = "a regression" if blocks else "the verdict another one"
        limits = "Nothing limits what they could have been"
        return f" {limits}: counted against the candidate they make {made}."
    made = "a regression" if blocks else "and the verdict another one"
    change = scale.change(worst.estimate)
    return f" Counted against the candidate they make the change {change}, {made}."


def explain_absence(metric: str, comparison: Comparison) -> str:
    """Why a judged metric has no numbers."""
    return comparison.metric_problems.get(
        metric, f"{metric} was measured in neither run; check the policy's name for it"
    )


def explain_sliced(finding: Finding, found: SliceFinding) -> str:
    """Why a metric regressed that did not regress as a whole."""
    delta = finding.delta
    if delta is None:
        return finding.why
    scale = scale_of(delta, margin=finding.policy.margin)
    return (
        f"{_reading(delta, scale)}; but it {found.why.removesuffix('.')}, and its policy lets a "
        "slice decide."
    )


def explain_flips(broken: int, fixed: int, *, clustered: bool) -> str:
    """How many cases flipped each way, and whether chance alone makes that; may be empty.

    >>> explain_flips(31, 29, clustered=False)
    ' 31 cases newly fail and 29 newly pass: as many both ways as chance makes.'
    """
    if not broken or not fixed:
        return ""
    fails, passes = "fails" if broken == 1 else "fail", "passes" if fixed == 1 else "pass"
    text = f" {plural(broken, 'case')} newly {fails} and {fixed:,} newly {passes}"
    even = 2 * min(exact(np.repeat([-1, 1], [broken, fixed]))) > _UNEVEN
    if even and not clustered and broken + fixed >= _SEVERAL:
        return f"{text}: as many both ways as chance makes."
    return f"{text}."
