"""Tests of holdfast.running.interleaving: two systems take turns, and nothing favours one."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.comparison import compare
from holdfast.dataset import Case, Dataset
from holdfast.metrics import ExactMatch, Latency
from holdfast.options import Budget, RunOptions
from holdfast.record import CaseRecord, Run
from holdfast.runner import rescore, run_interleaved
from holdfast.running.interleaving import BLOCKS, schedule
from holdfast.storage.folder import read_run
from holdfast.store import run_path, runs
from holdfast.suite import Suite
from holdfast.system import Response, Spec, Usage

QUIET = RunOptions(progress="none", concurrency=3)


def cases(number: int) -> list[CaseRecord]:
    return [CaseRecord(id=f"c{index}", digest=f"{index:x}") for index in range(number)]


@given(
    st.integers(1, 400),
    st.integers(1, 4),
    st.integers(1, 30),
    st.integers(0, 99),
)
def test_a_schedule_asks_every_case_equally_often_in_fair_turns(
    number: int, repeats: int, concurrency: int, seed: int
) -> None:
    plan = schedule(cases(number), repeats=repeats, concurrency=concurrency, seed=seed)
    asked = Counter(
        (case.id, repeat) for block in plan.blocks for half in block.halves for case, repeat in half
    )
    assert plan.repeats >= repeats
    assert asked == Counter((f"c{i}", r) for i in range(number) for r in range(plan.repeats))
    assert [block.number for block in plan.blocks] == list(range(len(plan.blocks)))
    assert len(plan.blocks) > BLOCKS
    sizes = [sum(map(len, block.halves)) for block in plan.blocks]
    assert min(sizes) >= 10 and max(sizes) - min(sizes) <= 1
    for block in plan.blocks:
        arms = "".join("BC"[arm] for arm, _ in block.turns())
        assert arms == ("CBBC" if block.candidate_first else "BCCB")
        assert abs(len(block.halves[0]) - len(block.halves[1])) <= 1
        for arm in (0, 1):
            turns = [requests for each, requests in block.turns() if each == arm]
            assert sorted(map(str, turns)) == sorted(map(str, block.halves))
    begins = [block.candidate_first for block in plan.blocks]
    pairs = zip(begins[::2], begins[1::2], strict=False)
    assert all(one != other for one, other in pairs)


def test_a_schedule_repeats_no_more_than_it_needs() -> None:
    assert schedule(cases(500), repeats=1, concurrency=8, seed=0).repeats == 1
    assert schedule(cases(50), repeats=1, concurrency=8, seed=0).repeats == 5
    assert schedule(cases(50), repeats=9, concurrency=8, seed=0).repeats == 9


def test_another_seed_is_another_order_and_the_same_seed_is_the_same() -> None:
    one, same, other = (
        schedule(cases(100), repeats=1, concurrency=4, seed=seed) for seed in (1, 1, 2)
    )
    assert one == same
    assert one.blocks[0].halves != other.blocks[0].halves


def test_a_case_is_asked_again_only_after_all_were_asked_once() -> None:
    plan = schedule(cases(70), repeats=3, concurrency=4, seed=5)
    repeats = [r for block in plan.blocks for half in block.halves for _, r in half]
    assert repeats == sorted(repeats)


def suite_of(number: int, **settings: Any) -> Suite:
    made = [Case(id=f"c{index}", input=f"q{index}", expected="yes") for index in range(number)]
    return Suite(
        name="turns",
        dataset=Dataset(name="d", cases=made),
        metrics=(Latency(), ExactMatch()),
        **settings,
    )


class Noting:
    """An async system that notes what it was asked, in the order of all systems' calls."""

    def __init__(self, name: str, noted: "SimpleQueue[tuple[str, str]]") -> None:
        self.spec = Spec(name=name)
        self._noted = noted

    async def __call__(self, question: str) -> Response:
        self._noted.put((self.spec.name, question))
        await asyncio.sleep(0.001)
        return Response(text="yes", usage=Usage(calls=1, output_tokens=5))


def noted(queue: "SimpleQueue[tuple[str, str]]") -> list[tuple[str, str]]:
    return [queue.get() for _ in range(queue.qsize())]


def taken(made: Run) -> dict[tuple[str, int], int | None]:
    return {(trial.case_id, trial.repeat): trial.block for trial in made.trials}


def test_both_systems_get_the_same_prompts_in_turns() -> None:
    queue: SimpleQueue[tuple[str, str]] = SimpleQueue()
    arms = Noting("old", queue), Noting("new", queue)
    before, after = run_interleaved(suite_of(110), *arms, options=QUIET)
    assert before.complete and after.complete
    assert before.repeats == after.repeats == 2
    assert before.provenance.interleaved == after.provenance.interleaved != ""
    assert before.id != after.id
    assert taken(before) == taken(after)
    assert set(taken(before).values()) == set(range(22))
    calls = noted(queue)
    plan = schedule(before.cases, repeats=1, concurrency=3, seed=0)
    position = 0
    for block in plan.blocks:
        for arm, requests in block.turns():
            turn = calls[position : position + len(requests)]
            assert {name for name, _ in turn} == {("old", "new")[arm]}
            assert {text for _, text in turn} == {f"q{case.id[1:]}" for case, _ in requests}
            position += len(requests)
    assert position == len(calls)


def test_the_moments_of_the_requests_lie_in_the_order_of_the_blocks() -> None:
    queue: SimpleQueue[tuple[str, str]] = SimpleQueue()
    arms = Noting("old", queue), Noting("new", queue)
    for made in run_interleaved(suite_of(210), *arms, options=QUIET):
        ends: dict[int, list[tuple[float, float]]] = {}
        for trial in made.trials:
            assert trial.block is not None and trial.began is not None
            ends.setdefault(trial.block, []).append((trial.began, trial.began + trial.seconds))
        for block in range(20):
            last = max(end for _, end in ends[block])
            assert min(began for began, _ in ends[block + 1]) > last


def test_a_plain_function_takes_turns_too() -> None:
    mine = threading.Lock()
    most: list[int] = []

    def system(name: str) -> Callable[[str], str]:
        def answer(question: str) -> str:
            with mine:
                most.append(1)
            return "yes"

        answer.spec = Spec(name=name)  # type: ignore[attr-defined]
        return answer

    before, after = run_interleaved(suite_of(30), system("a"), system("b"), options=QUIET)
    assert before.repeats == 7
    assert len(most) == 2 * 30 * 7
    assert taken(before) == taken(after)


def test_timed_answers_are_new_though_the_cache_knows_them(tmp_path: Path) -> None:
    queue: SimpleQueue[tuple[str, str]] = SimpleQueue()
    arms = Noting("old", queue), Noting("new", queue)
    for _ in range(2):
        for made in run_interleaved(suite_of(210), *arms, store=tmp_path, options=QUIET):
            assert not any(trial.cached for trial in made.trials)
    assert queue.qsize() == 4 * 210


def test_both_runs_are_on_disk_with_their_blocks(tmp_path: Path) -> None:
    queue: SimpleQueue[tuple[str, str]] = SimpleQueue()
    arms = Noting("old", queue), Noting("new", queue)
    for made in run_interleaved(suite_of(210), *arms, store=tmp_path, options=QUIET):
        assert read_run(run_path(made.id, tmp_path)) == made
    assert len(list(runs(tmp_path))) == 2


def test_a_budget_ends_both_runs_at_a_whole_block() -> None:
    queue: SimpleQueue[tuple[str, str]] = SimpleQueue()
    arms = Noting("old", queue), Noting("new", queue)
    options = RunOptions(progress="none", concurrency=1, budget=Budget(tokens=202))
    before, after = run_interleaved(suite_of(210), *arms, options=options)
    assert not before.complete and not after.complete
    assert before.provenance.stopped == after.provenance.stopped
    assert "202 tokens" in before.provenance.stopped
    assert len(before.trials) < 60 and len(after.trials) < 60


def test_an_interrupted_session_is_not_gone_on_with(tmp_path: Path) -> None:
    queue: SimpleQueue[tuple[str, str]] = SimpleQueue()

    arms = Noting("old", queue), Noting("new", queue)
    options = RunOptions(progress="none", concurrency=1, budget=Budget(tokens=202))
    run_interleaved(suite_of(210), *arms, store=tmp_path, options=options)
    noted(queue)
    before, _ = run_interleaved(suite_of(210), *arms, store=tmp_path, options=QUIET)
    assert before.complete
    assert queue.qsize() == 2 * 210
    assert len(list(runs(tmp_path))) == 4


def test_a_failed_request_keeps_its_place() -> None:
    async def flaky(question: str) -> str:
        if question == "q7":
            raise ValueError("no")
        return "yes"

    async def steady(question: str) -> str:
        return "yes"

    before, after = run_interleaved(suite_of(210), steady, flaky, options=QUIET)
    assert taken(before) == taken(after)
    assert sum(trial.failure is not None for trial in after.trials) == 1


def test_no_cases_are_refused_in_words() -> None:
    with pytest.raises(Exception, match="no cases"):
        run_interleaved(suite_of(0), lambda q: "a", lambda q: "b", options=QUIET)


def test_scoring_again_keeps_the_blocks_and_the_seconds() -> None:
    queue: SimpleQueue[tuple[str, str]] = SimpleQueue()
    made = run_interleaved(suite_of(210), Noting("old", queue), Noting("new", queue), options=QUIET)
    again = [rescore(one, suite_of(210), options=QUIET) for one in made]
    assert again[0].provenance.interleaved == made[0].provenance.interleaved
    for before, after in zip(made, again, strict=True):
        assert [(t.block, t.began, t.seconds) for t in before.trials] == [
            (t.block, t.began, t.seconds) for t in after.trials
        ]
    assert compare(*again).deltas[0].estimate == compare(*made).deltas[0].estimate
