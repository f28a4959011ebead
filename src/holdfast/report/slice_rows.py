"""Slice rows: what was found in slices of the cases, as ready strings for every renderer."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.comparing.cases import evidence_of
from holdfast.comparison import CasePair, Delta
from holdfast.gate import Finding, SliceFinding, Verdict
from holdfast.judging import numbers
from holdfast.judging.slice_sentences import slice_scale
from holdfast.policy import Policy
from holdfast.report.untrusted import one_line
from holdfast.report.wording import SLICES, Word

__all__ = ["SliceRow", "case_evidence", "slice_heading", "slice_rows"]

_SHOWN = 12
_NAME = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow:
    """One metric on the cases of one slice."""

    name: str
    metric: str
    state: Word
    note: str
    """`blocks` or `tolerated`, else empty."""
    cases: str
    change: str
    """Candidate less baseline, in the metric's own direction."""
    interval: str
    others: str
    """The same change on all other cases."""
    p_value: str
    """Adjusted over all slices and metrics that were searched."""


def slice_rows(verdict: Verdict) -> tuple[SliceRow, ...]:
    """One row for each slice that was found or nearly so, in the verdict's order."""
    findings = {finding.metric: finding for finding in verdict.findings}
    rows: list[SliceRow] = []
    for found in verdict.slices[:_SHOWN]:
        finding = findings.get(found.metric)
        if finding is not None and finding.delta is not None:
            rows.append(_row(found, finding.delta, finding.policy))
    return tuple(rows)


def slice_heading(verdict: Verdict) -> str:
    """How many slices were searched and how many of the rows are not shown; may be empty."""
    if not verdict.slices:
        return ""
    searched = numbers.plural(max(found.searched for found in verdict.slices), "slice")
    more = len(verdict.slices) - _SHOWN
    rest = f"; {numbers.count(more)} more in the JSON form" if more > 0 else ""
    return f"{searched} searched{rest}"


def _row(found: SliceFinding, delta: Delta, policy: Policy) -> SliceRow:
    scale = slice_scale(found, delta, policy)
    sign = 1.0 if delta.metric.better == "higher" else -1.0
    low, high = sorted((sign * found.low, sign * found.high))
    return SliceRow(
        name=one_line(found.name, _NAME),
        metric=one_line(found.metric, _NAME),
        state=SLICES[found.state],
        note="blocks" if found.blocks else "tolerated" if found.tolerated else "",
        cases=numbers.count(found.cases),
        change=scale.change(sign * found.estimate),
        interval=scale.interval(low, high),
        others=scale.change(sign * found.others),
        p_value=numbers.p_value(found.p_value, alpha=policy.alpha),
    )


def case_evidence(pair: CasePair, metric: str, findings: Mapping[str, Finding]) -> str:
    """How often a case passed on both sides, where it was tried more than once; may be empty.

    Says too where the case is known to be flaky.
    """
    finding = findings.get(metric)
    parts: list[str] = []
    if finding is not None and finding.delta is not None:
        found = evidence_of(pair, finding.delta.metric)
        if found is not None and found.p_value is not None:
            before, after = found.baseline, found.candidate
            parts.append(f"{before[0]} of {before[1]} → {after[0]} of {after[1]}")
            parts.append(numbers.p_value(found.p_value))
    if pair.flake_rate:
        share = f"{100 * pair.flake_rate:.0f} %"
        parts.append(f"known to be flaky: {share} of pairs of its earlier trials disagree")
    return ", ".join(parts)
