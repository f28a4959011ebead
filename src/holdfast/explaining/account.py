"""Account: a finding, step by step, with the numbers that went into it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from holdfast.comparison import Delta
from holdfast.errors import UsageError
from holdfast.explaining.sources import ADJUSTMENTS, BOUNDS, way_of_test
from holdfast.gate import Finding, Verdict
from holdfast.judging.numbers import Scale, p_value, plural, scale_of

__all__ = ["Step", "account"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from the scores to the state."""

    title: str
    result: str
    """What came out, in words and numbers."""
    formula: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    """Names and values of what went in."""
    source: str = ""
    """The paper or document that the step follows."""


def account(verdict: Verdict, metric: str) -> tuple[Step, ...]:
    """How the finding of a metric came about, from the pairs of cases to the state.

    Raises:
        UsageError: the verdict says nothing of the metric.
    """
    found = [finding for finding in verdict.findings if finding.metric == metric]
    if not found:
        known = ", ".join(finding.metric for finding in verdict.findings) or "none"
        raise UsageError(f"the verdict says nothing of {metric!r} (it judges: {known})")
    finding = found[0]
    delta = finding.delta
    if delta is None:
        return (Step(title="State", result=f"{finding.state}: {finding.why}"),)
    scale = scale_of(delta, margin=finding.policy.margin)
    steps = [_evidence(verdict, delta), _change(delta, scale), _test(delta)]
    steps += [_adjusted(verdict, finding), _bounds(delta, scale)]
    steps += _allowances(finding, delta, scale)
    return (*steps, _rule(finding, delta, scale), *_advice(finding, scale))


def _evidence(verdict: Verdict, delta: Delta) -> Step:
    comparison = verdict.comparison
    inputs = [
        ("baseline", f"{comparison.baseline.id} ({comparison.baseline.system.label})"),
        ("candidate", f"{comparison.candidate.id} ({comparison.candidate.system.label})"),
        ("cases that both hold", str(delta.matched)),
        ("trials of a case, at most", f"{delta.trials[0]} and {delta.trials[1]}"),
    ]
    if delta.clusters is not None:
        inputs.append(("clusters, which are the units", str(delta.clusters)))
    for word in ("added", "removed", "edited"):
        ids: tuple[str, ...] = getattr(comparison, word)
        if ids:
            inputs.append((f"cases {word}, left out", str(len(ids))))
    if delta.timing is not None:
        inputs.append(("requests of each system", str(delta.timing.requests)))
        inputs.append(("interleaved blocks", str(delta.timing.blocks)))
    return Step(
        title="Evidence",
        result=f"{plural(delta.pairs, 'case')} with a score on both sides",
        formula="cases are paired by id and content; trials are averaged inside their case",
        inputs=tuple(inputs),
        source="Miller 2024, arXiv:2411.00640, section 4",
    )


def _change(delta: Delta, scale: Scale) -> Step:
    inputs = [
        ("baseline", scale.score(delta.baseline_mean)),
        ("candidate", scale.score(delta.candidate_mean)),
        ("better", f"{delta.metric.better} scores; the change is turned so that plus is better"),
    ]
    if delta.paired is not None:
        signs = np.sign(np.round(delta.paired.changes, 12))
        counts = [int((signs == sign).sum()) for sign in (-1, 1, 0)]
        inputs.append(("cases worse, better, equal", "{}, {}, {}".format(*counts)))
    formula = "mean over the cases of (candidate's mean - baseline's mean)"
    if delta.timing is not None:
        formula = f"{delta.timing.name} of the candidate / {delta.timing.name} of the baseline - 1"
    elif delta.scale == "ratio":
        formula = "total of the candidate / total of the baseline - 1"
    if delta.corrected is not None:
        alone = scale.change(delta.corrected.estimate)
        inputs.append(("the judge alone says", alone))
        inputs.append(("cases with human labels", str(delta.corrected.labelled)))
    return Step(
        title="Change",
        result=scale.change(delta.estimate),
        formula=formula,
        inputs=tuple(inputs),
    )


def _test(delta: Delta) -> Step:
    inputs = (
        ("p that luck alone looks as bad", _exact(delta.p_worse)),
        ("p that luck alone looks as good", _exact(delta.p_better)),
    )
    way = way_of_test(delta.test)
    looks = "; it allows for every look at the run" if delta.sequential else ""
    return Step(
        title="Test",
        result=f"{p_value(delta.p_worse, alpha=delta.alpha)} for worse, by {delta.test}",
        formula=way.formula + looks,
        inputs=inputs,
        source=way.source,
    )


def _adjusted(verdict: Verdict, finding: Finding) -> Step:
    way = ADJUSTMENTS[finding.adjustment]
    role = finding.policy.role
    family = [
        other.metric
        for other in verdict.findings
        if other.policy.role == role and other.delta is not None and other.policy.margin is not None
    ]
    return Step(
        title="Among the other metrics",
        result=f"{p_value(finding.p_worse, alpha=finding.policy.alpha)} for worse, {way.name}",
        formula=way.formula,
        inputs=(
            ("judged together", ", ".join(family) or finding.metric),
            ("adjusted p for worse", _exact(finding.p_worse)),
            ("adjusted p for better", _exact(finding.p_better)),
        ),
        source=way.source,
    )


def _bounds(delta: Delta, scale: Scale) -> Step:
    way = BOUNDS[delta.method]
    return Step(
        title="Bounds",
        result=f"{scale.interval(delta.low, delta.high)}, by {way.name}",
        formula=way.formula,
        inputs=(
            ("level of each bound", f"{100 * (1 - delta.alpha):.6g} %"),
            ("spread of one case's change", scale.size(delta.spread)),
        ),
        source=way.source,
    )


def _allowances(finding: Finding, delta: Delta, scale: Scale) -> Iterable[Step]:
    """What besides the cases that were scored has a say."""
    if delta.lost.total:
        worst = delta.worst and scale.interval(delta.worst.low, delta.worst.high)
        lack = "lacks" if delta.lost.total == 1 else "lack"
        yield Step(
            title="Lost scores",
            result=f"{plural(delta.lost.total, 'case')} {lack} a score in at least one trial",
            formula="each lost score is counted as the candidate's worst or the baseline's best",
            inputs=(("bounds with them", worst or "none: the score has no range"),),
        )
    if delta.timing is not None and delta.timing.floor:
        yield Step(
            title="Noise floor",
            result=f"{100 * delta.timing.floor:.1f} %",
            formula="what two halves of the baseline differ by, at most, in 95 of 100 comparisons",
        )
    floor = finding.policy.floor
    if floor is not None and delta.floor_mean is not None:
        yield Step(
            title="Floor",
            result=f"{scale.score(delta.floor_mean)} against {scale.score(floor)}",
            formula="mean of all the candidate's cases, each lost score counted as the worst one",
        )


def _rule(finding: Finding, delta: Delta, scale: Scale) -> Step:
    policy = finding.policy
    inputs: list[tuple[str, str]] = []
    if policy.margin is not None:
        worse = finding.p_worse <= policy.alpha
        safe = delta.low > -policy.margin
        inputs += [
            ("worse than luck explains", f"{_word(worse)} (adjusted p against {policy.alpha:g})"),
            (
                "a loss of the margin is ruled out",
                f"{_word(safe)} ({scale.change(delta.low)} against {scale.change(-policy.margin)})",
            ),
        ]
    if finding.tags:
        inputs.append(("with", ", ".join(finding.tags)))
    return Step(
        title="State",
        result=f"{finding.state}: {finding.why}",
        formula=(
            "worse, not ruled out, and all of the interval a loss or the loss beyond the margin: "
            "regressed; ruled out and better than luck: improved; ruled out: within_margin; else "
            "inconclusive"
        ),
        inputs=tuple(inputs),
    )


def _advice(finding: Finding, scale: Scale) -> Iterable[Step]:
    plan = finding.plan
    if plan is None:
        return
    wants = (
        ("more cases", plan.more_cases),
        ("baseline trials of each case", plan.baseline_trials),
        ("trials of each case in both", plan.candidate_trials),
    )
    yield Step(
        title="What would decide it",
        result=f"today this suite resolves {scale.size(plan.resolvable)}",
        formula=(
            "the margin that an unchanged candidate clears with the policy's power; planned at no "
            "change, never at the change that was seen"
        ),
        inputs=tuple((name, str(value)) for name, value in wants if value is not None),
        source="Miller 2024, arXiv:2411.00640, section 5",
    )


def _word(yes: bool) -> str:  # noqa: FBT001  # the word for a truth value
    return "yes" if yes else "no"


def _exact(value: float) -> str:
    return f"{value:.6g}"
