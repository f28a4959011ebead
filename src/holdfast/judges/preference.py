"""Preference: which of two answers a judge likes better, asked in both orders.

A win counts only where it survives the swap, so that a judge who likes a position likes nobody.
Position consistency and preference fairness: Shi et al. 2024, arXiv:2406.07791.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeAlias

from scipy.special import bdtr

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.identity.fingerprint import fingerprint
from holdfast.judges.check import POSITION, Consistency, position_consistency
from holdfast.metric import Failure, Outcome, Score
from holdfast.options import RunOptions
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.reviewing.judgement import PREFERENCE
from holdfast.running.calls import Call, Caller, Reply, is_async
from holdfast.running.limits import Limiter
from holdfast.running.threads import run_to_end
from holdfast.system import Response, Spec

__all__ = ["PREFERENCE", "Choice", "PairJudge", "Preference", "prefer"]

Choice = Literal["first", "second", "tie"]
PairJudge: TypeAlias = Callable[[Case, Response, Response], Choice | Awaitable[Choice]]
"""Says which of two answers to a case is better: the first, the second, or neither."""

_DEFAULT = RunOptions()
_WORTH: dict[str, float] = {"first": 1.0, "tie": 0.0, "second": -1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Two runs as a judge of pairs sees them; `compare` takes them like any two runs."""

    baseline: Run
    """Scores 0.5 everywhere: a change of the preference lies between -0.5 and 0.5."""
    candidate: Run
    wins: int
    """Pairs that the candidate won in both orders."""
    losses: int
    ties: int
    """Pairs without a winner in both orders, whose answers are equal included."""
    consistency: Consistency | None
    """How often both orders gave the same, among the pairs that were shown."""

    @property
    def p_worse(self) -> float:
        """Exact one-sided sign test of 'the baseline is preferred', over the decided pairs."""
        return _sign_test(self.wins, self.wins + self.losses)

    @property
    def p_better(self) -> float:
        """Exact one-sided sign test of 'the candidate is preferred', over the decided pairs."""
        return _sign_test(self.losses, self.wins + self.losses)

    @property
    def fairness(self) -> float:
        """From -1 to 1 among inconsistent pairs: above 0 the answer shown first is favoured."""
        found = self.consistency
        if found is None or found.first + found.second == 0:
            return 0.0
        return (found.first - found.second) / (found.first + found.second)


def _sign_test(successes: int, trials: int) -> float:
    return float(bdtr(successes, trials, 0.5)) if trials else 1.0


def prefer(
    baseline: Run, candidate: Run, judge: PairJudge, *, options: RunOptions = _DEFAULT
) -> Preference:
    """Ask a judge about every pair of answers, in both orders.

    Trial n of a case is paired with trial n of the other run. Equal answers are a tie, and nobody
    is asked. An answer beside a failure of the system wins; where infrastructure failed, or the
    judge did, the preference is missing. At least 50 decided pairs are advised.

    Args:
        baseline: a recorded run, with its answers.
        candidate: another run of the same suite.
        judge: a function, plain or async, of a case and two answers; a `spec` names its version.
        options: how many calls at once, and how long one may take.

    Raises:
        UsageError: the runs share no case with answers in both.
    """
    metrics = _metrics(judge)
    pairs = _pairs(baseline, candidate)
    outcomes = run_to_end(_all(pairs, judge, options))
    scored = {
        (pair.before.case_id, pair.before.repeat): outcome
        for pair, outcome in zip(pairs, outcomes, strict=True)
    }
    old = _rescored(baseline, metrics, scored=None, keys=set(scored))
    new = _rescored(candidate, metrics, scored=scored, keys=set(scored))
    values = [trial.scores[PREFERENCE] for trial in new.trials if trial.scores]
    numbers = [score.value for score in values if isinstance(score, Score)]
    return Preference(
        baseline=old,
        candidate=new,
        wins=sum(value == 1.0 for value in numbers),
        losses=sum(value == 0.0 for value in numbers),
        ties=sum(value == 0.5 for value in numbers),
        consistency=position_consistency(new.trials),
    )


def _metrics(judge: PairJudge) -> tuple[MetricRecord, MetricRecord]:
    """Records of the preference and of the favoured position; the judge's identity is in both."""
    found = fingerprint(judge)
    identity = {"judge": found.spec.digest, "code": found.code, "state": found.state}
    artifacts = {**found.spec.artifacts, **identity}
    preference = MetricRecord(
        spec=Spec(name=PREFERENCE, artifacts=artifacts),
        better="higher",
        bounds=(0.0, 1.0),
        judge=True,
    )
    position = MetricRecord(
        spec=Spec(name=POSITION, artifacts=artifacts), better="lower", bounds=(-1.0, 1.0)
    )
    return preference, position


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    case: CaseRecord
    before: TrialRecord
    after: TrialRecord


_Scores: TypeAlias = dict[str, Outcome]


def _pairs(baseline: Run, candidate: Run) -> list[_Pair]:
    old = {(trial.case_id, trial.repeat): trial for trial in baseline.trials}
    digests = {case.id: case.digest for case in baseline.cases}
    cases = {case.id: case for case in candidate.cases if digests.get(case.id) == case.digest}
    pairs = [
        _Pair(case=cases[trial.case_id], before=old[trial.case_id, trial.repeat], after=trial)
        for trial in candidate.trials
        if trial.case_id in cases and (trial.case_id, trial.repeat) in old
    ]
    if not any(pair.before.response and pair.after.response for pair in pairs):
        raise UsageError(
            f"runs {baseline.id!r} and {candidate.id!r} share no case that both answered; a "
            "preference needs two recorded answers to the same question"
        )
    return pairs


async def _all(pairs: list[_Pair], judge: PairJudge, options: RunOptions) -> list[_Scores]:
    caller = Caller(timeout=options.timeout, attempts=options.attempts)
    limiter = caller.limiter(options.concurrency, seed=options.seed)
    try:
        return await asyncio.gather(
            *(_compared(pair, judge, caller=caller, limiter=limiter) for pair in pairs)
        )
    finally:
        caller.threads.close()


async def _compared(pair: _Pair, judge: PairJudge, *, caller: Caller, limiter: Limiter) -> _Scores:
    settled = _without_judge(pair)
    if settled is not None:
        return settled
    before, after = pair.before.response, pair.after.response
    if before is None or after is None:
        raise UsageError("a pair without two answers cannot be shown")
    shown = _case(pair.case)
    forth, back = await asyncio.gather(
        caller.settle(_call(partial(judge, shown, before, after), judge, limiter)),
        caller.settle(_call(partial(judge, shown, after, before), judge, limiter)),
    )
    said = [_choice(forth), _choice(back)]
    for one in said:
        if isinstance(one, Failure):
            return {PREFERENCE: one, POSITION: one}
    # +1 where the answer shown first won; the candidate is shown second, then first.
    first, second = (_WORTH[str(one)] for one in said)
    won = (first, second) == (-1.0, 1.0)
    lost = (first, second) == (1.0, -1.0)
    value = 1.0 if won else 0.0 if lost else 0.5
    why = f"shown second: {_word(-first)}; shown first: {_word(second)}"
    return {PREFERENCE: Score(value, why), POSITION: Score((first + second) / 2.0)}


def _word(worth: float) -> str:
    return "preferred" if worth > 0 else "not preferred" if worth < 0 else "tie"


def _call(function: Callable[[], object], judge: PairJudge, limiter: Limiter) -> Call:
    return Call(
        function=function,
        asynchronous=is_async(judge),
        limiter=limiter,
        stage="metric",
        missing="preference",
    )


def _choice(reply: Reply | None) -> str | Failure:
    if reply is None:
        return Failure(stage="infrastructure", error="the run was stopped")
    if reply.failure is not None:
        return reply.failure
    if reply.value not in _WORTH:
        error = f"the judge said {reply.value!r:.80} instead of 'first', 'second' or 'tie'"
        return Failure(stage="metric", error=error)
    return str(reply.value)


def _without_judge(pair: _Pair) -> _Scores | None:
    """What needs no judge: failures, and equal answers."""
    for trial in (pair.before, pair.after):
        if trial.failure is not None and trial.failure.stage != "system":
            return {PREFERENCE: trial.failure}
    failed = (pair.before.response is None, pair.after.response is None)
    if any(failed):
        value = 0.5 if all(failed) else float(failed[0])
        return {PREFERENCE: Score(value, "the other system failed" if value != 0.5 else "")}
    if pair.before.output_digest == pair.after.output_digest:
        return {PREFERENCE: Score(0.5, "equal answers")}
    return None


def _case(record: CaseRecord) -> Case:
    return Case(
        id=record.id,
        input=record.input,
        expected=record.expected,
        tags=record.tags,
        cluster=record.cluster,
    )


def _rescored(
    run: Run,
    metrics: tuple[MetricRecord, MetricRecord],
    *,
    scored: dict[tuple[str, int], _Scores] | None,
    keys: set[tuple[str, int]],
) -> Run:
    """The run with its preferences; None in `scored` gives the constant of the baseline."""
    level: _Scores = {PREFERENCE: Score(0.5), POSITION: Score(0.0)}
    trials = tuple(
        replace(
            trial,
            failure=None,
            scores=level if scored is None else scored[trial.case_id, trial.repeat],
        )
        for trial in run.trials
        if (trial.case_id, trial.repeat) in keys
    )
    return replace(
        run,
        id=f"{run.id}-preference",
        metrics=metrics,
        trials=trials,
        provenance=replace(run.provenance, origin=f"preferences over {run.id}"),
    )
