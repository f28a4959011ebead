"""Driver: makes a run stage by stage, and ends it when its verdict is decided.

Only complete stages are looked at: which call was answered first changes nothing. What a look said
is on disk before the next stage begins, so that an interrupted run goes on with the alpha that is
left to it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from holdfast.comparing.order import drawing_order
from holdfast.options import RunOptions
from holdfast.record import CaseRecord, Run
from holdfast.running.making import Making
from holdfast.sequence import Look, SequentialRecord
from holdfast.sequential.referee import Referee, most_trials
from holdfast.sequential.stages import Stage, stages_of

if TYPE_CHECKING:
    from holdfast.gate import Verdict

__all__ = ["drive"]

_FEW_CASES = 100


def drive(
    candidate: Making, referee: Referee, *, options: RunOptions, baseline: Making | None = None
) -> None:
    """Make the candidate's run, and the baseline's beside it, until the verdict is decided."""
    head = candidate.recording.head
    beside = referee.beside if baseline is None else baseline.recording.head.id
    units = drawing_order(head.cases, seed=options.seed)
    cases = {case.id: case for case in head.cases}
    order = [cases[key] for unit in units for key in unit]
    begun = head.sequence
    repeats = head.repeats if begun is None else begun.repeats
    most = most_trials(referee, repeats=repeats, options=options)
    sequence = SequentialRecord(
        method=options.sequential or "hsd",
        seed=options.seed,
        repeats=repeats,
        most=most,
        looks=() if begun is None else begun.looks,
        beside=beside,
        ended=begun is not None and begun.ended,
    )
    stages = stages_of(
        [len(unit) for unit in units], method=options.sequential, repeats=repeats, most=most
    )
    _note(sequence, candidate, baseline)
    for stage in stages:
        if sequence.ended or _is_past(stage, sequence):
            continue
        for arm in filter(None, (baseline, candidate)):
            arm.session.expect(len(order) * stage.repeats)
            arm.make(_missing(arm, order, stage))
            if arm.session.stopping:
                return
        sequence = _looked(stage, sequence, referee, arms=(candidate, baseline))
        sequence = replace(sequence, ended=sequence.ended or stage is stages[-1])
        _note(sequence, candidate, baseline)
    for arm in filter(None, (baseline, candidate)):
        arm.session.expect(arm.recording.wanted)
    candidate.said = _said(sequence, cases=len(order), options=options)


def _is_past(stage: Stage, sequence: SequentialRecord) -> bool:
    return bool(sequence.looks) and stage.fraction <= sequence.looks[-1].fraction + 1e-12


def _missing(
    arm: Making, order: list[CaseRecord], stage: Stage
) -> Iterator[tuple[CaseRecord, int]]:
    for case in order[: stage.cases]:
        for repeat in range(stage.repeats):
            if not arm.recording.holds(case.id, repeat):
                yield case, repeat


def _looked(
    stage: Stage,
    sequence: SequentialRecord,
    referee: Referee,
    *,
    arms: tuple[Making, Making | None],
) -> SequentialRecord:
    """The sequence with one more look, ended where that decides the verdict."""
    from holdfast.stats.spending import spent

    hsd = sequence.method == "hsd"
    look = Look(
        cases=stage.cases,
        repeats=stage.repeats,
        fraction=stage.fraction,
        spent=round(spent(stage.fraction, 0.5) / 0.5, 9) if hsd else 1.0,
    )
    earlier = sequence.looks
    sequence = replace(sequence, looks=(*earlier, look))
    candidate, baseline = arms
    verdict = referee.judge(
        _so_far(candidate, sequence), None if baseline is None else _so_far(baseline, sequence)
    )
    gates = [finding for finding in verdict.findings if finding.policy.role == "gate"]
    look = replace(
        look,
        outcome=verdict.outcome,
        states={finding.metric: finding.state for finding in gates},
    )
    decided = verdict.outcome in ("pass", "regression") and bool(gates)
    drawn_all = stage.fraction >= sequence.repeats / sequence.most - 1e-12
    given_up = drawn_all and not _wants_more(verdict, referee)
    return replace(sequence, looks=(*earlier, look), ended=decided or given_up)


def _wants_more(verdict: "Verdict", referee: Referee) -> bool:
    """Whether more trials may settle a doubt that asks for them."""
    return verdict.outcome == "inconclusive" and any(
        finding.state == "inconclusive"
        and finding.metric in referee.extends
        and "missing" not in finding.tags
        for finding in verdict.findings
    )


def _so_far(arm: Making, sequence: SequentialRecord) -> Run:
    return replace(arm.recording.run(), sequence=sequence, complete=True)


def _note(sequence: SequentialRecord, candidate: Making, baseline: Making | None) -> None:
    repeats = sequence.looks[-1].repeats if sequence.looks else sequence.repeats
    candidate.recording.note(sequence, repeats=repeats)
    if baseline is not None:
        mirrored = replace(sequence, beside=candidate.recording.head.id)
        baseline.recording.note(mirrored, repeats=repeats)


def _said(sequence: SequentialRecord, *, cases: int, options: RunOptions) -> str:
    if not sequence.ended:
        return ""
    look = sequence.looks[-1]
    decided = look.outcome in ("pass", "regression")
    states = ", ".join(sorted({state.replace("_", " ") for state in look.states.values()}))
    text = f"{'decided' if decided else 'not decided'} after {look.cases} of {cases} cases"
    if look.repeats > sequence.repeats:
        text += f" and {look.repeats} trials of each"
    text += f": {states}" if states else ""
    if options.sequential is not None and cases < _FEW_CASES:
        text += f"; below {_FEW_CASES} cases stopping early saves little"
    return text
