"""Judgement: each metric's change beside its policy gives a finding."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from holdfast.comparing.aligned import Ground, ground_of
from holdfast.comparison import Comparison, Delta
from holdfast.judging.absence import explain_failures
from holdfast.judging.advice import advise
from holdfast.judging.families import Adjusted, Family, adjust, level_of, search_slices
from holdfast.judging.finding import Finding, SliceFinding, too_few
from holdfast.judging.sentences import (
    explain,
    explain_absence,
    explain_flips,
    explain_floor,
    explain_missing,
    explain_sliced,
)
from holdfast.judging.slicing import lost_in_slices, slice_findings
from holdfast.policy import Policy, Profile
from holdfast.stats.contingency import fisher_two_sided

__all__ = ["Judgement", "judge"]

_NOISIEST = 2.0
"""Noise floor, in margins, above which a doubt about seconds says nothing of the system."""
_TOLERATED_LOSS = 0.02
_UNEVEN_LOSS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is found of every metric, and of slices of the cases."""

    findings: tuple[Finding, ...]
    slices: tuple[SliceFinding, ...]
    """Those that gate first, then those that warn; in each the strongest first."""


def judge(
    comparison: Comparison,
    policies: Sequence[Policy],
    *,
    profile: Profile,
    difficulty: Mapping[str, float] | None = None,
) -> Judgement:
    """A finding for every policy, and what slices of the cases say.

    Each metric is judged twice where scores are lost: on the pairs that are there, and with every
    lost score counted against the candidate. Where only the second says `regressed`, the missing
    scores could hide it, and the finding blocks whatever the profile.
    """
    deltas = {delta.metric.label: delta for delta in comparison.deltas}
    ground = ground_of(comparison.cases, difficulty=difficulty)
    nominal, gating = _states(policies, deltas, ground)
    slices = slice_findings(gating, ground, policies, deltas, blocking=True)
    nominal = _sliced(nominal, {found.metric for found in slices if found.blocks})
    worst = _worst_states(policies, deltas, ground) or nominal
    findings: list[Finding] = []
    for policy in policies:
        delta = deltas.get(policy.metric)
        if delta is None:
            findings.append(_absent(policy, comparison))
            continue
        strict = _doubt_blocks(policy, profile)
        finding = _merge(nominal[policy.metric], worst[policy.metric], delta, strict=strict)
        finding = replace(_floored(finding, delta), plan=advise(finding, policies))
        findings.append(_explained(finding, profile, comparison, slices))
    warning = search_slices(policies, deltas, ground)
    slices += slice_findings(warning, ground, policies, deltas, blocking=False)
    return Judgement(findings=tuple(findings), slices=slices)


def _states(
    policies: Sequence[Policy], deltas: Mapping[str, Delta], ground: Ground
) -> tuple[dict[str, Finding], Family]:
    adjusted, family = adjust(policies, deltas, ground)
    found = {
        policy.metric: _state(policy, deltas[policy.metric], adjusted[policy.metric])
        for policy in policies
        if policy.metric in deltas
    }
    return found, family


def _worst_states(
    policies: Sequence[Policy], deltas: Mapping[str, Delta], ground: Ground
) -> dict[str, Finding]:
    """The states with every lost score counted against the candidate; empty where none is lost."""
    if all(delta.worst is None for delta in deltas.values()):
        return {}
    worst_deltas = {key: delta.worst or delta for key, delta in deltas.items()}
    worst, family = _states(policies, worst_deltas, ground)
    return _sliced(worst, lost_in_slices(family, ground, policies, worst_deltas))


def _sliced(found: Mapping[str, Finding], lost: Collection[str]) -> dict[str, Finding]:
    """The findings, where a loss in a slice counts as a loss of its metric."""
    return {
        label: replace(finding, state="regressed", tags=("slice",))
        if label in lost and finding.state in ("within_margin", "improved", "inconclusive")
        else finding
        for label, finding in found.items()
    }


def _state(policy: Policy, delta: Delta, adjusted: Adjusted) -> Finding:
    p_worse, p_better, level = adjusted.worse, adjusted.better, level_of(policy)
    finding = Finding(
        metric=policy.metric,
        state="not_judged",
        policy=policy,
        delta=delta,
        p_worse=p_worse,
        p_better=p_better,
        adjustment=adjusted.how,
    )
    if policy.margin is None or policy.role == "info":
        return finding
    few = too_few(delta)
    safe = delta.low > -policy.margin and not few
    if delta.method == "identical":
        return replace(finding, state="within_margin", tags=("identical",))
    worse = p_worse <= level
    if worse and not safe and not _slight(policy, delta):
        tags = ("beyond_margin",) if delta.high < -policy.margin else ()
        return replace(finding, state="regressed", tags=tags)
    if safe and p_better <= level:
        return replace(finding, state="improved")
    if safe:
        tags = ("small_real_drop",) if worse else ()
        return replace(finding, state="within_margin", tags=tags)
    if delta.timing is not None and delta.timing.floor > _NOISIEST * policy.margin:
        blocks = policy.role == "gate"
        return replace(finding, state="invalid", tags=("noise",), blocks=blocks)
    doubts = {"few_cases": few, "small_real_drop": worse}
    doubts["multiplicity"] = delta.p_worse <= level < p_worse
    tags = tuple(tag for tag, applies in doubts.items() if applies)
    return replace(finding, state="inconclusive", tags=tags)


def _slight(policy: Policy, delta: Delta) -> bool:
    """Whether a loss is too small to stop a build: within the margin, and its interval holds zero.

    Where many cases lose next to nothing, all of them alike, the test is sure of a loss that
    nobody minds, long before the bounds can promise that it is no larger.
    """
    tolerated = delta.estimate >= -(policy.margin or 0.0)
    return policy.role == "gate" and tolerated and delta.high >= 0.0


def _merge(nominal: Finding, worst: Finding, delta: Delta, *, strict: bool) -> Finding:
    """The finding after lost scores are taken into account.

    Where doubt blocks (`strict`), even one lost score must not settle it in the candidate's favour.
    """
    if delta.worst is None or nominal.state == worst.state or nominal.state == "regressed":
        return nominal
    if worst.state == "regressed":
        blocks = nominal.policy.role == "gate"
        return replace(nominal, state="inconclusive", tags=("missing",), blocks=blocks)
    if nominal.state == "improved" and worst.state == "within_margin":
        return replace(nominal, state="within_margin")
    if strict or _lost_matters(delta):
        return replace(nominal, state="inconclusive", tags=("missing",))
    return nominal


def _lost_matters(delta: Delta) -> bool:
    lost, cases = delta.lost, delta.matched
    if lost.total > _TOLERATED_LOSS * cases:
        return True
    before, after = lost.baseline + lost.both, lost.candidate + lost.both
    return fisher_two_sided((before, cases - before), (after, cases - after)) < _UNEVEN_LOSS


def _floored(finding: Finding, delta: Delta) -> Finding:
    floor = finding.policy.floor
    if floor is None:
        return finding
    reached = delta.floor_mean
    if reached is None and finding.state in ("regressed", "invalid"):
        return finding
    if reached is None and delta.drawn < 1.0:
        # A part of the cases says little of a score that was promised for all of them.
        return replace(finding, state="inconclusive", tags=("undrawn",))
    if reached is None:
        return replace(finding, state="inconclusive", tags=("missing",), blocks=True)
    below = reached < floor if delta.metric.better == "higher" else reached > floor
    if below and abs(reached - floor) > 1e-12:
        return replace(finding, state="below_floor", tags=finding.tags)
    if finding.policy.margin is None and finding.state == "not_judged":
        return replace(finding, state="within_margin", tags=("floor",))
    return finding


def _doubt_blocks(policy: Policy, profile: Profile) -> bool:
    doubt = policy.on_inconclusive or profile.on_inconclusive
    # Nothing is left to extend here, so the profile decides; one that says `extend` itself blocks.
    doubt = profile.on_inconclusive if doubt == "extend" else doubt
    return doubt != "pass_with_warning"


def _explained(
    finding: Finding,
    profile: Profile,
    comparison: Comparison,
    slices: Sequence[SliceFinding],
) -> Finding:
    gate = finding.policy.role == "gate"
    blocks = gate and (
        finding.blocks
        or finding.state in ("regressed", "below_floor")
        or (finding.state == "inconclusive" and _doubt_blocks(finding.policy, profile))
    )
    if finding.state == "below_floor":
        why = explain_floor(finding)
    elif "missing" in finding.tags:
        why = explain_missing(finding, comparison)
    elif "undrawn" in finding.tags:
        why = "The floor is judged when all cases are drawn, and the run stopped before."
    elif "slice" in finding.tags:
        own = [found for found in slices if found.metric == finding.metric and found.blocks]
        why = explain_sliced(finding, own[0])
    else:
        why = explain(finding) + _flips(finding, comparison)
    if finding.delta is not None:
        why += explain_failures(finding.policy, finding.delta)
    return replace(finding, why=why, blocks=blocks)


def _flips(finding: Finding, comparison: Comparison) -> str:
    """How many cases flipped each way, where the finding is one of scores."""
    delta = finding.delta
    if delta is None or finding.state == "not_judged":
        return ""
    states = Counter(pair.states.get(finding.metric) for pair in comparison.cases)
    clustered = delta.clusters is not None
    return explain_flips(states["broken"], states["fixed"], clustered=clustered)


def _absent(policy: Policy, comparison: Comparison) -> Finding:
    why = explain_absence(policy.metric, comparison)
    gate = policy.role == "gate"
    return Finding(
        metric=policy.metric, state="invalid", why=why, policy=policy, delta=None, blocks=gate
    )
