"""Drawing: which cases a person sees, which answer of each, and which comes first."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from holdfast.digest import digest_json
from holdfast.errors import UsageError
from holdfast.record import CaseRecord, Run, TrialRecord
from holdfast.reviewing.judgement import Arm, Kind, Sampling, Shown

__all__ = ["Draw", "Item", "Plan", "draw"]

_Answer: TypeAlias = tuple[Shown, TrialRecord]

_BLOCK = 4
"""Pairs in which each order stands equally often."""
_WINDOW = 10
"""Cases whose answers are mixed: whoever stops early has labelled most cases in both runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a person is asked, and about how many cases."""

    kind: Kind
    reviewer: str
    cases: int
    """Cases to draw at most."""
    seed: int = 0
    metric: str = ""
    """Label of the metric that judges the same thing; empty where none does."""
    filter: tuple[str, ...] = ()
    """What the cases were chosen by, in words; empty for a random sample of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question put to a person."""

    case: CaseRecord
    shown: tuple[Shown, ...]
    answers: tuple[TrialRecord, ...]
    """What is shown, in its order; one where a single answer is labelled."""
    identical: bool
    """Both runs answered the same."""
    sampling: Sampling


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """All questions of one review, in their order."""

    plan: Plan
    items: tuple[Item, ...]
    frame: int
    """Cases that could have been drawn."""
    drawn: int


def draw(
    baseline: Run,
    candidate: Run,
    plan: Plan,
    *,
    chosen: Callable[[CaseRecord], bool] | None = None,
) -> Draw:
    """The questions of a review, the same for the same runs, plan and seed.

    Cases come in a random order that does not depend on the person, on scores, or on how many are
    wanted: more of them go on where fewer ended, and each beginning is a random sample. Which
    answer of a pair is A is drawn anew for each person, equally often each.

    Args:
        baseline: one run.
        candidate: another run of the same cases.
        plan: what is asked.
        chosen: whether a case is looked at at all; None takes every case.

    Raises:
        UsageError: no case was answered in both runs.
    """
    answers = {"baseline": _answers(baseline), "candidate": _answers(candidate)}
    frame = _frame(baseline, candidate, answers, chosen)
    if not frame:
        why = f" that is {' and '.join(plan.filter)}" if plan.filter else ""
        raise UsageError(
            f"runs {baseline.id!r} and {candidate.id!r} share no case{why} that both answered; "
            "there is nothing to review"
        )
    _dice("cases", plan.seed).shuffle(frame)
    names: dict[Arm, str] = {"baseline": baseline.id, "candidate": candidate.id}
    wanted = frame[: plan.cases]
    sampling = Sampling(
        plan=_plan_digest(plan, names, frame),
        seed=plan.seed,
        frame=len(frame),
        drawn=len(wanted),
        place=0,
        filter=plan.filter,
    )
    items = list(_all_items(wanted, names, answers=answers, plan=plan, sampling=sampling))
    mixed = _mixed(items, plan) if plan.kind == "answer" else items
    return Draw(plan=plan, items=tuple(mixed), frame=len(frame), drawn=len(wanted))


def _all_items(
    cases: Sequence[CaseRecord],
    names: Mapping[Arm, str],
    *,
    answers: Mapping[str, Mapping[str, Sequence[TrialRecord]]],
    plan: Plan,
    sampling: Sampling,
) -> Iterator[Item]:
    """The questions about the drawn cases, in their order."""
    orders = _orders(plan)
    for place, case in enumerate(cases):
        shown: list[_Answer] = []
        for arm, name in names.items():
            trial = _one_of(answers[arm][case.id], plan.seed, case.id)
            shown.append((_shown(arm, name, trial), trial))
        identical = shown[0][0].output == shown[1][0].output
        if not identical and next(orders):
            shown.reverse()
        yield from _items(case, shown, sampling=replace(sampling, place=place), kind=plan.kind)


def _frame(
    baseline: Run,
    candidate: Run,
    answers: Mapping[str, Mapping[str, object]],
    chosen: Callable[[CaseRecord], bool] | None,
) -> list[CaseRecord]:
    digests = {case.id: case.digest for case in baseline.cases}
    return [
        case
        for case in candidate.cases
        if digests.get(case.id) == case.digest
        and all(case.id in found for found in answers.values())
        and (chosen is None or chosen(case))
    ]


def _plan_digest(plan: Plan, names: dict[Arm, str], frame: Sequence[CaseRecord]) -> str:
    """What two sessions must share to be one: not the number of cases, so that it may grow."""
    cases = sorted((case.id, case.digest) for case in frame)
    parts = [plan.kind, plan.metric, plan.seed, list(plan.filter), [list(one) for one in cases]]
    return digest_json([*parts, names["baseline"], names["candidate"]])


def _dice(*parts: object) -> random.Random:
    return random.Random("\0".join(map(str, ("review", *parts))))  # noqa: S311  # an order, no secret


def _answers(run: Run) -> dict[str, list[TrialRecord]]:
    found: dict[str, list[TrialRecord]] = {}
    for trial in run.trials:
        if trial.response is not None:
            found.setdefault(trial.case_id, []).append(trial)
    return found


def _one_of(trials: Sequence[TrialRecord], seed: int, case_id: str) -> TrialRecord:
    return _dice("trial", seed, case_id).choice(sorted(trials, key=lambda trial: trial.repeat))


def _orders(plan: Plan) -> Iterator[bool]:
    """Whether the candidate comes first: random, and each order as often in every block."""
    dice = _dice("order", plan.seed, plan.reviewer)
    while True:
        block = [False, True] * (_BLOCK // 2)
        dice.shuffle(block)
        yield from block


def _shown(arm: Arm, run: str, trial: TrialRecord) -> Shown:
    return Shown(arm=arm, run=run, output=trial.output_digest or "", repeat=trial.repeat)


def _items(
    case: CaseRecord, shown: list[_Answer], *, sampling: Sampling, kind: Kind
) -> Iterator[Item]:
    identical = shown[0][0].output == shown[1][0].output
    # One answer is asked about once, whoever gave it.
    groups = [shown] if kind == "pair" or identical else [[one] for one in shown]
    for group in groups:
        trials = tuple(trial for _, trial in group)
        yield Item(
            case=case,
            shown=tuple(one for one, _ in group),
            answers=trials if kind == "pair" else trials[:1],
            identical=identical,
            sampling=sampling,
        )


def _mixed(items: list[Item], plan: Plan) -> list[Item]:
    """Answers of every ten cases in random order, whichever run they are of."""
    windows: dict[int, list[Item]] = {}
    for item in items:
        windows.setdefault(item.sampling.place // _WINDOW, []).append(item)
    for number, window in windows.items():
        _dice("mix", plan.seed, plan.reviewer, number).shuffle(window)
    return [item for window in windows.values() for item in window]
