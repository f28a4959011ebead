"""Sessions: batches of trials on one event loop, one limiter, one cache and one progress."""

import asyncio
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from holdfast.metric import Score, Trial
from holdfast.metrics import metric
from holdfast.options import Budget, RunOptions
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run
from holdfast.running.recording import Recording, open_recording
from holdfast.running.session import Session
from holdfast.running.subject import Subject
from holdfast.running.threads import run_to_end
from holdfast.storage.cache import Cache, SystemKey
from holdfast.system import Response, Spec, Usage

QUIET = RunOptions(progress="none", concurrency=4)


@metric(name="length", bounds=(0.0, 100.0), version="1")
def length(trial: Trial) -> Score:
    """How long the answer is."""
    return Score(float(len(trial.response.text)))


def head(count: int, *, repeats: int = 2) -> Run:
    cases = tuple(
        CaseRecord(id=f"c{i}", digest=f"d{i}", input=f"question {i}", expected=None)
        for i in range(count)
    )
    return Run(
        id="0190-session",
        suite="suite",
        system=Spec(name="system"),
        dataset="data",
        dataset_digest="digest",
        metrics=(MetricRecord(spec=length.spec, better=length.better, bounds=length.bounds),),
        cases=cases,
        trials=(),
        repeats=repeats,
        provenance=Provenance(started="2026-01-01T00:00:00.000+00:00"),
    )


def session_of(system: Any, recording: Recording, **kwargs: Any) -> Session:
    subject = Subject(
        system=system,
        key=SystemKey.of(Spec(name="system"), "code"),
        obstacle=None,
        declared=True,
        seeded=False,
    )
    given = {"cache": None, "options": QUIET} | kwargs
    return Session(subject, recording, metrics=((length, "key"),), **given)


def test_a_session_makes_batch_after_batch_on_one_loop_with_one_caller() -> None:
    loops: set[int] = set()
    asked: list[object] = []

    async def system(question: object) -> str:
        loops.add(id(asyncio.get_running_loop()))
        asked.append(question)
        await asyncio.sleep(0)
        return f"answer to {question}"

    recording = Recording(head(6), identity="")
    with closing(session_of(system, recording)) as session:
        plan = list(session.pending())
        run_to_end(session.make(plan[:4]))
        assert sorted(asked) == ["question 0", "question 0", "question 1", "question 1"]
        assert recording.done == 4
        caller = session._caller
        run_to_end(session.make(plan[4:]))
        assert session._caller is caller
    assert len(loops) == 1
    assert recording.run().complete and list(recording.pending()) == []


def test_batches_make_the_same_run_as_one_batch() -> None:
    def system(question: object) -> str:
        return f"answer to {question}"

    whole, parts = (Recording(head(9), identity="") for _ in range(2))
    with closing(session_of(system, whole)) as session:
        run_to_end(session.make(session.pending()))
    with closing(session_of(system, parts)) as session:
        plan = list(session.pending())
        for start in (12, 0, 5):
            stop = {12: 18, 0: 5, 5: 12}[start]
            run_to_end(session.make(plan[start:stop]))
    told = [
        [(t.case_id, t.repeat, t.response, t.scores) for t in r.run().trials]
        for r in (whole, parts)
    ]
    assert told[0] == told[1]


def test_a_budget_spans_the_batches_and_ends_all_later_ones() -> None:
    def system(_question: object) -> Response:
        return Response(text="yes", usage=Usage(input_tokens=5))

    recording = Recording(head(10, repeats=1), identity="")
    options = RunOptions(progress="none", concurrency=1, budget=Budget(tokens=30))
    with closing(session_of(system, recording, options=options)) as session:
        plan = list(session.pending())
        run_to_end(session.make(plan[:4]))
        assert not session.stopping
        run_to_end(session.make(plan[4:8]))
        assert session.stopping and recording.done == 6
        run_to_end(session.make(plan[8:]))
    assert recording.done == 6
    assert session.stopped == "the budget of 30 tokens is spent"


def test_answers_of_a_batch_are_in_the_cache_and_the_journal(tmp_path: Path) -> None:
    def system(question: object) -> str:
        return f"answer to {question}"

    for expected in (0, 10):
        recording = open_recording(head(5), identity="", store=tmp_path)
        with closing(Cache(tmp_path)) as cache:
            with closing(session_of(system, recording, cache=cache)) as session:
                plan = list(session.pending())
                for start in range(0, 10, 2):
                    run_to_end(session.make(plan[start : start + 2]))
            lines = (recording.path / "trials.jsonl").read_text().splitlines()
            assert len(lines) == 10
            assert sum(t.cached for t in recording.close().trials) == expected


def test_a_session_without_a_batch_closes_and_one_with_batches_ends_its_threads() -> None:
    def system(question: object) -> str:
        return str(question)

    session_of(system, Recording(head(1), identity="")).close()
    before = set(threading.enumerate())
    recording = Recording(head(8), identity="")
    with closing(session_of(system, recording)) as session:
        run_to_end(session.make(session.pending()))
    run_to_end(asyncio.sleep(0.01))
    started = set(threading.enumerate()) - before
    for thread in started:
        if not thread.name.startswith("holdfast-loop"):  # the loop of the process stays
            thread.join(timeout=5)
            assert not thread.is_alive()


def test_an_error_of_the_plan_itself_is_raised() -> None:
    def broken() -> Any:
        yield next(iter(Recording(head(1), identity="").pending()))
        raise RuntimeError("no plan")

    recording = Recording(head(3), identity="")
    with (
        closing(session_of(str, recording)) as session,
        pytest.raises(RuntimeError, match="no plan"),
    ):
        run_to_end(session.make(broken()))
