"""Rows: one metric's finding as ready strings, for every renderer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from holdfast.comparison import Delta
from holdfast.gate import Finding, Plan, Verdict
from holdfast.judging import numbers
from holdfast.judging.numbers import Scale
from holdfast.judging.seconds import measured_on, throughput_in_words
from holdfast.report.untrusted import one_line
from holdfast.report.wording import Word, state_of

__all__ = ["MetricRow", "case_scales", "metric_rows", "row_scale"]

_LABEL = 120
_REASON = 800

ROLES = {"gate": "gate", "monitor": "monitor", "info": "information"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """What a reader learns about one metric."""

    metric: str
    role: str
    state: Word
    why: str
    tags: tuple[str, ...]
    blocks: bool
    direction: str = ""
    """`higher is better` or `lower is better`."""
    baseline: str = "none"
    candidate: str = "none"
    change: str = "none"
    """Candidate less baseline, in the metric's own direction."""
    sense: str = ""
    """`better` or `worse`; empty where nothing changed."""
    relative: str = ""
    """Change of an unbounded score in percent of the baseline."""
    interval: str = "none"
    """Bounds of the change, in the metric's own direction."""
    level: str = ""
    """Confidence of the interval, such as `90 %`."""
    margin: str = ""
    """Empty where the policy has none."""
    floor: str = ""
    p_worse: str = ""
    p_better: str = ""
    evidence: str = ""
    """Pairs, trials and what was lost."""
    timing: str = ""
    """Requests, blocks, noise floor and throughput behind a change in seconds."""
    method: str = ""
    plan: str = ""
    reason: str = ""
    """The why, and the plan where the why does not already tell it."""
    worst: str = ""
    """The interval with every lost score counted against the candidate."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a table of metrics adds below itself: evidence of seconds, and the plan."""
        return tuple(text for text in (self.timing, self.plan) if text)


def metric_rows(verdict: Verdict) -> tuple[MetricRow, ...]:
    """One row for each finding, in the verdict's order."""
    return tuple(_row(finding) for finding in verdict.findings)


def row_scale(finding: Finding) -> Scale:
    """The scale on which the numbers of a finding are written."""
    if finding.delta is None:
        return Scale()
    return numbers.scale_of(finding.delta, margin=finding.policy.margin)


def case_scales(verdict: Verdict) -> Mapping[str, Scale]:
    """The scale of single scores by metric: shares need no more decimals than a case has."""
    scales: dict[str, Scale] = {}
    for finding in verdict.findings:
        if finding.delta is not None:
            single = numbers.score_scale(finding.delta.metric)
            scales[finding.metric] = single if single.level else row_scale(finding)
    return scales


def _row(finding: Finding) -> MetricRow:
    policy, delta, scale = finding.policy, finding.delta, row_scale(finding)
    plan = "" if finding.plan is None else plan_in_words(finding.plan, scale=scale)
    why = one_line(finding.why, _REASON)
    row = MetricRow(
        metric=one_line(finding.metric, _LABEL),
        role=ROLES[policy.role],
        state=state_of(finding),
        why=why,
        reason=why if _tells(why, finding.plan) else f"{why} {plan}".strip(),
        tags=tuple(one_line(tag.replace("_", " "), 60) for tag in finding.tags),
        blocks=finding.blocks,
        margin="" if policy.margin is None else scale.size(policy.margin),
        floor="" if policy.floor is None else scale.score(policy.floor),
        plan=plan,
    )
    return row if delta is None else _measured(row, finding, delta)


def _measured(row: MetricRow, finding: Finding, delta: Delta) -> MetricRow:
    scale, alpha = row_scale(finding), finding.policy.alpha
    sign = 1 if delta.metric.better == "higher" else -1
    return replace(
        row,
        direction=numbers.direction(delta.metric.better),
        baseline=scale.score(delta.baseline_mean),
        candidate=scale.score(delta.candidate_mean),
        change=scale.change(sign * delta.estimate),
        sense=_sense(delta, scale),
        relative=numbers.relative(delta),
        interval=_interval(delta, scale),
        level=numbers.interval_level(delta.alpha),
        p_worse=numbers.p_value(finding.p_worse, alpha=alpha),
        p_better=numbers.p_value(finding.p_better, alpha=alpha),
        evidence=evidence_in_words(delta),
        timing=evidence_in_words(delta) if delta.timing and delta.timing.blocks else "",
        method=f"bounds: {delta.method}; test: {one_line(delta.test, 200)}",
        worst=_worst_in_words(delta, scale),
    )


def plan_in_words(plan: Plan, *, scale: Scale) -> str:
    """What would decide an inconclusive gate."""
    ways: list[str] = []
    if plan.more_cases is not None:
        ways.append(numbers.plural(plan.more_cases, "more case"))
    if plan.baseline_trials is not None:
        once = numbers.plural(plan.baseline_trials, "trial")
        ways.append(f"{once} per case in the baseline alone, which are paid once,")
    if plan.candidate_trials is not None:
        ways.append(f"{numbers.plural(plan.candidate_trials, 'trial')} per case in both arms")
    today = f"today's evidence resolves a margin of {scale.size(plan.resolvable)}"
    if not ways:
        return f"There are enough cases for this margin, and the result lies close to it; {today}."
    return f"About {' or '.join(ways)} would confirm an unchanged system; {today}."


def _tells(why: str, plan: Plan | None) -> bool:
    if plan is None or plan.more_cases is None:
        return plan is None
    return numbers.plural(plan.more_cases, "more case") in why


def evidence_in_words(delta: Delta) -> str:
    """Pairs, trials and losses behind a change."""
    if delta.timing is not None:
        said = throughput_in_words(delta.timing, alpha=delta.alpha)
        return measured_on(delta.timing) + (f"; {said}" if said else "")
    baseline, candidate = delta.trials
    trials = f"{baseline} × {candidate} trials"
    parts = [numbers.plural(delta.pairs, "pair"), trials]
    if delta.clusters is not None:
        parts.append(numbers.plural(delta.clusters, "cluster"))
    lost = delta.lost
    if lost.total:
        parts.append(
            f"{numbers.count(lost.total)} lost ({numbers.count(lost.baseline)} baseline, "
            f"{numbers.count(lost.candidate)} candidate, {numbers.count(lost.both)} both)"
        )
    return ", ".join(parts)


def _worst_in_words(delta: Delta, scale: Scale) -> str:
    if delta.worst is None:
        return ""
    return f"With every lost score counted against the candidate: {_interval(delta.worst, scale)}."


def _interval(delta: Delta, scale: Scale) -> str:
    """The bounds as the metric counts: a loss of a metric where lower is better is a rise."""
    if delta.method == "none":
        return "not compared"
    if delta.metric.better == "higher":
        return scale.interval(delta.low, delta.high)
    return scale.interval(-delta.high, -delta.low)


def _sense(delta: Delta, scale: Scale) -> str:
    if scale.change(delta.estimate)[0] not in "+" + numbers.MINUS:
        return ""
    return "better" if delta.estimate > 0 else "worse"
