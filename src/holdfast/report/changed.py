"""Changed: the cases that differ between the runs, the most important first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.comparison import CasePair, CaseState
from holdfast.gate import Verdict
from holdfast.metric import Failure
from holdfast.report.untrusted import as_text

__all__ = [
    "ORDER",
    "Changed",
    "ChangedCase",
    "changed_cases",
    "doubt_of",
    "reason_of",
    "subject_of",
    "worst_cases",
]

ORDER: tuple[CaseState, ...] = (
    "broken",
    "worse",
    "fixed",
    "better",
    "flaky",
    "lost",
    "edited",
    "added",
    "removed",
    "quarantined",
)
"""The order in which a report lists its cases."""

# A case that one metric calls fixed and another lost is lost: bad news wins.
_PRECEDENCE: dict[CaseState, int] = {
    "broken": 0,
    "worse": 1,
    "lost": 2,
    "fixed": 3,
    "better": 4,
    "flaky": 5,
    "edited": 6,
    "added": 7,
    "removed": 8,
    "quarantined": 9,
    "same": 10,
}
_ADVERSE: frozenset[CaseState] = frozenset(("broken", "worse", "lost"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCase:
    """A case with the one word that sums up what happened to it."""

    pair: CasePair
    state: CaseState
    metric: str
    """The metric that decided the state; empty where there is none."""
    shift: float
    """Change of that metric in units of its range or spread; negative is worse."""
    sign: float = 1.0
    """-1 where a lower score of that metric is better, else 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """All cases that differ, in reporting order, and those that do not."""

    cases: tuple[ChangedCase, ...]
    counts: Mapping[CaseState, int]
    same: tuple[ChangedCase, ...]
    """The cases that do not differ, in the order of the comparison."""

    @property
    def unchanged(self) -> int:
        """Number of cases that do not differ."""
        return len(self.same)

    def allotted(self, limit: int) -> tuple[ChangedCase, ...]:
        """At most `limit` cases in reporting order; no state is crowded out by another."""
        share = limit // len(ORDER)
        kept = {state: min(self.counts.get(state, 0), share) for state in ORDER}
        for state in ORDER:
            room = limit - sum(kept.values())
            kept[state] += min(room, self.counts.get(state, 0) - kept[state])
        chosen: list[ChangedCase] = []
        for case in self.cases:
            if kept[case.state] > 0:
                kept[case.state] -= 1
                chosen.append(case)
        return tuple(chosen)


@dataclass(frozen=True, slots=True)
class _Ruler:
    sign: float
    unit: float
    rank: int


def changed_cases(verdict: Verdict) -> Changed:
    """The cases that changed in a judged metric, or in any metric where none is judged."""
    rulers = _rulers(verdict)
    comparison = verdict.comparison
    listed: dict[str, CaseState] = {
        **dict.fromkeys(comparison.edited, "edited"),
        **dict.fromkeys(comparison.added, "added"),
        **dict.fromkeys(comparison.removed, "removed"),
        **dict.fromkeys(comparison.quarantined, "quarantined"),
    }
    found: list[ChangedCase] = []
    same: list[ChangedCase] = []
    for pair in comparison.cases:
        case = _changed(pair, rulers, listed.get(pair.case.id, "same"))
        (same if case.state == "same" else found).append(case)
    ranks = {label: ruler.rank for label, ruler in rulers.items()}
    found.sort(
        key=lambda case: (
            ORDER.index(case.state),
            ranks.get(case.metric, len(ranks)),
            -abs(case.shift),
        )
    )
    return Changed(
        cases=tuple(found),
        counts=Counter(case.state for case in found),
        same=tuple(same),
    )


def worst_cases(changed: Changed, limit: int) -> tuple[ChangedCase, ...]:
    """The cases that got worst: broken, then worse, then lost, then flaky ones that lost."""
    adverse = [case for case in changed.cases if case.state in _ADVERSE]
    adverse += [case for case in changed.cases if case.state == "flaky" and case.shift < 0]
    return tuple(adverse[:limit])


def doubt_of(changed: Changed, verdict: Verdict) -> str:
    """What single trials leave open of the cases that flipped, in a sentence; may be empty."""
    comparison = verdict.comparison
    flipped = changed.counts.get("broken", 0) + changed.counts.get("fixed", 0)
    if not flipped or min(comparison.baseline.repeats, comparison.candidate.repeats) > 1:
        return ""
    return "One trial of a case cannot tell whether it broke or is flaky; repeat the cases to know."


def subject_of(pair: CasePair) -> str:
    """What a case is about: its input, else its tags; empty where neither is known."""
    if pair.case.input is None:
        return ", ".join(pair.case.tags)
    return as_text(pair.case.input)


def reason_of(case: ChangedCase) -> str:
    """Why the candidate's worst trial got its score, or failed; empty where nobody said."""
    reasons: list[tuple[float, str]] = []
    for trial in case.pair.candidate:
        outcome = trial.outcome(case.metric)
        if isinstance(outcome, Failure):
            return f"{outcome.stage} failure: {outcome.error}"
        reasons.append((case.sign * outcome.value, outcome.why))
    return min(reasons, default=(0.0, ""))[1]


def _rulers(verdict: Verdict) -> dict[str, _Ruler]:
    """Orientation, unit and importance of each metric that can make a case a changed one."""
    rulers: dict[str, _Ruler] = {}
    judged = [finding for finding in verdict.findings if finding.policy.role != "info"]
    for rank, finding in enumerate(judged or verdict.findings):
        delta, unit, sign = finding.delta, 1.0, 1.0
        if delta is not None:
            sign = 1.0 if delta.metric.better == "higher" else -1.0
            bounds = delta.metric.bounds
            unit = bounds[1] - bounds[0] if bounds else delta.spread
        rulers[finding.metric] = _Ruler(sign, unit or 1.0, rank)
    return rulers


def _changed(pair: CasePair, rulers: Mapping[str, _Ruler], otherwise: CaseState) -> ChangedCase:
    best = (_PRECEDENCE["same"], 0, 0.0)
    state, label = otherwise, ""
    for metric, metric_state in pair.states.items():
        ruler = rulers.get(metric)
        if metric_state == "same" or (ruler is None and rulers):
            continue
        ruler = ruler or _Ruler(1.0, 1.0, 0)
        shift = _shift(pair, metric, ruler)
        key = (_PRECEDENCE[metric_state], ruler.rank, -abs(shift))
        if key < best:
            best, state, label = key, metric_state, metric
    ruler = rulers.get(label, _Ruler(1.0, 1.0, 0))
    shift = _shift(pair, label, ruler)
    return ChangedCase(pair=pair, state=state, metric=label, shift=shift, sign=ruler.sign)


def _shift(pair: CasePair, metric: str, ruler: _Ruler) -> float:
    before, after = pair.scores.get(metric, (None, None))
    if before is None or after is None:
        return 0.0
    return ruler.sign * (after - before) / ruler.unit
