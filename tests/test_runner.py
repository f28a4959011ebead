"""Tests of holdfast.runner: every case ends as something, and nothing hangs."""

import asyncio
import functools
import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from holdfast.dataset import Case, Dataset
from holdfast.errors import DatasetError, RateLimited, Unavailable, UsageError
from holdfast.metric import Failure, Score, Trial
from holdfast.metrics import Latency
from holdfast.record import Run, tally
from holdfast.runner import Budget, RunOptions, rescore, run
from holdfast.suite import Suite
from holdfast.system import Passage, Response, Spec, ToolCall, Usage

QUIET = RunOptions(progress="none")


@dataclass(frozen=True)
class Exact:
    """1 where the answer is the expected text."""

    name: str = "exact"
    better = "higher"
    bounds = (0.0, 1.0)

    @property
    def spec(self) -> Spec:
        return Spec(name=self.name)

    def __call__(self, trial: Trial) -> object:
        return Score(float(trial.response.text == trial.case.expected))


@dataclass(frozen=True)
class Told(Exact):
    """Whatever a function says."""

    name: str = "told"
    say: Callable[[Trial], object] = lambda trial: 1.0

    def __call__(self, trial: Trial) -> object:
        return self.say(trial)


def suite_of(
    size: int = 6, *, metrics: tuple[Any, ...] = (Exact(),), cases: list[Case] | None = None
) -> Suite:
    made = [Case(id=f"c{n}", input=f"q{n}", expected=f"a q{n}") for n in range(size)]
    return Suite(name="s", dataset=Dataset(name="d", cases=cases or made), metrics=metrics)


def answer(question: str) -> str:
    return f"a {question}"


async def answer_async(question: str) -> str:
    return f"a {question}"


def answer_later(question: str) -> Awaitable[str]:
    return answer_async(question)


def failures(made: Run) -> dict[str, str]:
    return {t.case_id: f"{t.failure.stage}: {t.failure.error}" for t in made.trials if t.failure}


@dataclass
class Counting:
    """A system that notes what it was asked."""

    say: Callable[[str], object] = answer
    # What a queue holds has no digest, and so is no part of a system that declares a spec.
    noted: "SimpleQueue[str]" = field(default_factory=SimpleQueue)
    spec: Spec = field(default_factory=lambda: Spec(name="counting"))

    def __call__(self, question: str) -> object:
        self.noted.put(question)
        return self.say(question)


class AsyncObject:
    async def __call__(self, question: str) -> str:
        await asyncio.sleep(0)
        return f"a {question}"


@pytest.mark.parametrize(
    "system",
    [answer, answer_async, AsyncObject(), functools.partial(answer), answer_later],
    ids=["def", "async def", "async object", "partial", "def that returns an awaitable"],
)
def test_any_callable_is_a_system(system: Any) -> None:
    made = run(suite_of(), system, options=QUIET)
    assert made.complete
    assert tally(made).passed == 6
    assert made.dataset_digest == made.expected_digest


def test_a_run_can_be_made_where_an_event_loop_runs_already() -> None:
    async def notebook() -> Run:
        return run(suite_of(), answer_async, options=QUIET)

    assert asyncio.run(notebook()).complete


def test_two_runs_share_one_event_loop_so_that_async_clients_live_on() -> None:
    loops: set[int] = set()

    async def system(question: str) -> str:
        loops.add(id(asyncio.get_running_loop()))
        return question

    run(suite_of(), system, options=QUIET)
    run(suite_of(), system, options=QUIET)
    assert len(loops) == 1


def test_a_run_begun_inside_an_async_system_is_refused_in_words() -> None:
    async def system(question: str) -> str:
        return run(suite_of(1), answer, options=QUIET).id

    made = run(suite_of(1), system, options=QUIET)
    assert "inside an async system" in failures(made)["c0"]


@pytest.mark.parametrize(
    ("said", "text", "data"),
    [
        ("text", "text", None),
        ({"a": (1, 2)}, "", {"a": [1, 2]}),
        (None, "", None),
        (True, "", True),
        (Response(text="t", data={"k": 1}), "t", {"k": 1}),
    ],
)
def test_answers_become_responses(said: object, text: str, data: object) -> None:
    made = run(suite_of(1), lambda _: said, options=QUIET)
    response = made.trials[0].response
    assert response is not None
    assert (response.text, response.data) == (text, data)


@pytest.mark.parametrize(
    "said",
    [
        object(),
        {1: "number as key"},
        math.nan,
        [math.inf],
        b"bytes",
        Response(text=None),  # type: ignore[arg-type]
        Response(usage=Usage(cost=math.nan)),
        Response(tool_calls=(ToolCall(name="t", arguments={"x": object()}),)),  # type: ignore[dict-item]
        Response(passages=("p1",)),  # type: ignore[arg-type]
        Response(passages=(Passage(id=None),)),  # type: ignore[arg-type]
        Response(passages=(Passage(id=7),)),  # type: ignore[arg-type]
    ],
)
def test_an_answer_that_no_record_can_hold_is_a_failure_of_the_system(said: object) -> None:
    made = run(suite_of(1), lambda _: said, options=QUIET)
    assert failures(made)["c0"].startswith("system: the answer cannot be recorded: ")


def test_a_system_cannot_change_the_case_it_was_given() -> None:
    def vandal(question: dict[str, list[int]]) -> str:
        question["numbers"].append(99)
        return "done"

    cases = [Case(id="c", input={"numbers": [1]})]
    made = run(suite_of(cases=cases), vandal, options=QUIET)
    assert made.cases[0].input == {"numbers": [1]}
    assert made.dataset_digest == made.expected_digest


def test_a_system_that_takes_a_seed_gets_one_for_each_case_and_repeat() -> None:
    def seeded(question: str, *, seed: int) -> str:
        return str(seed)

    def answers(seed: int) -> list[str]:
        options = RunOptions(progress="none", repeats=2, seed=seed)
        made = run(suite_of(3), seeded, options=options)
        return [trial.response.text for trial in made.trials if trial.response]

    first = answers(0)
    assert len(set(first)) == 6
    assert answers(0) == first
    assert not set(answers(1)) & set(first)


def test_a_system_that_raises_on_the_hard_cases_errs_on_them_and_on_no_other() -> None:
    def brittle(question: str) -> str:
        if question in ("q1", "q4"):
            raise ValueError(f"cannot read {question}")
        return answer(question)

    made = run(suite_of(), brittle, options=QUIET)
    assert failures(made) == {
        "c1": "system: ValueError: cannot read q1",
        "c4": "system: ValueError: cannot read q4",
    }
    ends = tally(made)
    assert (ends.passed, ends.errored, ends.total) == (4, 2, 6)
    assert made.complete


def test_exits_and_cancellations_inside_a_system_are_failures_and_end_nothing() -> None:
    async def cancelled(question: str) -> str:
        raise asyncio.CancelledError

    def leaving(question: str) -> str:
        sys.exit(3)

    assert failures(run(suite_of(1), leaving, options=QUIET)) == {"c0": "system: SystemExit: 3"}
    assert "CancelledError" in failures(run(suite_of(1), cancelled, options=QUIET))["c0"]


@pytest.mark.parametrize(
    ("say", "error"),
    [
        (lambda _: math.nan, "told returned nan; return a Failure"),
        (lambda _: -math.inf, "told returned -inf"),
        (lambda _: Score(math.nan), "UsageError: a score must be a finite number"),
        (lambda _: 1.5, "told returned 1.5, outside its bounds"),
        (lambda _: -0.1, "told returned -0.1, outside its bounds"),
        (lambda _: "good", "told returned 'good', which is neither"),
        (lambda _: None, "told returned None, which is neither"),
        (lambda _: 1 / 0, "ZeroDivisionError: division by zero"),
    ],
)
def test_a_metric_without_a_finite_number_is_a_failure_of_the_metric(
    say: Callable[[Trial], object], error: str
) -> None:
    made = run(suite_of(2, metrics=(Told(say=say), Exact())), answer, options=QUIET)
    for trial in made.trials:
        outcome = trial.outcome("told")
        assert isinstance(outcome, Failure)
        assert outcome.stage == "metric"
        assert error in outcome.error
        assert trial.outcome("exact") == Score(1.0)
    assert tally(made).unscored == 2


@pytest.mark.parametrize("number", [True, 1, 1.0])
def test_plain_numbers_of_a_metric_are_scores(number: object) -> None:
    made = run(suite_of(1, metrics=(Told(say=lambda _: number),)), answer, options=QUIET)
    assert made.trials[0].scores == {"told": Score(1.0)}


def test_metrics_may_be_async_and_may_run_an_event_loop_of_their_own() -> None:
    async def judge(trial: Trial) -> float:
        await asyncio.sleep(0)
        return 0.5

    metrics = (
        Told(name="awaitable", say=judge),
        Told(name="own loop", say=lambda trial: asyncio.run(judge(trial))),
        Exact(),
    )
    made = run(suite_of(3, metrics=metrics), answer, options=QUIET)
    expected = {"awaitable": Score(0.5), "own loop": Score(0.5), "exact": Score(1.0)}
    assert [trial.scores for trial in made.trials] == [expected] * 3


def test_async_metrics_are_asked_side_by_side() -> None:
    async def slow(trial: Trial) -> float:
        await asyncio.sleep(0.2)
        return 0.5

    class Slow(Told):
        async def __call__(self, trial: Trial) -> object:
            return await slow(trial)

    metrics = tuple(Slow(name=f"judge {n}") for n in range(5))
    began = time.monotonic()
    made = run(suite_of(1, metrics=metrics), answer, options=QUIET)
    assert time.monotonic() - began < 0.8  # one after the other would take 1.0
    assert list(made.trials[0].scores.values()) == [Score(0.5)] * 5


def test_a_metric_says_whose_failure_it_is() -> None:
    told = Failure(stage="system", error="no JSON in the answer")
    made = run(suite_of(1, metrics=(Told(say=lambda _: told),)), answer, options=QUIET)
    assert made.trials[0].outcome("told") == told


def test_a_metric_that_hangs_loses_its_own_score_and_no_other() -> None:
    stop = threading.Event()
    metrics = (Exact("first"), Told(say=lambda _: stop.wait(20)), Exact("last"))
    made = run(
        suite_of(1, metrics=metrics), answer, options=RunOptions(timeout=0.2, progress="none")
    )
    stop.set()
    assert made.trials[0].scores == {
        "first": Score(1.0),
        "told": Failure(stage="metric", error="no score within 0.2 s"),
        "last": Score(1.0),
    }


def test_a_call_that_hangs_is_a_failure_of_the_system_and_not_retried() -> None:
    calls: list[str] = []
    stop = threading.Event()

    def hanging(question: str) -> str:
        calls.append(question)
        if question == "q1":
            stop.wait(20)
        return answer(question)

    async def hanging_async(question: str) -> str:
        calls.append(question)
        while question == "q1":
            try:
                await asyncio.sleep(20)
            except asyncio.CancelledError:  # a client that swallows its cancelling
                if stop.is_set():
                    raise
        return answer(question)

    for system in (hanging, hanging_async):
        calls.clear()
        made = run(suite_of(), system, options=RunOptions(timeout=0.2, progress="none"))
        assert failures(made) == {"c1": "system: no answer within 0.2 s"}
        assert len(calls) == 6
        assert tally(made).passed == 5
    stop.set()


HANGING = """
import asyncio, sys, time
from holdfast.dataset import Case, Dataset
from holdfast.runner import RunOptions, run
from holdfast.suite import Suite
from holdfast.testing import ScriptedMetric

async def asynchronous(question):
    try:
        await asyncio.sleep(600)
    except asyncio.CancelledError:
        await asyncio.sleep(600)

def plain(question):
    time.sleep(600)

cases = [Case(id=str(n), input=n) for n in range(3)]
suite = Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=(ScriptedMetric(),))
for system in (asynchronous, plain):
    made = run(suite, system, options=RunOptions(timeout=0.2, progress="none"))
    print([trial.failure.error for trial in made.trials])
"""


def test_a_process_ends_though_calls_of_it_still_hang() -> None:
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", HANGING], capture_output=True, text=True, timeout=30, check=True
    )
    assert ended.stdout.count("no answer within 0.2 s") == 6, ended.stderr
    assert time.monotonic() - began < 20


class HTTPStatusError(Exception):
    """Shaped like the error of an HTTP client."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        super().__init__(f"status {status}")
        self.response = type("Response", (), {"status_code": status, "headers": headers})()


def test_every_call_is_answered_where_one_in_twenty_meets_a_429() -> None:
    refused: set[str] = set()

    async def limited(question: str) -> str:
        await asyncio.sleep(0.001)
        if int(question[1:]) % 20 == 0 and question not in refused:
            refused.add(question)
            raise HTTPStatusError(429, {"retry-after": "0.01"})
        return answer(question)

    made = run(suite_of(200), limited, options=QUIET)
    assert len(refused) == 10
    assert tally(made).passed == 200
    assert sorted(t.case_id for t in made.trials if t.attempts == 2) == sorted(
        f"c{q[1:]}" for q in refused
    )


def test_faults_that_last_are_missing_and_never_a_bad_answer() -> None:
    def down(question: str) -> str:
        raise Unavailable("503 from upstream")

    made = run(suite_of(2), down, options=RunOptions(attempts=2, progress="none"))
    error = "infrastructure: Unavailable: 503 from upstream (after 2 attempts)"
    assert failures(made) == {"c0": error, "c1": error}


def test_a_refused_key_is_missing_evidence_and_not_asked_again() -> None:
    class AuthenticationError(Exception):
        status_code = 401

    calls: list[str] = []

    def refused(question: str) -> str:
        calls.append(question)
        raise AuthenticationError("the key has expired")

    made = run(suite_of(4), refused, options=QUIET)
    assert len(calls) == 4
    assert {failure.stage for trial in made.trials if (failure := trial.failure)} == {
        "infrastructure"
    }


def test_a_metric_that_meets_a_429_is_asked_again() -> None:
    refused: set[str] = set()

    def judge(trial: Trial) -> float:
        if trial.case.id not in refused:
            refused.add(trial.case.id)
            raise RateLimited(retry_after=0.01)
        return 1.0

    made = run(suite_of(3, metrics=(Told(say=judge),)), answer, options=QUIET)
    assert tally(made).passed == 3


def test_results_do_not_depend_on_the_order_in_which_calls_end() -> None:
    async def uneven(question: str) -> str:
        await asyncio.sleep(0.01 * (int(question[1:]) * 7 % 5))
        if question == "q7":
            raise ValueError("always")
        return answer(question) if question != "q3" else "wrong"

    made = [
        run(suite_of(20), uneven, options=RunOptions(concurrency=width, progress="none", repeats=2))
        for width in (1, 20)
    ]
    assert list(made[0].observations) == list(made[1].observations)


def test_calls_under_way_never_exceed_the_concurrency() -> None:
    under_way = most = 0

    async def counted(question: str) -> str:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.002)
        under_way -= 1
        return question

    run(suite_of(60), counted, options=RunOptions(concurrency=5, progress="none"))
    assert most == 5


def test_a_dataset_without_cases_is_an_error_and_no_pass() -> None:
    suite = Suite(name="s", dataset=Dataset(name="nothing", cases=()), metrics=(Exact(),))
    with pytest.raises(DatasetError, match="'nothing' holds no cases: there is nothing to run"):
        run(suite, answer, options=QUIET)


def test_a_case_that_is_not_json_is_named() -> None:
    cases = [Case(id="odd", input=object())]  # type: ignore[arg-type]
    with pytest.raises(DatasetError, match="case 'odd' of dataset 'd' is not JSON"):
        run(suite_of(cases=cases), answer, options=QUIET)


@pytest.mark.parametrize(
    ("budget", "why"),
    [
        (Budget(tokens=50), "the budget of 50 tokens is spent"),
        (Budget(cost=0.5), "the budget of 0.5 US dollars is spent"),
        (Budget(seconds=0.05), "the budget of 0.05 seconds is spent"),
    ],
)
def test_a_spent_budget_ends_the_run_early_and_keeps_the_rest(budget: Budget, why: str) -> None:
    async def thirsty(question: str) -> Response:
        await asyncio.sleep(0.01)
        return Response(text=answer(question), usage=Usage(output_tokens=10, cost=0.1))

    options = RunOptions(concurrency=2, budget=budget, progress="none")
    made = run(suite_of(200), thirsty, options=options)
    ends = tally(made)
    assert not made.complete
    assert made.provenance.stopped == why
    assert 0 < ends.passed < 200
    assert ends.passed + ends.skipped == ends.total == 200


def test_a_budget_of_seconds_does_not_wait_for_retries() -> None:
    def down(question: str) -> str:
        raise RateLimited(retry_after=30.0)

    options = RunOptions(budget=Budget(seconds=0.5), progress="none")
    began = time.monotonic()
    made = run(suite_of(), down, options=options)
    assert time.monotonic() - began < 5
    assert tally(made).skipped == 6


@pytest.mark.parametrize(
    "text",
    [
        "naïve 日本語 🎉",
        "line\nbreak\r\nand \u2028 and \u2029 and \x85",
        "lone \ud800 surrogate",
        "\x00\x1f",
        "x" * 1_000_000,
    ],
    ids=["unicode", "line breaks", "surrogate", "control", "1 MB"],
)
def test_every_text_survives_the_record_and_the_cache(tmp_path: Path, text: str) -> None:
    from holdfast.store import accept, baseline, read_run, run_path

    cases = [Case(id=text[:40], input=text[:40], expected=text, tags=(text[:9],))]
    suite = suite_of(cases=cases)
    system = Counting(say=lambda _: Response(text=text, data={text[:40]: [text]}))
    made = run(suite, system, store=tmp_path, options=QUIET)
    again = run(suite, system, store=tmp_path, options=QUIET)
    assert read_run(run_path(made.id, tmp_path)) == made
    assert made.trials[0].response == again.trials[0].response
    assert again.provenance.cache.hits == 1
    assert tally(made).passed == 1
    accept(made, tmp_path)
    kept = baseline("s", "counting", root=tmp_path)
    assert kept is not None
    assert kept.trials[0].response == made.trials[0].response
    for file in tmp_path.rglob("*.jsonl"):
        assert len(file.read_text(encoding="utf-8").splitlines()) == 1


def test_every_case_ends_as_exactly_one_of_five(tmp_path: Path) -> None:
    def mixed(question: str) -> str:
        if question == "q0":
            raise ValueError
        if question == "q1":
            raise Unavailable
        return "wrong" if question == "q2" else answer(question)

    def judge(trial: Trial) -> float:
        return math.nan if trial.case.id == "c3" else 1.0

    metrics = (Exact(), Told(say=judge))
    made = run(suite_of(6, metrics=metrics), mixed, options=RunOptions(attempts=1, progress="none"))
    ends = tally(made)
    assert (ends.passed, ends.failed, ends.errored, ends.skipped, ends.unscored) == (2, 1, 2, 0, 1)
    assert ends.total == 6


def test_a_run_records_what_its_metrics_count() -> None:
    made = run(suite_of(2, metrics=(Exact(), Latency())), answer, options=QUIET)
    assert [metric.unit for metric in made.metrics] == ["", "seconds"]


def test_scoring_again_applies_new_metrics_and_calls_nothing(tmp_path: Path) -> None:
    system = Counting()
    first = run(suite_of(), system, store=tmp_path, options=QUIET)
    judged: list[str] = []

    def judge(trial: Trial) -> float:
        judged.append(trial.case.id)
        return 0.25

    suite = suite_of(metrics=(Exact(), Told(say=judge)))
    second = rescore(first, suite, store=tmp_path, options=QUIET)
    assert system.noted.qsize() == 6
    assert second.complete
    assert second.id != first.id
    assert second.provenance.origin == f"scored again from {first.id}"
    assert [t.scores for t in second.trials] == [{"exact": Score(1.0), "told": Score(0.25)}] * 6
    assert [t.response for t in second.trials] == [t.response for t in first.trials]
    assert [t.seconds for t in second.trials] == [t.seconds for t in first.trials]


def test_scoring_again_takes_kept_scores(tmp_path: Path) -> None:
    judge = Counting(say=lambda trial: 0.5)  # type: ignore[arg-type]
    metric = type("Judge", (), {"better": "higher", "bounds": None, "spec": Spec(name="judge")})()
    type(metric).__call__ = lambda self, trial: judge(trial.case.id)
    suite = suite_of(metrics=(metric,))
    first = run(suite, answer, store=tmp_path, options=QUIET)
    second = rescore(first, suite, store=tmp_path, options=QUIET)
    assert judge.noted.qsize() == 6
    assert [t.scores for t in second.trials] == [t.scores for t in first.trials]


def test_scoring_again_uses_corrected_labels_and_leaves_changed_questions_out() -> None:
    first = run(suite_of(3), answer, options=QUIET)
    cases = [
        Case(id="c0", input="q0", expected="corrected"),
        Case(id="c1", input="another question", expected="a q1"),
        Case(id="c2", input="q2", expected="a q2"),
    ]
    second = rescore(first, suite_of(cases=cases), options=QUIET)
    assert not second.complete
    assert second.provenance.stopped == "there are cases without a recorded answer"
    ends = tally(second)
    assert (ends.passed, ends.failed, ends.skipped) == (1, 1, 1)
    assert second.dataset_digest == second.expected_digest


def test_scoring_again_with_another_suite_is_an_error() -> None:
    first = run(suite_of(3), answer, options=QUIET)
    with pytest.raises(UsageError, match="answers no case of suite 's'"):
        rescore(first, suite_of(cases=[Case(id="x", input="y")]), options=QUIET)


def test_a_record_without_answers_cannot_be_scored_again() -> None:
    first = run(suite_of(2), answer, options=QUIET)
    bare = replace(first, trials=tuple(replace(t, response=None) for t in first.trials))
    second = rescore(bare, suite_of(2), options=QUIET)
    assert {trial.scores["exact"] for trial in second.trials} == {
        Failure(stage="metric", error="the record holds no response to score")
    }


def test_a_failed_trial_stays_failed_when_scored_again() -> None:
    def down(question: str) -> str:
        raise ValueError("no")

    first = run(suite_of(2), down, options=QUIET)
    second = rescore(first, suite_of(2), options=QUIET)
    assert [t.failure for t in second.trials] == [t.failure for t in first.trials]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"concurrency": 0}, "concurrency must be at least 1, got 0"),
        ({"attempts": 0}, "attempts must be at least 1"),
        ({"repeats": 0}, "repeats must be at least 1"),
        ({"timeout": math.inf}, "would hang the run"),
        ({"progress": "fancy"}, "unknown progress 'fancy'"),
    ],
)
def test_wrong_options_are_refused_in_words(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        RunOptions(**wrong)


def test_a_budget_of_nothing_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="the budget of tokens must be positive, got 0"):
        Budget(tokens=0)


def test_importing_the_runner_loads_nothing_heavy() -> None:
    code = (
        "import sys, holdfast.runner; "
        "print(sorted({'numpy', 'scipy', 'pyarrow', 'nanoarrow', 'filelock'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(found.stdout.replace("'", '"')) == []


def test_calls_overlap_with_the_scoring_of_earlier_answers() -> None:
    scoring: set[str] = set()
    overlapped: list[str] = []

    async def system(question: str) -> str:
        await asyncio.sleep(0.05)
        overlapped.extend(scoring)
        return question

    async def judge(trial: Trial) -> float:
        scoring.add(trial.case.id)
        await asyncio.sleep(0.08)
        scoring.remove(trial.case.id)
        return 1.0

    suite = suite_of(8, metrics=(Told(say=judge),))
    run(suite, system, options=RunOptions(concurrency=1, progress="none"))
    # One after the other, no call would ever find an answer being scored.
    assert len(set(overlapped)) >= 4


class Panic(BaseException):
    """What compiled code raises when it gives up."""


@pytest.mark.parametrize("error", [Panic("gone"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_whatever_a_system_raises_is_its_failure_and_ends_nothing(
    error: BaseException, kind: str
) -> None:
    def plain(question: str) -> str:
        if question == "q1":
            raise error
        return f"a {question}"

    async def later(question: str) -> str:
        return plain(question)

    made = run(suite_of(3), plain if kind == "def" else later, options=replace(QUIET, timeout=5))
    assert made.complete
    assert tally(made).passed == 2
    assert type(error).__name__ in failures(made)["c1"]
