"""Failing: the cases that fail newly, or are newly lost, in a gated metric, the worst first."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.comparison import CasePair, CaseState
from holdfast.gate import Finding, Verdict
from holdfast.judging.numbers import Scale
from holdfast.metric import Failure
from holdfast.record import TrialRecord
from holdfast.report.changed import Changed, ChangedCase, reason_of, subject_of, worst_cases
from holdfast.report.rows import case_scales
from holdfast.report.slice_rows import case_evidence
from holdfast.report.untrusted import one_line
from holdfast.report.wording import CASES, Word

__all__ = ["CaseText", "FailingCase", "also_worse", "case_texts", "failing_cases"]

_NAME = 120
_SUBJECT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingCase:
    """A case beside the gate that says worst of it."""

    pair: CasePair
    state: CaseState
    """`broken`, or `lost` where the candidate lost a score that the baseline has."""
    metric: str
    blocks: bool
    """The gate of that metric blocks."""
    shift: float
    """Change of the score in units of its range or spread; negative is worse."""
    sign: float
    """-1 where a lower score is better, else 1."""
    gates: int
    """In how many gated metrics the case fails newly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseText:
    """A failing case as ready strings on one line each."""

    id: str
    metric: str
    word: Word
    moved: str
    """Scores on both sides, such as `100.0 % → 0.0 %`."""
    evidence: str
    """How often it passed on both sides; empty where it was tried once."""
    subject: str
    """What the case is about; may be empty."""
    why: str
    """Why the candidate got its score; may be empty."""
    more: int
    """In how many further gated metrics the case fails newly."""


@dataclass(frozen=True, slots=True)
class _Gate:
    finding: Finding
    rank: int
    sign: float
    unit: float


def failing_cases(verdict: Verdict) -> tuple[FailingCase, ...]:
    """One entry for each case; first those of gates that block, then by how far they fell.

    A case that both runs lost, or the baseline alone, is not among them, and none is where the
    runs cannot be compared.
    """
    if verdict.problems:
        return ()
    gates = _gates(verdict)
    found: list[tuple[tuple[float, ...], FailingCase]] = []
    for pair in verdict.comparison.cases:
        fallen = [
            _keyed(pair, label, gates[label])
            for label, state in pair.states.items()
            if (state == "broken" or (state == "lost" and _newly_lost(pair, label)))
            and label in gates
        ]
        if fallen:
            key, label = min(fallen)
            found.append((key, _failing(pair, label, gates[label], gates=len(fallen))))
    found.sort(key=lambda item: item[0])
    return tuple(case for _, case in found)


def also_worse(
    failing: tuple[FailingCase, ...], changed: Changed, limit: int
) -> tuple[FailingCase, ...]:
    """The cases that got worst besides the failing ones: lower scores, metrics that only warn."""
    known = {case.pair.case.id for case in failing}
    others = (case for case in worst_cases(changed, limit + len(known)))
    new = [case for case in others if case.pair.case.id not in known][:limit]
    return tuple(
        FailingCase(
            pair=case.pair,
            state=case.state,
            metric=case.metric,
            blocks=False,
            shift=case.shift,
            sign=case.sign,
            gates=1,
        )
        for case in new
    )


def case_texts(cases: tuple[FailingCase, ...], verdict: Verdict) -> tuple[CaseText, ...]:
    """The cases in words."""
    scales = case_scales(verdict)
    findings = {finding.metric: finding for finding in verdict.findings}
    return tuple(_text(case, scales, findings) for case in cases)


def _gates(verdict: Verdict) -> dict[str, _Gate]:
    gates: dict[str, _Gate] = {}
    for rank, finding in enumerate(verdict.findings):
        if finding.policy.role != "gate" or finding.delta is None:
            continue
        bounds = finding.delta.metric.bounds
        unit = bounds[1] - bounds[0] if bounds else finding.delta.spread
        sign = 1.0 if finding.delta.metric.better == "higher" else -1.0
        gates[finding.metric] = _Gate(finding, rank, sign, unit or 1.0)
    return gates


def _newly_lost(pair: CasePair, label: str) -> bool:
    return _lost(pair.candidate, label) and not _lost(pair.baseline, label)


def _lost(trials: tuple[TrialRecord, ...], label: str) -> bool:
    """Whether a trial is missing evidence; a failure of the system is an answer."""
    outcomes = [trial.outcome(label) for trial in trials]
    return not outcomes or any(
        isinstance(outcome, Failure) and outcome.stage != "system" for outcome in outcomes
    )


def _keyed(pair: CasePair, label: str, gate: _Gate) -> tuple[tuple[float, ...], str]:
    lost = pair.states[label] == "lost"
    fell = _shift(pair, label, gate)
    return (float(not gate.finding.blocks), float(lost), fell, float(gate.rank)), label


def _shift(pair: CasePair, label: str, gate: _Gate) -> float:
    before, after = pair.scores.get(label, (None, None))
    return 0.0 if before is None or after is None else gate.sign * (after - before) / gate.unit


def _failing(pair: CasePair, label: str, gate: _Gate, *, gates: int) -> FailingCase:
    return FailingCase(
        pair=pair,
        state=pair.states[label],
        metric=label,
        blocks=gate.finding.blocks,
        shift=_shift(pair, label, gate),
        sign=gate.sign,
        gates=gates,
    )


def _text(
    case: FailingCase, scales: Mapping[str, Scale], findings: Mapping[str, Finding]
) -> CaseText:
    scale = scales.get(case.metric, Scale())
    scores = case.pair.scores.get(case.metric, (None, None))
    shown = ["no score" if value is None else scale.score(value) for value in scores]
    changed = ChangedCase(
        pair=case.pair, state=case.state, metric=case.metric, shift=case.shift, sign=case.sign
    )
    return CaseText(
        id=one_line(case.pair.case.id, _NAME),
        metric=one_line(case.metric, _NAME),
        word=CASES[case.state],
        moved=" → ".join(shown),
        evidence=case_evidence(case.pair, case.metric, findings),
        subject=one_line(subject_of(case.pair), _SUBJECT),
        why=one_line(reason_of(changed), _SUBJECT),
        more=case.gates - 1,
    )
