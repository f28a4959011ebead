"""Runs that are judged while they are made: when they end, what is recorded, how they go on."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from holdfast.commands.ruling import why_not_accepted
from holdfast.comparing.order import drawing_order
from holdfast.comparison import compare
from holdfast.dataset import Case, Dataset
from holdfast.errors import HoldfastError, Unavailable, UsageError
from holdfast.gate import Verdict, decide
from holdfast.metric import Score, Trial
from holdfast.metrics import metric
from holdfast.options import Budget, RunOptions
from holdfast.policy import PROFILES, Policy
from holdfast.record import Run
from holdfast.runner import Referee, rescore, run, run_beside
from holdfast.stats.spending import nominal_levels, repeated_p
from holdfast.store import accept, read_run, run_path
from holdfast.suite import Suite
from holdfast.system import Response, Spec, Usage

POLICY = Policy(metric="right", margin=0.05)


@metric(name="right", bounds=(0.0, 1.0), version="1")
def right(trial: Trial) -> Score:
    """Whether the answer is yes."""
    return Score(float(trial.response.text.startswith("yes")))


@metric(name="short", bounds=(0.0, 1.0), version="1")
def short(trial: Trial) -> Score:
    """Whether the answer is short."""
    return Score(float(len(trial.response.text) < 20))


def chance(*parts: object) -> float:
    return int.from_bytes(sha256(repr(parts).encode()).digest()[:6]) / 2**48


class System:
    """Passes most cases; `dice` sets its noise, `broken` the share that always fails."""

    def __init__(self, *, dice: int = 0, broken: float = 0.0, noise: float = 0.04) -> None:
        self.dice, self.broken, self.noise = dice, broken, noise
        self.spec = Spec(name="system", params={"dice": dice, "broken": broken, "noise": noise})
        self.asked: list[str] = []

    def answer(self, question: str, seed: int) -> Response:
        self.asked.append(question)
        failed = chance("broken", question) < self.broken
        wrong = failed or chance("hard", question) < 0.1
        if not failed and chance(question, seed, self.dice) < self.noise:
            wrong = not wrong
        return Response(
            text=f"no {question}" if wrong else f"yes {question}", usage=Usage(input_tokens=1)
        )

    def __call__(self, question: str, *, seed: int) -> Response:
        return self.answer(question, seed)


def suite(count: int = 200, *, repeats: int = 1, policies: Any = (POLICY,), **kwargs: Any) -> Suite:
    cases = [
        Case(
            id=f"c{i}", input=f"q{i}", tags=("odd" if i % 2 else "even",), **case_fields(i, kwargs)
        )
        for i in range(count)
    ]
    return Suite(
        name="suite",
        dataset=Dataset(name="data", cases=cases),
        metrics=(right, short) if len(policies) > 1 else (right,),
        policies=policies,
        repeats=repeats,
    )


def case_fields(number: int, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"cluster": f"doc {number // kwargs['per_cluster']}"} if kwargs else {}


def options(**kwargs: Any) -> RunOptions:
    return RunOptions(**({"progress": "none", "sequential": "hsd"} | kwargs))


def referee(baseline: Run | None, tested: Suite, **kwargs: Any) -> Referee:
    def judge(candidate: Run, other: Run | None) -> Verdict:
        return verdict(other or baseline, candidate, tested)

    return Referee(judge=judge, beside=baseline.id if baseline else "", **kwargs)


def verdict(baseline: Run | None, candidate: Run, tested: Suite) -> Verdict:
    assert baseline is not None
    comparison = compare(baseline, candidate, policies=tested.policies)
    return decide(comparison, tested.policies, profile=PROFILES["pr"])


def whole(tested: Suite, system: Any = None, **kwargs: Any) -> Run:
    return run(tested, system or System(), options=RunOptions(progress="none"), **kwargs)


def watched(tested: Suite, system: Any, baseline: Run, **kwargs: Any) -> Run:
    given = {"options": options(), "referee": referee(baseline, tested)} | kwargs
    return run(tested, system, **given)


def looks(made: Run) -> list[tuple[int, int, str]]:
    assert made.sequence is not None
    return [(look.cases, look.repeats, look.outcome) for look in made.sequence.looks]


def drawn(made: Run) -> set[str]:
    return {trial.case_id for trial in made.trials}


@pytest.mark.parametrize("method", ["hsd", "betting"])
@pytest.mark.parametrize(
    ("broken", "outcome"), [(0.0, "pass"), (0.3, "regression")], ids=["unchanged", "worse"]
)
def test_a_run_ends_when_its_verdict_is_decided(method: str, broken: float, outcome: str) -> None:
    tested = suite(400)
    baseline, system = whole(tested), System(dice=1, broken=broken, noise=0.01)
    made = watched(tested, system, baseline, options=options(sequential=method))
    assert made.complete and made.sequence is not None and made.sequence.ended
    cases, _, said = looks(made)[-1]
    assert said == outcome
    assert cases < 400 and len(system.asked) == len(made.trials) == cases
    assert all(before == "inconclusive" for _, _, before in looks(made)[:-1])
    order = [key for unit in drawing_order(made.cases, seed=0) for key in unit]
    assert drawn(made) == set(order[:cases])


@pytest.mark.parametrize("method", ["hsd", "betting"])
@pytest.mark.parametrize("broken", [0.0, 0.05, 0.3])
def test_the_stored_run_gives_the_verdict_at_which_it_ended(
    method: str, broken: float, tmp_path: Path
) -> None:
    tested = suite(150)
    baseline = whole(tested)
    system = System(dice=3, broken=broken)
    made = watched(tested, system, baseline, store=tmp_path, options=options(sequential=method))
    stored = read_run(run_path(made.id, tmp_path))
    assert stored == made
    again = verdict(baseline, stored, tested)
    assert again.outcome == looks(made)[-1][2]
    states = {f.metric: f.state for f in again.findings}
    assert states == dict(made.sequence.looks[-1].states)
    shuffled = list(stored.trials)
    random.Random(1).shuffle(shuffled)
    other = verdict(baseline, replace(stored, trials=tuple(shuffled)), tested)
    assert other.findings == again.findings


def test_cases_that_were_not_drawn_are_neither_lost_nor_removed() -> None:
    tested = suite(300)
    made = watched(tested, System(dice=1, broken=0.4), baseline := whole(tested))
    comparison = compare(baseline, made, policies=tested.policies)
    (delta,) = comparison.deltas
    assert delta.sequential and delta.drawn == len(drawn(made)) / 300
    assert delta.lost.total == 0 and delta.pairs == delta.matched == len(drawn(made))
    assert not comparison.added and not comparison.removed and not comparison.edited
    assert len(comparison.undrawn) + len(comparison.cases) == 300
    assert {pair.case.id for pair in comparison.cases} == drawn(made)
    assert any("calls were not made" in note for note in comparison.notes)


def test_p_values_and_bounds_allow_for_every_look() -> None:
    tested = suite(300)
    baseline = whole(tested)
    made = watched(tested, System(dice=1, broken=0.06), baseline)
    shares = tuple(look.fraction for look in made.sequence.looks)
    assert len(shares) > 2
    (delta,) = compare(baseline, made, policies=tested.policies).deltas
    # The same cases, as a run that was made to be looked at once.
    once = replace(made, sequence=None, cases=tuple(c for c in made.cases if c.id in drawn(made)))
    kept = tuple(t for t in baseline.trials if t.case_id in drawn(made))
    beside = replace(baseline, cases=once.cases, trials=kept)
    level = nominal_levels(shares, 0.05)[-1]
    (plain,) = compare(beside, once, policies=(replace(POLICY, alpha=level),)).deltas
    assert delta.p_worse == repeated_p(plain.p_worse, shares) > plain.p_worse
    assert (delta.low, delta.high) == (plain.low, plain.high)
    assert delta.alpha == 0.05


class Slow(System):
    """Answers after a while that has nothing to do with the order of the questions."""

    async def __call__(self, question: str, *, seed: int) -> Response:  # type: ignore[override]
        await asyncio.sleep(0.003 * chance("wait", question, self.wait))
        return self.answer(question, seed)

    wait = 0


@pytest.mark.parametrize("method", ["hsd", "betting"])
def test_neither_concurrency_nor_the_order_of_answers_changes_where_it_ends(method: str) -> None:
    tested = suite(200)
    baseline = whole(tested)
    found = []
    for concurrency, wait in ((1, 0), (7, 1), (64, 2)):
        system = Slow(dice=2, broken=0.15)
        system.wait = wait
        chosen = options(sequential=method, concurrency=concurrency)
        made = watched(tested, system, baseline, options=chosen)
        found.append((looks(made), drawn(made), [t.scores for t in made.trials]))
    assert found[0] == found[1] == found[2]


class Interrupted(HoldfastError):
    """Stands for whatever ends a process."""


@pytest.mark.parametrize("after", [0, 2, 4])
def test_a_run_that_was_interrupted_goes_on_with_the_alpha_that_is_left(
    after: int, tmp_path: Path
) -> None:
    tested = suite(300)
    baseline = whole(tested)
    uninterrupted = watched(tested, System(dice=5, broken=0.06), baseline)
    assert len(looks(uninterrupted)) > 4
    calls = 0

    def judge(candidate: Run, _: Run | None) -> Verdict:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Interrupted("no more")
        return verdict(baseline, candidate, tested)

    first = System(dice=5, broken=0.06)
    with pytest.raises(Interrupted):
        watched(tested, first, baseline, store=tmp_path, referee=Referee(judge=judge))
    second = System(dice=5, broken=0.06)
    made = watched(tested, second, baseline, store=tmp_path)
    assert made.sequence == replace(uninterrupted.sequence, beside=made.sequence.beside)
    assert [t.scores for t in made.trials] == [t.scores for t in uninterrupted.trials]
    assert len(first.asked) + len(second.asked) == len(uninterrupted.trials)


def test_a_run_whose_budget_ended_between_looks_is_judged_as_at_the_last_one(
    tmp_path: Path,
) -> None:
    tested = suite(300)
    baseline = whole(tested)
    spent = options(budget=Budget(tokens=60), concurrency=1)
    made = watched(tested, System(dice=4), baseline, store=tmp_path, options=spent)
    assert not made.complete and "budget" in made.provenance.stopped
    assert looks(made) == [(25, 1, "inconclusive"), (50, 1, "inconclusive")]
    comparison = compare(baseline, made, policies=tested.policies)
    (delta,) = comparison.deltas
    assert delta.pairs == 50 and delta.lost.total == 0
    assert verdict(baseline, made, tested).outcome == "inconclusive"
    more = System(dice=4)
    ended = watched(tested, more, baseline, store=tmp_path)
    assert ended.id == made.id and ended.complete
    assert looks(ended)[:2] == looks(made)
    assert len(more.asked) == len(ended.trials) - 60


def test_before_its_first_look_nothing_is_said() -> None:
    tested = suite(300)
    baseline = whole(tested)
    spent = options(budget=Budget(tokens=10), concurrency=1)
    made = watched(tested, System(dice=4), baseline, options=spent)
    judged = verdict(baseline, made, tested)
    assert judged.outcome == "invalid" and "before its first look" in judged.problems[0]


def test_a_doubt_that_stays_ends_with_all_alpha_spent() -> None:
    tested = suite(100, policies=(replace(POLICY, margin=0.02),))
    baseline = whole(tested, System(noise=0.2))
    made = watched(tested, System(dice=17, noise=0.2), baseline)
    assert looks(made)[-1] == (100, 1, "inconclusive") and len(looks(made)) == 4
    assert made.complete and made.sequence.ended and made.sequence.looks[-1].spent == 1.0
    (delta,) = compare(baseline, made, policies=tested.policies).deltas
    assert delta.sequential and delta.drawn == 1.0


def test_every_trial_of_a_drawn_case_is_made_before_it_is_looked_at() -> None:
    tested = suite(200, repeats=3)
    made = watched(tested, System(dice=1, broken=0.4), whole(tested))
    cases = looks(made)[-1][0]
    assert cases < 200 and len(made.trials) == 3 * cases
    assert all(sum(t.case_id == key for t in made.trials) == 3 for key in drawn(made))


def test_clusters_are_drawn_whole_and_counted_as_units() -> None:
    tested = suite(300, per_cluster=3)
    made = watched(tested, System(dice=1, broken=0.4), whole(tested))
    assert [cases for cases, _, _ in looks(made)] == [
        75 * count for count in range(1, len(looks(made)) + 1)
    ]
    clusters = {case.id: case.cluster for case in made.cases}
    counts = [[clusters[key] for key in drawn(made)].count(name) for name in set(clusters.values())]
    assert set(counts) <= {0, 3}


class Faulty(System):
    """Cannot be reached in a part of the cases, the good ones among them."""

    down = True

    def __call__(self, question: str, *, seed: int) -> Response:
        if type(self).down and chance("fault", question) < 0.3:
            raise Unavailable("down")
        return self.answer(question, seed)


@pytest.mark.parametrize("method", ["hsd", "betting"])
def test_faults_in_the_middle_of_a_stage_never_let_a_run_pass(method: str) -> None:
    tested = suite(150)
    baseline = whole(tested)
    chosen = options(attempts=1, sequential=method)
    made = watched(tested, Faulty(dice=1), baseline, options=chosen)
    assert made.complete and looks(made)[-1][2] in ("invalid", "inconclusive")
    assert all(outcome != "pass" for _, _, outcome in looks(made))
    assert verdict(baseline, made, tested).outcome != "pass"


def test_a_resumed_run_fills_in_what_the_infrastructure_failed(tmp_path: Path) -> None:
    tested = suite(300)
    baseline = whole(tested)
    few = options(attempts=1, budget=Budget(tokens=60), concurrency=1)
    first = watched(tested, Faulty(dice=1), baseline, store=tmp_path, options=few)
    assert not first.complete and any(trial.failure for trial in first.trials)
    Faulty.down = False
    try:
        again = watched(tested, Faulty(dice=1), baseline, store=tmp_path)
    finally:
        Faulty.down = True
    assert again.id == first.id and again.complete
    assert looks(again)[: len(looks(first))] == looks(first)
    assert not any(trial.failure for trial in again.trials)


def test_a_decided_run_that_is_made_again_asks_nothing_and_says_the_same(tmp_path: Path) -> None:
    tested = suite(300)
    baseline = whole(tested)
    first = watched(tested, System(dice=1, broken=0.3), baseline, store=tmp_path)
    again = System(dice=1, broken=0.3)
    second = watched(tested, again, baseline, store=tmp_path)
    assert again.asked == [] and looks(second) == looks(first)


def test_a_run_that_stopped_early_is_no_baseline(tmp_path: Path) -> None:
    tested = suite(300)
    baseline = whole(tested)
    made = watched(tested, System(dice=1, broken=0.3), baseline)
    assert "stopped after" in why_not_accepted(made)
    with pytest.raises(UsageError, match="needs all of them"):
        accept(made, tmp_path)
    judged = verdict(made, whole(tested, System(dice=2)), tested)
    assert judged.outcome == "invalid" and "run of all cases" in judged.problems[0]


def test_a_suite_without_a_gate_is_never_stopped() -> None:
    tested = suite(100, policies=(Policy(metric="right", role="info"),))
    made = watched(tested, System(dice=1, broken=0.5), whole(tested))
    assert len(made.trials) == 100


def test_all_gates_must_pass_and_one_regression_is_enough() -> None:
    both = (POLICY, Policy(metric="short", margin=0.05))
    tested = suite(400, policies=both)
    baseline = whole(tested)
    passed = watched(tested, System(dice=1, noise=0.01), baseline)
    assert looks(passed)[-1][2] == "pass"
    assert set(passed.sequence.looks[-1].states.values()) == {"within_margin"}
    worse = watched(tested, System(dice=1, broken=0.3), baseline)
    assert worse.sequence.looks[-1].states["right"] == "regressed"


def test_a_floor_is_judged_when_all_cases_are_drawn() -> None:
    tested = suite(400, policies=(replace(POLICY, floor=0.5),))
    baseline = whole(tested)
    passed = watched(tested, System(dice=1, noise=0.01), baseline)
    assert looks(passed)[-1] == (400, 1, "pass")
    worse = watched(tested, System(dice=1, broken=0.3), baseline)
    assert looks(worse)[-1][0] < 400 and looks(worse)[-1][2] == "regression"


def test_a_claim_about_these_cases_and_no_others_waits_for_all_of_them() -> None:
    tested = suite(200, repeats=2, policies=(replace(POLICY, estimand="suite"),))
    made = watched(tested, System(dice=1, noise=0.01), whole(tested))
    assert looks(made)[-1][0] == 200


def test_scores_computed_again_keep_what_the_looks_cost() -> None:
    tested = suite(300)
    baseline = whole(tested)
    made = watched(tested, System(dice=1, broken=0.3), baseline)
    again = rescore(made, tested, options=RunOptions(progress="none"))
    assert again.complete and again.sequence == made.sequence
    assert verdict(baseline, again, tested).outcome == "regression"


def extended(
    tested: Suite,
    system: Any,
    baseline: Run,
    chosen: Callable[..., RunOptions] = options,
    **kwargs: Any,
) -> Run:
    watching = referee(baseline, tested, extends=frozenset({"right"}))
    return run(tested, system, options=chosen(**kwargs), referee=watching)


def test_a_doubt_that_asks_for_it_gets_more_trials_up_to_the_limit() -> None:
    tested = suite(60, policies=(replace(POLICY, margin=0.02, on_inconclusive="extend"),))
    baseline = whole(tested, System(noise=0.2))
    system = System(dice=17, noise=0.2)
    made = extended(tested, system, baseline, sequential=None, extend_to=4)
    assert looks(made) == [(60, count, "inconclusive") for count in (1, 2, 3, 4)]
    assert made.repeats == 4 and made.complete and len(system.asked) == 240
    assert [look.fraction for look in made.sequence.looks] == [0.25, 0.5, 0.75, 1.0]
    note = compare(baseline, made, policies=tested.policies).notes
    assert any("extended from 1 to 4 trials" in text for text in note)


def test_a_run_that_is_decided_is_not_extended() -> None:
    tested = suite(300, policies=(replace(POLICY, on_inconclusive="extend"),))
    baseline = whole(tested)
    made = extended(tested, System(dice=1, broken=0.3), baseline, sequential=None)
    assert looks(made) == [(300, 1, "regression")] and made.repeats == 1
    (delta,) = compare(baseline, made, policies=tested.policies).deltas
    # The plan kept alpha for the second trials, and the first look may not use it.
    assert delta.sequential and delta.p_worse > 0


def test_betting_is_not_extended_by_trials_of_cases_that_it_knows() -> None:
    tested = suite(60, policies=(replace(POLICY, margin=0.02, on_inconclusive="extend"),))
    baseline = whole(tested, System(noise=0.2))
    made = extended(tested, System(dice=17, noise=0.2), baseline, sequential="betting")
    assert made.repeats == 1 and looks(made)[-1] == (60, 1, "inconclusive")


def test_an_extended_run_that_was_interrupted_goes_on_where_it_was(tmp_path: Path) -> None:
    tested = suite(60, policies=(replace(POLICY, margin=0.02, on_inconclusive="extend"),))
    baseline = whole(tested, System(noise=0.2))
    watching = referee(baseline, tested, extends=frozenset({"right"}))

    def made(**kwargs: Any) -> Run:
        chosen = options(sequential=None, extend_to=3, concurrency=1, **kwargs)
        return run(
            tested, System(dice=17, noise=0.2), store=tmp_path, options=chosen, referee=watching
        )

    first = made(budget=Budget(tokens=90))
    assert not first.complete and looks(first) == [(60, 1, "inconclusive")]
    again = verdict(baseline, read_run(run_path(first.id, tmp_path)), tested)
    assert again.outcome == "inconclusive" and again.findings[0].delta.lost.total == 0
    second = made()
    assert second.id == first.id and second.complete
    assert looks(second) == [(60, count, "inconclusive") for count in (1, 2, 3)]
    assert second.provenance.cache.misses == 180


def test_two_systems_are_made_side_by_side_and_end_together(tmp_path: Path) -> None:
    tested = suite(300)
    old, new = System(), System(dice=1, broken=0.3)
    before, after = run_beside(
        tested, old, new, store=tmp_path, options=options(), referee=referee(None, tested)
    )
    assert drawn(before) == drawn(after) and len(old.asked) == len(new.asked) < 300
    assert looks(before) == looks(after) and before.complete and after.complete
    assert after.sequence.beside == before.id and before.sequence.beside == after.id
    stored = [read_run(run_path(made.id, tmp_path)) for made in (before, after)]
    assert verdict(*stored, tested).outcome == "regression"


def test_both_systems_get_the_trials_of_an_extension() -> None:
    tested = suite(60, policies=(replace(POLICY, margin=0.02, on_inconclusive="extend"),))
    watching = referee(None, tested, extends=frozenset({"right"}))
    before, after = run_beside(
        tested,
        System(noise=0.2),
        System(dice=17, noise=0.2),
        options=options(sequential=None),
        referee=watching,
    )
    assert before.repeats == after.repeats == 2
    assert len(before.trials) == len(after.trials) == 120
    (delta,) = compare(before, after, policies=tested.policies).deltas
    assert delta.trials == (2, 2) and delta.lost.total == 0
