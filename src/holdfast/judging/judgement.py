"""Judgement: each metric's change beside its policy gives a finding."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from holdfast.comparison import Comparison, Delta
from holdfast.judging.advice import advise
from holdfast.judging.finding import Finding
from holdfast.judging.sentences import explain, explain_absence, explain_floor, explain_missing
from holdfast.policy import Policy, Profile
from holdfast.stats.contingency import fisher_two_sided
from holdfast.stats.multiplicity import holm

__all__ = ["judge"]

_FEWEST_FOR_BOUNDS = 20
"""Below this many cases (or clusters) the bounds of a mean carry no claim of safety."""
_NOISIEST = 2.0
"""Noise floor, in margins, above which a doubt about seconds says nothing of the system."""
_TOLERATED_LOSS = 0.02
_UNEVEN_LOSS = 0.01


def judge(
    comparison: Comparison, policies: Sequence[Policy], *, profile: Profile
) -> tuple[Finding, ...]:
    """A finding for every policy.

    Each metric is judged twice where scores are lost: on the pairs that are there, and with every
    lost score counted against the candidate. Where only the second says `regressed`, the missing
    scores could hide it, and the finding blocks whatever the profile.
    """
    deltas = {delta.metric.label: delta for delta in comparison.deltas}
    nominal = _states(policies, deltas)
    worst = _states(policies, {key: delta.worst or delta for key, delta in deltas.items()})
    findings: list[Finding] = []
    for policy in policies:
        delta = deltas.get(policy.metric)
        if delta is None:
            findings.append(_absent(policy, comparison))
            continue
        finding = _merge(nominal[policy.metric], worst[policy.metric], delta)
        finding = replace(_floored(finding, delta), plan=advise(finding, policies))
        findings.append(_explained(finding, profile))
    return tuple(findings)


def _states(policies: Sequence[Policy], deltas: Mapping[str, Delta]) -> dict[str, Finding]:
    gated = [policy for policy in policies if policy.role == "gate" and policy.metric in deltas]
    tested = [policy for policy in gated if policy.margin is not None]
    worse = holm([deltas[policy.metric].p_worse for policy in tested])
    better = holm([deltas[policy.metric].p_better for policy in tested])
    labels = [policy.metric for policy in tested]
    adjusted = dict(zip(labels, zip(worse, better, strict=True), strict=True))
    found: dict[str, Finding] = {}
    for policy in policies:
        delta = deltas.get(policy.metric)
        if delta is not None:
            p_values = adjusted.get(policy.metric, (delta.p_worse, delta.p_better))
            found[policy.metric] = _state(policy, delta, *p_values)
    return found


def _state(policy: Policy, delta: Delta, p_worse: float, p_better: float) -> Finding:
    finding = Finding(
        metric=policy.metric,
        state="not_judged",
        policy=policy,
        delta=delta,
        p_worse=p_worse,
        p_better=p_better,
    )
    if policy.margin is None or policy.role == "info":
        return finding
    few = delta.method == "shrunk-t" and (delta.clusters or delta.pairs) < _FEWEST_FOR_BOUNDS
    safe = delta.low > -policy.margin and not few
    if delta.method == "identical":
        return replace(finding, state="within_margin", tags=("identical",))
    if p_worse <= policy.alpha and not safe:
        tags = ("beyond_margin",) if delta.high < -policy.margin else ()
        return replace(finding, state="regressed", tags=tags)
    if safe and p_better <= policy.alpha:
        return replace(finding, state="improved")
    if safe:
        tags = ("small_real_drop",) if p_worse <= policy.alpha else ()
        return replace(finding, state="within_margin", tags=tags)
    if delta.timing is not None and delta.timing.floor > _NOISIEST * policy.margin:
        blocks = policy.role == "gate"
        return replace(finding, state="invalid", tags=("noise",), blocks=blocks)
    tags = ("few_cases",) if few else ()
    if delta.p_worse <= policy.alpha < p_worse:
        tags = (*tags, "multiplicity")
    return replace(finding, state="inconclusive", tags=tags)


def _merge(nominal: Finding, worst: Finding, delta: Delta) -> Finding:
    """The finding after lost scores are taken into account."""
    if delta.worst is None or nominal.state == worst.state or nominal.state == "regressed":
        return nominal
    if worst.state == "regressed":
        blocks = nominal.policy.role == "gate"
        return replace(nominal, state="inconclusive", tags=("missing",), blocks=blocks)
    if nominal.state == "improved" and worst.state == "within_margin":
        return replace(nominal, state="within_margin")
    if _lost_matters(delta):
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
    if reached is None and delta.drawn < 1.0:
        # A part of the cases says little of a score that was promised for all of them.
        undrawn = replace(finding, state="inconclusive", tags=("undrawn",))
        return finding if finding.state == "regressed" else undrawn
    if reached is None:
        return replace(finding, state="inconclusive", tags=("missing",), blocks=True)
    below = reached < floor if delta.metric.better == "higher" else reached > floor
    if below and abs(reached - floor) > 1e-12:
        return replace(finding, state="below_floor", tags=finding.tags)
    if finding.policy.margin is None and finding.state == "not_judged":
        return replace(finding, state="within_margin", tags=("floor",))
    return finding


def _explained(finding: Finding, profile: Profile) -> Finding:
    doubt = finding.policy.on_inconclusive or profile.on_inconclusive
    # Nothing is left to extend here, so the profile decides; one that says `extend` itself blocks.
    doubt = profile.on_inconclusive if doubt == "extend" else doubt
    gate = finding.policy.role == "gate"
    blocks = gate and (
        finding.blocks
        or finding.state in ("regressed", "below_floor")
        or (finding.state == "inconclusive" and doubt != "pass_with_warning")
    )
    if finding.state == "below_floor":
        why = explain_floor(finding)
    elif "missing" in finding.tags:
        why = explain_missing(finding)
    elif "undrawn" in finding.tags:
        why = "The floor is judged when all cases are drawn, and the run stopped before."
    else:
        why = explain(finding)
    return replace(finding, why=why, blocks=blocks)


def _absent(policy: Policy, comparison: Comparison) -> Finding:
    why = explain_absence(policy.metric, comparison)
    gate = policy.role == "gate"
    return Finding(
        metric=policy.metric, state="invalid", why=why, policy=policy, delta=None, blocks=gate
    )
