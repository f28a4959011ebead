"""Next step: what to do about a verdict, in a sentence."""

from collections.abc import Sequence

from holdfast.comparison import Comparison
from holdfast.judging.absence import fill_in
from holdfast.judging.finding import Finding, SliceFinding

__all__ = ["next_step"]

_LOOKS = {
    "broken": "Look at the cases that newly fail",
    "worse": "Look at the cases that got worse",
    "flaky": "Look at the cases that turned flaky",
}

_GATE_ONE = 'To let a loss fail the build, give the policy of what matters role="gate".'


def next_step(
    comparison: Comparison,
    findings: Sequence[Finding],
    problems: Sequence[str],
    *,
    slices: Sequence[SliceFinding] = (),
) -> str:
    """What to do now; empty where there is nothing to do."""
    gates = [finding for finding in findings if finding.policy.role == "gate"]
    red = [finding for finding in gates if finding.state in ("regressed", "below_floor")]
    if red and all(finding.state == "below_floor" and _lacking(finding) for finding in red):
        return f"{_fill_in(comparison, red)} Each missing score counts as the worst one in a floor."
    if red:
        return _mend(comparison, red)
    if problems:
        return "Mend what is named above; until then there is no verdict."
    missing = [finding for finding in gates if "missing" in finding.tags]
    if missing:
        return _fill_in(comparison, missing)
    if any(finding.state == "inconclusive" for finding in gates):
        return "Add cases or trials as each metric says, or accept a wider margin on purpose."
    if not gates:
        watched = any(finding.policy.role == "monitor" for finding in findings)
        return _GATE_ONE if watched else "Write a policy with a margin for what matters."
    lost = next((found for found in slices if found.adverse), None)
    if lost is not None:
        return f"Look at the cases {lost.words}: they lost more than chance explains."
    return ""


def _lacking(finding: Finding) -> bool:
    """Whether the scores that are there reach the floor, and those that are not may be why."""
    delta, floor = finding.delta, finding.policy.floor
    if delta is None or floor is None or not delta.lost.candidate + delta.lost.both:
        return False
    mean = delta.candidate_mean
    return mean >= floor if delta.metric.better == "higher" else mean <= floor


def _fill_in(comparison: Comparison, findings: Sequence[Finding]) -> str:
    lost = [finding.delta.lost for finding in findings if finding.delta is not None]
    steps = [fill_in(comparison, one) for one in lost]
    return max(steps, key=len, default="Run again to fill in the missing scores.")


def _mend(comparison: Comparison, red: Sequence[Finding]) -> str:
    """Where to look first, and what to do if the loss is wanted."""
    again = "import its scores again" if comparison.candidate.provenance.imported else "run again"
    way_out = "if the loss is wanted, accept the candidate as the new baseline"
    if any(finding.state == "below_floor" for finding in red):
        way_out = "if so little is enough, change the floor on purpose"
    return f"{_first_look(comparison, red)}, mend the candidate and {again}; {way_out}."


def _first_look(comparison: Comparison, red: Sequence[Finding]) -> str:
    metrics = [finding.metric for finding in red]
    states = {pair.states.get(metric) for pair in comparison.cases for metric in metrics}
    found = next((text for state, text in _LOOKS.items() if state in states), None)
    if found is not None:
        return found
    if any(finding.state == "below_floor" for finding in red):
        return "Look at the cases with the worst scores"
    # Seconds, tokens and money differ in every case, so that no single one is to blame.
    lower = all(f.delta is not None and f.delta.metric.better == "lower" for f in red)
    return f"Find out why {' and '.join(metrics)} {'rose' if lower else 'got worse'}"
