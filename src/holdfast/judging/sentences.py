"""Sentences: findings and verdicts in words, with the numbers that carry them."""

from collections import Counter
from collections.abc import Sequence

from holdfast.comparison import Comparison, Delta
from holdfast.judging.finding import Finding
from holdfast.judging.numbers import Scale, p_value, plural, scale_of
from holdfast.judging.seconds import explain_noise, read_timing
from holdfast.record import CaseRecord

__all__ = [
    "explain",
    "explain_absence",
    "explain_floor",
    "explain_missing",
    "headline",
    "next_step",
]


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
            beyond = " The loss is beyond the margin with confidence." * (
                "beyond_margin" in finding.tags
            )
            return (
                f"{reading}: worse by more than chance explains "
                f"({p_value(finding.p_worse, alpha=delta.alpha)}), and not within the margin of "
                f"{_margin(finding, scale)}.{beyond}"
            )
        case "improved":
            return f"{reading}: better ({p_value(finding.p_better, alpha=delta.alpha)})."
        case "within_margin":
            if "floor" in finding.tags:
                return f"{scale.score(delta.floor_mean or 0.0)} reaches the floor."
            small = " A small drop is real, yet tolerated." * ("small_real_drop" in finding.tags)
            return f"{reading}: any loss is smaller than {_margin(finding, scale)}.{small}"
        case "inconclusive" | "invalid":
            return f"{reading}: {_doubt(finding, scale)}"
        case _:
            return f"{reading}."


def _reading(delta: Delta, scale: Scale) -> str:
    cases = plural(delta.pairs, "case")
    level = f"{100 * (1 - 2 * delta.alpha):.0f} %"
    low, change, high = _own_direction(delta)
    if delta.timing is not None:
        return read_timing(delta, scale)
    return (
        f"{scale.score(delta.baseline_mean)} to {scale.score(delta.candidate_mean)}, "
        f"{scale.change(change)} on {cases} ({level} interval {scale.interval(low, high)})"
    )


def _own_direction(delta: Delta) -> tuple[float, float, float]:
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
        text += f" Alone it would count as worse ({alone}), among all gates it does not."
    if "few_cases" in finding.tags:
        return text + " Fewer than 20 independent cases can show a loss, but not rule one out."
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


def explain_missing(finding: Finding) -> str:
    """Why lost scores prevent a verdict."""
    delta = finding.delta
    if delta is None:
        return finding.why
    scale = scale_of(delta, margin=finding.policy.margin)
    lost = delta.lost
    text = (
        f"{_reading(delta, scale)}, but {plural(lost.total, 'case')} lack a score "
        f"(candidate alone {lost.candidate}, baseline alone {lost.baseline}, both {lost.both})."
    )
    if delta.worst is not None:
        worst = scale.change(delta.worst.estimate)
        text += f" Counted against the candidate they make the change {worst}"
        text += ", a regression." if finding.blocks else ", and the verdict another one."
    return text + " Run again to fill them in: finished trials are not repeated."


def explain_absence(metric: str, comparison: Comparison) -> str:
    """Why a judged metric has no numbers."""
    return comparison.metric_problems.get(
        metric, f"{metric} was measured in neither run; check the policy's name for it"
    )


def headline(comparison: Comparison, findings: Sequence[Finding], problems: Sequence[str]) -> str:
    """The verdict as a release manager reads it."""
    gates = [finding for finding in findings if finding.policy.role == "gate"]
    bad = [finding for finding in gates if finding.state in ("regressed", "below_floor")]
    if bad:
        parts = "; ".join(f"{finding.metric} {_short(finding)}" for finding in bad)
        worse = _worse_cases(comparison, [finding.metric for finding in bad])
        return f"Regressed: {parts}{worse}."
    if problems:
        return f"Invalid: {_without_stop(problems[0])}."
    if not gates:
        return "Nothing is gated: no metric has a policy that could fail."
    doubtful = [finding for finding in gates if finding.state == "inconclusive"]
    if doubtful:
        parts = "; ".join(f"{finding.metric} {_short(finding)}" for finding in doubtful)
        return f"Inconclusive: {parts}."
    better = [finding.metric for finding in gates if finding.state == "improved"]
    if better:
        rest = ", and no gated metric lost more than its margin" if len(gates) > len(better) else ""
        return f"Improved: {', '.join(better)}{rest}."
    if all("identical" in finding.tags for finding in gates):
        return f"Unchanged: every answer is identical to the baseline's{_from_cache(comparison)}."
    return f"Not worse: {_listed(gates)} stayed within {_their(gates)}."


def _from_cache(comparison: Comparison) -> str:
    run = comparison.candidate
    hits = run.provenance.cache.hits
    return f" ({hits} of {run.trials} were taken from the cache)" if hits else ""


def _listed(gates: Sequence[Finding]) -> str:
    if len(gates) > 3:
        return f"all {len(gates)} gated metrics"
    return ", ".join(finding.metric for finding in gates)


def _their(gates: Sequence[Finding]) -> str:
    return "its margin" if len(gates) == 1 else "their margins"


def _short(finding: Finding) -> str:
    delta = finding.delta
    if delta is None:
        return _without_stop(finding.why)
    scale = scale_of(delta, margin=finding.policy.margin)
    if finding.state == "below_floor":
        side = "below the floor" if delta.metric.better == "higher" else "above the ceiling"
        limit = scale.score(finding.policy.floor or 0.0)
        return f"at {scale.score(delta.floor_mean or 0.0)} is {side} of {limit}"
    sure = f"{100 * (1 - 2 * delta.alpha):.0f} % interval"
    low, change, high = _own_direction(delta)
    if finding.state == "regressed":
        verb = "lost" if delta.metric.better == "higher" else "rose by"
        return f"{verb} {scale.size(change)} ({sure} {scale.interval(low, high)})"
    if "missing" in finding.tags:
        return f"lacks {plural(delta.lost.total, 'score')}"
    text = f"changed by {scale.change(change)} ({sure} {scale.interval(low, high)})"
    plan = finding.plan
    if plan is not None and plan.more_cases is not None:
        text += f", needs about {plural(plan.more_cases, 'more case')}"
    return text


def _worse_cases(comparison: Comparison, metrics: Sequence[str]) -> str:
    """How many cases broke (or got worse) in the named metrics, and the tag that most share."""
    found: dict[str, list[CaseRecord]] = {"broke": [], "got worse": []}
    for pair in comparison.cases:
        states = {pair.states.get(metric) for metric in metrics}
        if "broken" in states:
            found["broke"].append(pair.case)
        elif "worse" in states:
            found["got worse"].append(pair.case)
    verb = "broke" if found["broke"] else "got worse"
    cases = found[verb]
    if not cases:
        return ""
    text = f"; {plural(len(cases), 'case')} {verb}"
    everywhere = Counter(tag for pair in comparison.cases for tag in set(pair.case.tags))
    counts = Counter(tag for case in cases for tag in set(case.tags))
    share = len(cases) / len(comparison.cases)
    # A tag is named where it says something: half of the cases, and well above its usual share.
    telling = [
        (count, tag)
        for tag, count in counts.items()
        if 2 * count >= len(cases) > 1 and count > 1.5 * share * everywhere[tag]
    ]
    if telling:
        count, tag = max(telling)
        text += f", {count} of them tagged {tag}"
    return text


def _without_stop(text: str) -> str:
    return text[:-1] if text.endswith(".") else text


def next_step(comparison: Comparison, findings: Sequence[Finding], problems: Sequence[str]) -> str:
    """What to do now; empty where there is nothing to do."""
    gates = [finding for finding in findings if finding.policy.role == "gate"]
    if any(finding.state in ("regressed", "below_floor") for finding in gates):
        return (
            "Look at the broken cases, mend the candidate and run again; if the loss is "
            "wanted, accept the candidate as the new baseline."
        )
    if problems:
        return "Mend what is named above; until then there is no verdict."
    if any("missing" in finding.tags for finding in gates):
        return "Run again to fill in the missing scores: finished trials are not repeated."
    if any(finding.state == "inconclusive" for finding in gates):
        return "Add cases or trials as each metric says, or accept a wider margin on purpose."
    if not gates:
        return "Write a policy with a margin for what matters."
    return ""
