"""Headline: a verdict in one sentence."""

from collections import Counter
from collections.abc import Iterable, Sequence

from holdfast.comparison import Comparison
from holdfast.judging.finding import Finding, SliceFinding
from holdfast.judging.numbers import plural, scale_of
from holdfast.judging.sentences import own_direction
from holdfast.judging.slice_sentences import carrier, slice_scale, that_lost
from holdfast.record import CaseRecord

__all__ = ["headline"]


def headline(
    comparison: Comparison,
    findings: Sequence[Finding],
    problems: Sequence[str],
    *,
    slices: Sequence[SliceFinding] = (),
) -> str:
    """The verdict as a release manager reads it."""
    gates = [finding for finding in findings if finding.policy.role == "gate"]
    bad = [finding for finding in gates if finding.state in ("regressed", "below_floor")]
    if bad:
        parts = "; ".join(f"{finding.metric} {_lost(finding, slices)}" for finding in bad)
        blamed = any(
            found.metric == each.metric and found.adverse for each in bad for found in slices
        )
        worse = _worse_cases(comparison, [finding.metric for finding in bad], blamed=blamed)
        return f"Regressed: {parts}{worse}."
    if problems:
        return f"Invalid: {_without_stop(problems[0])}."
    if not gates:
        return _watched(comparison, findings)
    return f"{_without_stop(_calm(comparison, gates))}{_yet(gates, slices)}."


def _watched(comparison: Comparison, findings: Sequence[Finding]) -> str:
    """The verdict where nothing could fail: what the metrics show that are only watched."""
    watched = [
        finding
        for finding in findings
        if finding.policy.role == "monitor" and finding.state not in ("invalid", "not_judged")
    ]
    if not watched:
        return "Nothing is gated: no metric has a policy that could fail."
    bad = [finding for finding in watched if finding.state in ("regressed", "below_floor")]
    if bad:
        parts = "; ".join(f"{finding.metric} {_short(finding)}" for finding in bad[:2])
        more = f"; and {len(bad) - 2} more" if len(bad) > 2 else ""
        return f"Worse, and nothing is gated: {parts}{more}."
    told = _without_stop(_calm(comparison, watched, role="monitored"))
    return f"Nothing is gated. {told}."


def _calm(comparison: Comparison, gates: Sequence[Finding], *, role: str = "gated") -> str:
    """The verdict where none of these regressed."""
    doubtful = [finding for finding in gates if finding.state == "inconclusive"]
    if doubtful:
        parts = "; ".join(f"{finding.metric} {_short(finding)}" for finding in doubtful)
        return f"Inconclusive: {parts}."
    better = [finding.metric for finding in gates if finding.state == "improved"]
    floors = [finding for finding in gates if "floor" in finding.tags]
    held = [finding for finding in gates if finding not in floors]
    if better:
        rest = f", and no {role} metric lost more than its margin"
        rest = rest if len(held) > len(better) else ""
        return f"Improved: {', '.join(better)}{rest}{_and_reached(floors)}."
    if held and all("identical" in finding.tags for finding in held):
        more = f"{_from_cache(comparison)}{_and_reached(floors)}"
        return f"Unchanged: every answer is identical to the baseline's{more}."
    if held:
        kept = f"{_listed(held, role=role)} stayed within {_their(held)}"
        return f"Not worse: {kept}{_and_reached(floors)}."
    return f"Passed: {_reached(floors)}."


def _reached(floors: Sequence[Finding]) -> str:
    """What is known of gates that have a floor and no margin: nothing of a change."""
    low = all(f.delta is not None and f.delta.metric.better == "lower" for f in floors)
    limit = "ceiling" if low else "floor"
    verb = "reaches its" if len(floors) == 1 else "reach their"
    if low:
        verb = "keeps to its" if len(floors) == 1 else "keep to their"
    return f"{_listed(floors)} {verb} {limit}{'' if len(floors) == 1 else 's'}"


def _and_reached(floors: Sequence[Finding]) -> str:
    return f", and {_reached(floors)}" if floors else ""


def _lost(finding: Finding, slices: Sequence[SliceFinding]) -> str:
    """What a gate lost, and the slice that carries the loss."""
    delta, policy = finding.delta, finding.policy
    own = [found for found in slices if found.metric == finding.metric and found.adverse]
    if delta is None or not own:
        return _short(finding)
    if "slice" in finding.tags:
        return that_lost(own[0], delta, policy)
    most = carrier(own, finding.metric, alpha=policy.alpha)
    if most is None:
        return _short(finding)
    size = slice_scale(most, delta, policy).size(most.estimate)
    cases = plural(most.cases, "case")
    return f"{_short(finding)}, above all on the {cases} {most.words} ({size})"


def _yet(gates: Sequence[Finding], slices: Sequence[SliceFinding]) -> str:
    """The strongest loss in a slice that does not decide the verdict."""
    by_metric = {finding.metric: finding for finding in gates}
    for found in slices:
        gate = by_metric.get(found.metric)
        if found.adverse and gate is not None and gate.delta is not None:
            return f"; yet {found.metric} {that_lost(found, gate.delta, gate.policy)}"
    return ""


def _from_cache(comparison: Comparison) -> str:
    run = comparison.candidate
    hits = run.provenance.cache.hits
    return f" ({hits} of {run.trials} were taken from the cache)" if hits else ""


def _listed(gates: Sequence[Finding], *, role: str = "gated") -> str:
    if len(gates) > 3:
        return f"all {len(gates)} {role} metrics"
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
        text = f"at {scale.score(delta.floor_mean or 0.0)} is {side} of {limit}"
        return text if not delta.lost.candidate else f"{text}, missing scores counted as the worst"
    sure = f"{100 * (1 - 2 * delta.alpha):.0f} % interval"
    low, change, high = own_direction(delta)
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


_VERBS = {
    "broken": ("newly fails", "newly fail"),
    "worse": ("got worse", "got worse"),
    "flaky": ("turned flaky", "turned flaky"),
}
"""What is said of one case, and of several: what was seen, which one trial does not prove."""


def _worse_cases(comparison: Comparison, metrics: Sequence[str], *, blamed: bool) -> str:
    """How many cases newly fail (or got worse) in the metrics, and the tag that most share."""
    found: dict[str, list[CaseRecord]] = {state: [] for state in _VERBS}
    for pair in comparison.cases:
        states = {pair.states.get(metric) for metric in metrics}
        state = next((state for state in found if state in states), None)
        if state is not None:
            found[state].append(pair.case)
    state = next((state for state in found if found[state]), None)
    if state is None:
        return ""
    cases = found[state]
    text = f"; {plural(len(cases), 'case')} {_VERBS[state][len(cases) > 1]}"
    common = _shared_tags(pair.case for pair in comparison.cases if pair.unit)
    if common:
        return f"{text}; all cases are tagged {' and '.join(common)}"
    return text if blamed else text + _telling_tag(comparison, cases)


def _shared_tags(cases: Iterable[CaseRecord]) -> list[str]:
    """The tags that every case carries, where these are few enough to say something."""
    common = None
    for case in cases:
        common = set(case.tags) if common is None else common & set(case.tags)
        if not common:
            return []
    return sorted(common or ())[:2]


def _telling_tag(comparison: Comparison, cases: Sequence[CaseRecord]) -> str:
    everywhere = Counter(tag for pair in comparison.cases for tag in set(pair.case.tags))
    counts = Counter(tag for case in cases for tag in set(case.tags))
    share = len(cases) / len(comparison.cases)
    # A tag is named where it says something: half of the cases, and well above its usual share.
    telling = [
        (count, tag)
        for tag, count in counts.items()
        if 2 * count >= len(cases) > 1 and count > 1.5 * share * everywhere[tag]
    ]
    if not telling:
        return ""
    count, tag = max(telling)
    return f", {count} of them tagged {tag}"


def _without_stop(text: str) -> str:
    return text[:-1] if text.endswith(".") else text
