"""What is finished is kept, whatever happens to the process."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from holdfast.dataset import Case, Dataset
from holdfast.errors import StoreError, Unavailable
from holdfast.record import Run, tally
from holdfast.runner import Budget, RunOptions, run
from holdfast.store import read_run, runs
from holdfast.suite import Suite
from holdfast.system import Response, Spec, Usage
from holdfast.testing import ScriptedMetric

QUIET = RunOptions(progress="none")
SIZE = 60

# Each call appends its input to a file, so that calls are counted whatever becomes of the process.
PROGRAM = """
import asyncio, json, os, sys
from pathlib import Path
from holdfast.dataset import Case, Dataset
from holdfast.runner import RunOptions, run
from holdfast.suite import Suite
from holdfast.testing import ScriptedMetric

FOLDER = Path(sys.argv[1])

async def system(question):
    await asyncio.sleep(0.01)
    with open(FOLDER / "calls", "a") as calls:
        calls.write(f"{question}\\n")
    return f"a {question}"

cases = [Case(id=f"c{n}", input=f"q{n}") for n in range(int(sys.argv[2]))]
metric = ScriptedMetric(default=1.0)
suite = Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=(metric,))
options = RunOptions(concurrency=4, progress="none")
made = run(suite, system, store=FOLDER / "store", options=options)
print(made.id, made.complete, len(made.trials))
"""


@pytest.fixture
def program(tmp_path: Path) -> list[str]:
    (tmp_path / "program.py").write_text(PROGRAM)
    return [sys.executable, str(tmp_path / "program.py"), str(tmp_path), str(SIZE)]


def calls(folder: Path) -> Counter[str]:
    file = folder / "calls"
    return Counter(file.read_text().splitlines()) if file.exists() else Counter()


def trials_file(folder: Path) -> Path:
    (file,) = (folder / "store" / "runs").glob("*/trials.jsonl")
    return file


def begin(program: list[str], folder: Path, *, trials: int) -> "subprocess.Popen[str]":
    """Start the program and wait until some trials are recorded."""
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        files = list((folder / "store" / "runs").glob("*/trials.jsonl"))
        if files and files[0].read_bytes().count(b"\n") >= trials:
            return process
        time.sleep(0.002)
    process.kill()
    raise AssertionError(process.communicate())


@pytest.mark.parametrize("moment", [0, 1])
def test_a_killed_run_goes_on_and_repeats_no_finished_call(
    program: list[str], tmp_path: Path, moment: int
) -> None:
    process = begin(program, tmp_path, trials=1 + 17 * moment)
    process.kill()
    process.communicate()
    file = trials_file(tmp_path)
    kept = [json.loads(line) for line in file.read_bytes().split(b"\n")[:-1]]
    with file.open("ab") as half:
        half.write(b'{"case":"c59","repeat":0,"resp')
    before = calls(tmp_path)

    ended = subprocess.run(program, capture_output=True, text=True, check=True, timeout=60)

    made = read_run(file.parent)
    assert ended.stdout.split() == [made.id, "True", str(SIZE)]
    assert len(runs(tmp_path / "store")) == 1
    finished = {row["case"].replace("c", "q") for row in kept}
    again = calls(tmp_path) - before
    assert not finished & set(again)
    assert sum(calls(tmp_path).values()) <= SIZE + 8  # those in flight may be made again
    assert tally(made).passed == SIZE
    recorded = {(t.case_id, t.response and t.response.text) for t in made.trials}
    assert recorded == {(f"c{n}", f"a q{n}") for n in range(SIZE)}
    receipt = made.provenance.cache
    assert receipt.hits + receipt.misses == SIZE


def test_ctrl_c_keeps_the_run_and_says_how_to_go_on(program: list[str], tmp_path: Path) -> None:
    process = begin(program, tmp_path, trials=5)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in error
    assert f"of {SIZE} trials, kept in" in error
    assert "run the same command again to resume" in error
    (header,) = runs(tmp_path / "store")
    assert not header.complete
    stopped = read_run(header.path)
    assert stopped.provenance.stopped == "interrupted"
    assert tally(stopped).skipped > 0
    finished = {trial.case_id.replace("c", "q") for trial in stopped.trials}
    before = calls(tmp_path)

    subprocess.run(program, capture_output=True, check=True, timeout=60)

    made = read_run(header.path)
    assert made.complete
    assert made.provenance.stopped == ""
    assert made.provenance.seconds > stopped.provenance.seconds
    assert not finished & set(calls(tmp_path) - before)


def test_two_processes_on_one_store_make_two_whole_runs(program: list[str], tmp_path: Path) -> None:
    pair = [
        subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    printed = [process.communicate(timeout=60) for process in pair]
    assert [process.returncode for process in pair] == [0, 0], printed
    headers = runs(tmp_path / "store")
    assert {header.id for header in headers} == {out.split()[0] for out, _ in printed}
    for header in headers:
        assert tally(read_run(header.path)).passed == SIZE


def suite_of(size: int = 6) -> Suite:
    cases = [Case(id=f"c{n}", input=f"q{n}") for n in range(size)]
    metric = ScriptedMetric(default=1.0)
    return Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=(metric,))


ASKED: list[str] = []
"""Questions that the systems below were asked; a list that they carried would be part of them."""


def test_a_finished_run_is_not_resumed_but_its_answers_are_used(tmp_path: Path) -> None:
    ASKED.clear()

    def system(question: str) -> str:
        ASKED.append(question)
        return question

    system.spec = Spec(name="declared")  # type: ignore[attr-defined]
    first = run(suite_of(), system, store=tmp_path, options=QUIET)
    second = run(suite_of(), system, store=tmp_path, options=QUIET)
    assert first.id != second.id
    assert len(ASKED) == 6
    assert second.provenance.cache.hits == 6
    assert list(first.observations) == list(second.observations)
    assert [t.seconds for t in first.trials] == [t.seconds for t in second.trials]


def test_a_run_that_its_budget_ended_goes_on_with_the_next_session(tmp_path: Path) -> None:
    ASKED.clear()

    def system(question: str) -> Response:
        ASKED.append(question)
        return Response(text=question, usage=Usage(output_tokens=10))

    options = RunOptions(concurrency=1, budget=Budget(tokens=20), progress="none")
    made = [run(suite_of(), system, store=tmp_path, options=options) for _ in range(3)]
    assert len({one.id for one in made}) == 1
    assert [one.complete for one in made] == [False, False, True]
    assert sorted(ASKED) == sorted({f"q{n}" for n in range(6)})


def test_a_resumed_run_makes_trials_again_that_the_infrastructure_failed(tmp_path: Path) -> None:
    ASKED.clear()

    def system(question: str) -> Response:
        ASKED.append(question)
        if question == "q0" and (tmp_path / "down").exists():
            raise Unavailable
        return Response(text=question, usage=Usage(output_tokens=10))

    (tmp_path / "down").touch()
    options = RunOptions(concurrency=1, attempts=1, budget=Budget(tokens=20), progress="none")
    first = run(suite_of(), system, store=tmp_path, options=options)
    assert first.trials[0].failure is not None
    (tmp_path / "down").unlink()
    rest = RunOptions(concurrency=1, attempts=1, progress="none")
    second = run(suite_of(), system, store=tmp_path, options=rest)
    assert second.id == first.id
    assert tally(second).passed == 6
    assert Counter(ASKED) == Counter({"q0": 2, "q1": 1, "q2": 1, "q3": 1, "q4": 1, "q5": 1})
    assert read_run(runs(tmp_path)[0].path) == second


def test_changed_systems_seeds_and_data_begin_a_run_of_their_own(tmp_path: Path) -> None:
    def system(question: str, factor: int) -> Response:
        return Response(text=question * factor, usage=Usage(output_tokens=10))

    def stopped(size: int, *, factor: int, seed: int) -> str:
        budget = Budget(tokens=20)
        options = RunOptions(concurrency=1, seed=seed, budget=budget, progress="none")
        return run(
            suite_of(size), partial(system, factor=factor), store=tmp_path, options=options
        ).id

    made = [
        stopped(6, factor=1, seed=0),
        stopped(7, factor=1, seed=0),
        stopped(6, factor=2, seed=0),
        stopped(6, factor=1, seed=1),
    ]
    assert len(set(made)) == 4
    assert stopped(6, factor=1, seed=0) == made[0]


def test_a_store_that_is_a_file_is_refused_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreError, match=r"store.*free space or make the folder writable"):
        run(suite_of(), str, store=tmp_path / "store", options=QUIET)


def test_a_disk_that_fills_up_is_a_store_error_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def system(question: str) -> str:
        return question

    real, written = os.write, Counter[str]()

    def full(file: int, data: bytes) -> int:
        if b'"repeat":' in bytes(data):
            written["lines"] += 1
            if written["lines"] > 3:
                raise OSError(errno.ENOSPC, "No space left on device")
        return real(file, data)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(StoreError, match=r"trials\.jsonl.*No space left.*run again"):
            run(suite_of(), system, store=tmp_path, options=QUIET)
    (header,) = runs(tmp_path)
    assert len(read_run(header.path).trials) == 3
    made = run(suite_of(), system, store=tmp_path, options=QUIET)
    assert made.id == header.id
    assert made.complete


LIMITED = """
import resource, sys
from pathlib import Path
from holdfast.dataset import Case, Dataset
from holdfast.errors import StoreError
from holdfast.runner import RunOptions, run
from holdfast.suite import Suite
from holdfast.testing import ScriptedMetric

def system(question):
    return "x" * 5000

cases = [Case(id=str(n), input=n) for n in range(200)]
metric = ScriptedMetric(default=1.0)
suite = Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=(metric,))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    run(suite, system, store=Path(sys.argv[1]), options=RunOptions(progress="none"))
except StoreError as error:
    print(error)
"""


def test_a_file_that_may_not_grow_is_a_store_error(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    # Whether the record or the cache meets the limit first is left to them.
    assert f"{tmp_path}/" in ended.stdout, ended.stderr
    assert "free space" in ended.stdout
    (header,) = runs(tmp_path)
    assert not header.complete
    assert len(read_run(header.path).trials) > 10


def test_finished_trials_are_only_ever_appended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    real = os.write

    def counted(file: int, data: bytes) -> int:
        if b'"repeat":' in bytes(data):
            sizes.append(len(data))
        return real(file, data)

    monkeypatch.setattr(os, "write", counted)
    made: Run = run(suite_of(40), lambda question: question, store=tmp_path, options=QUIET)
    (file,) = tmp_path.glob("runs/*/trials.jsonl")
    assert len(sizes) == len(made.trials) == 40
    assert sum(sizes) == file.stat().st_size


def test_a_long_run_takes_little_memory_and_little_time(tmp_path: Path) -> None:
    # Loose bounds: the figures themselves are measured by the benchmarks.
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    async def instant(question: str) -> str:
        return question

    made = run(suite_of(2000), instant, store=tmp_path, options=RunOptions(progress="none"))
    assert made.complete
    assert time.process_time() - began < 2000 * 0.004
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
