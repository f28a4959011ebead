"""Gate: a comparison and policies give a verdict."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.calibration import Calibration
from holdfast.comparison import Comparison, Delta
from holdfast.errors import UsageError
from holdfast.judging.cautions import warnings_of
from holdfast.judging.finding import Finding, Plan, SliceFinding, State
from holdfast.judging.headline import headline
from holdfast.judging.judgement import Judgement, judge
from holdfast.judging.next_step import next_step
from holdfast.judging.standing import JudgeStanding
from holdfast.policy import DEFAULT_MARGIN, PROFILES, Policy, Profile
from holdfast.record import MetricRecord

__all__ = [
    "Finding",
    "Outcome",
    "Plan",
    "SliceFinding",
    "State",
    "Verdict",
    "decide",
    "default_policies",
]

Outcome = Literal["pass", "regression", "inconclusive", "invalid"]

_MOST_GROWTH = 10.0
"""Nobody tolerates that a cost grows by a thousand per cent; such a margin was meant in units."""
_EXIT_CODES: dict[Outcome, int] = {"pass": 0, "regression": 1, "inconclusive": 2, "invalid": 3}
_SEVERITY: tuple[State, ...] = (
    "invalid",
    "below_floor",
    "regressed",
    "inconclusive",
    "within_margin",
    "improved",
    "not_judged",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate decided."""

    outcome: Outcome
    exit_code: int
    """0 pass, 1 regression, 2 inconclusive where that blocks, 3 invalid or incomparable."""
    sentence: str
    """The verdict as a release manager reads it."""
    next_step: str
    """What to do now; empty where there is nothing to do."""
    findings: tuple[Finding, ...]
    """Gates first, then monitors, then info; worst first."""
    problems: tuple[str, ...]
    """Why the comparison is invalid."""
    warnings: tuple[str, ...]
    profile: str
    comparison: Comparison
    slices: tuple[SliceFinding, ...] = ()
    """What was found in slices of the cases, the strongest first, then the top three that were not
    confirmed; slices that gate stand before those that warn."""
    calibration: Calibration | None = None
    """The suite's error rates on its own baseline, where somebody measured them."""
    judges: tuple[JudgeStanding, ...] = ()
    """What is known of each judge among the metrics, where files of admission were looked at."""

    @property
    def passed(self) -> bool:
        return self.exit_code == 0


def default_policies(metrics: Sequence[MetricRecord]) -> tuple[Policy, ...]:
    """Policies for metrics that nobody wrote one for.

    A metric on [0, 1] is gated with a margin of 0.02; every other one is only shown, because a
    margin means nothing without a range.
    """
    return tuple(
        Policy(metric=metric.label, margin=DEFAULT_MARGIN)
        if metric.bounds == (0, 1)
        else Policy(metric=metric.label, role="info")
        for metric in metrics
    )


def decide(
    comparison: Comparison,
    policies: Sequence[Policy],
    *,
    profile: Profile = PROFILES["pr"],
    difficulty: Mapping[str, float] | None = None,
) -> Verdict:
    """Judge every metric of a comparison and the whole.

    The whole is a regression if any gate regressed or fell below its floor, invalid if the runs
    or a gated metric cannot be compared, inconclusive if any gate is, else a pass. A metric
    without a policy is shown and not judged.

    Args:
        comparison: Two runs beside each other.
        policies: How each metric is judged.
        profile: What an inconclusive gate does.
        difficulty: A number for each case, by id, from runs before these two; its quarters are
            looked at as slices. Scores of the compared runs must not be used: cases that passed
            can only fall.

    Raises:
        UsageError: a policy cannot be applied, such as a margin on a metric without bounds, or
            the comparison was made for another alpha.
    """
    complete = _with_info(comparison, policies)
    deltas = {delta.metric.label: delta for delta in comparison.deltas}
    for policy in complete:
        _check(policy, deltas.get(policy.metric))
    judged = Judgement(findings=(), slices=())
    if not comparison.problems:
        judged = judge(comparison, complete, profile=profile, difficulty=difficulty)
    ordered, slices = tuple(sorted(judged.findings, key=_rank)), judged.slices
    problems = comparison.problems + _gate_problems(ordered)
    outcome = _outcome(ordered, problems)
    return Verdict(
        outcome=outcome,
        exit_code=_exit_code(outcome, ordered),
        sentence=headline(comparison, ordered, problems, slices=slices),
        next_step=next_step(comparison, ordered, problems, slices=slices),
        findings=ordered,
        problems=problems,
        warnings=warnings_of(comparison, ordered, slices=slices),
        profile=profile.name,
        comparison=comparison,
        slices=slices,
    )


def _gate_problems(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(
        finding.why
        for finding in findings
        if finding.state == "invalid" and finding.policy.role == "gate"
    )


def _exit_code(outcome: Outcome, findings: Sequence[Finding]) -> int:
    if outcome == "inconclusive" and not any(finding.blocks for finding in findings):
        return 0
    return _EXIT_CODES[outcome]


def _with_info(comparison: Comparison, policies: Sequence[Policy]) -> tuple[Policy, ...]:
    known = {policy.metric for policy in policies}
    labels = [delta.metric.label for delta in comparison.deltas] + list(comparison.metric_problems)
    rest = tuple(Policy(metric=label, role="info") for label in labels if label not in known)
    return (*policies, *rest)


def _check(policy: Policy, delta: Delta | None) -> None:
    if delta is None:
        return
    shareless = delta.metric.bounds is None and delta.scale != "ratio"
    if policy.role == "gate" and policy.margin is not None and delta.method == "none":
        raise UsageError(
            f"{policy.metric!r} counts seconds and the runs are of separate sessions, which differ "
            f"by more than systems do, so a margin of {policy.margin:g} cannot be tested; let both "
            "take turns in one session with gate(..., against=..., interleave=True), or watch it "
            "with role='info'"
        )
    if policy.role == "gate" and policy.margin is not None and shareless:
        _check_shareless(policy, delta)
    if policy.margin is not None and policy.role != "info" and delta.scale == "ratio":
        _check_share(policy.metric, policy.margin, delta)
    if delta.metric.bounds is not None and policy.role != "info":
        _check_range(policy, *delta.metric.bounds)
    if abs(policy.alpha - delta.alpha) > 1e-12:
        raise UsageError(
            f"{policy.metric!r} was compared at alpha={delta.alpha} and its policy says "
            f"alpha={policy.alpha}; pass the policies to compare() too"
        )


def _check_shareless(policy: Policy, delta: Delta) -> None:
    if delta.method != "identical":
        raise UsageError(
            f"{policy.metric!r} has no smallest and largest score, so a margin of "
            f"{policy.margin:g} would be a share of the baseline's total, and here that is zero or "
            "some scores are negative; give the metric bounds, or watch it with role='info'"
        )


def _check_share(name: str, margin: float, delta: Delta) -> None:
    if margin >= (1.0 if delta.metric.better == "higher" else _MOST_GROWTH):
        raise UsageError(
            f"the margin of {name!r} is {margin:g}, and without a range it is a share of the "
            f"baseline's total: {margin:g} would tolerate a change of {100 * margin:,.10g} %; ten "
            "per cent are margin=0.1"
        )


def _check_range(policy: Policy, low: float, high: float) -> None:
    name = policy.metric
    if policy.margin is not None and policy.margin >= high - low:
        raise UsageError(
            f"the margin of {name!r} is {policy.margin:g} and its scores go from {low:g} to "
            f"{high:g}, so this gate could never fail; two points of 100 are margin=0.02 there"
        )
    if policy.floor is not None and not low <= policy.floor <= high:
        raise UsageError(
            f"the floor of {name!r} is {policy.floor:g} and its scores go from {low:g} to "
            f"{high:g}; a floor outside them is always or never reached"
        )


def _rank(finding: Finding) -> tuple[int, int, int, float, str]:
    roles: Mapping[str, int] = {"gate": 0, "monitor": 1, "info": 2}
    return (
        roles[finding.policy.role],
        0 if finding.blocks else 1,
        _SEVERITY.index(finding.state),
        -_margins_lost(finding),
        finding.metric,
    )


def _margins_lost(finding: Finding) -> float:
    """How many margins the metric lost, by which losses in different units can be ordered."""
    delta, margin = finding.delta, finding.policy.margin
    if delta is None or margin is None or not math.isfinite(delta.estimate):
        return 0.0
    return max(0.0, -delta.estimate / margin)


def _outcome(findings: Sequence[Finding], problems: Sequence[str]) -> Outcome:
    gates = [finding.state for finding in findings if finding.policy.role == "gate"]
    if "regressed" in gates or "below_floor" in gates:
        return "regression"
    if problems:
        return "invalid"
    if "inconclusive" in gates:
        return "inconclusive"
    return "pass"
