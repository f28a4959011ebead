"""Running evaluations as the viewer shows them, over runs that are really under way."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import holdfast
from holdfast.metrics import metric
from holdfast.viewing.live import Live
from holdfast.viewing.shelf import Shelf
from tests.viewing.builders import serving

NUMBER = 12
KILLED = """
import sys, time, holdfast
from holdfast.metrics import metric

@metric(name="whole")
def whole(trial):
    return 1.0

def slow(question):
    if question == "q5":
        print("here", flush=True)
        time.sleep(60)
    return question

cases = tuple(holdfast.Case(id=f"c{n}", input=f"q{n}") for n in range(12))
suite = holdfast.Suite(
    name="killed", dataset=holdfast.Dataset(name="d", cases=cases), metrics=(whole,)
)
import pathlib
options = holdfast.RunOptions(progress="none", concurrency=1)
holdfast.run(suite, slow, options=options, store=pathlib.Path(sys.argv[1]))
"""


@metric(name="even", bounds=(0, 1))
def even(trial: object) -> float:
    return float(int(trial.case.id[1:]) % 2 == 0)  # type: ignore[attr-defined]


def suite_of(name: str, *, repeats: int = 1) -> holdfast.Suite:
    cases = tuple(holdfast.Case(id=f"c{n}", input=f"q{n}") for n in range(NUMBER))
    return holdfast.Suite(
        name=name,
        dataset=holdfast.Dataset(name="d", cases=cases),
        metrics=(even,),
        repeats=repeats,
    )


class Gate:
    """A system that answers as many questions as it is allowed to."""

    def __init__(self) -> None:
        self.free = threading.Semaphore(0)

    def __call__(self, question: str) -> str:
        assert self.free.acquire(timeout=60)
        if question == "q3":
            raise ValueError("no idea")
        return question


def started(suite: holdfast.Suite, system: Callable[..., str], store: Path) -> threading.Thread:
    options = holdfast.RunOptions(progress="none", concurrency=1)
    thread = threading.Thread(
        target=lambda: holdfast.run(suite, system, options=options, store=store), daemon=True
    )
    thread.start()
    return thread


def until(look: Callable[[], object], *, what: str) -> None:
    end = time.monotonic() + 60
    while not look():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)


def test_runs_under_way_are_followed_to_their_end(tmp_path: Path) -> None:
    gates = {"one": Gate(), "two": Gate()}
    threads = {
        name: started(suite_of(name, repeats=2 if name == "two" else 1), gate, tmp_path)
        for name, gate in gates.items()
    }
    with serving(tmp_path) as client:

        def rows() -> dict[str, dict[str, str]]:
            found = json.loads(client.ask("live.json").text)
            page = client.ask().text
            facts: dict[str, dict[str, str]] = {}
            for row in found["runs"]:
                name = json.loads(manifest(tmp_path, row["id"]))["suite"]
                if f"<bdi>{name} ×" in page:
                    facts[name] = row["facts"]
            return facts

        until(lambda: len(rows()) == 2, what="both runs are seen")
        gates["one"].free.release(5)
        until(lambda: rows()["one"]["trials"] == f"5 of {NUMBER}", what="five trials")
        facts = rows()
        assert facts["one"]["cases"] == f"5 of {NUMBER}"
        assert facts["one"]["failures"] == "1"
        # c0, c2, c4 are even, c1 is not, and c3 gave no answer.
        assert facts["one"]["mean0"] == "75.0\xa0%" and facts["one"]["mean0n"] == "4"
        assert facts["two"]["trials"] == f"0 of {2 * NUMBER}"
        page = client.ask().text
        assert "not a verdict" in page and page.count("running</span>") == 2
        assert not any(word in page for word in ("p =", "interval", "significant"))
        for gate in gates.values():
            gate.free.release(100)
        for thread in threads.values():
            thread.join(60)
        until(lambda: "Means so far" not in client.ask().text, what="the end")
        page = client.ask().text
        assert page.count("finished</span>") == 2 and "2 runs in 2 suites" in page


def manifest(store: Path, run_id: str) -> str:
    return (store / "runs" / run_id / "manifest.json").read_text("utf-8")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process")
def test_a_killed_run_is_interrupted_and_says_how_to_go_on(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        live = Live(Shelf(tmp_path))
        (run,) = live.look()
        assert run.state == "running" and run.standing is not None
        assert run.standing.trials == 5
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=10)
    journal = run.header.path / "trials.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"case": "c5", "rep')  # what the power cut left
    old = time.time() - 120
    os.utime(journal, (old, old))
    with serving(tmp_path) as client:
        page = client.ask().text
    assert "interrupted</span>" in page and "it goes on where it stopped" in page
    assert "5 of 12" in page and "Time left" not in page


def test_trials_made_again_count_once(tmp_path: Path) -> None:
    gate = Gate()
    thread = started(suite_of("one"), gate, tmp_path)
    live = Live(Shelf(tmp_path))
    until(live.look, what="the run is seen")
    gate.free.release(2)
    until(lambda: journal_lines(tmp_path) == 2, what="two trials")
    (path,) = (tmp_path / "runs").glob("*/trials.jsonl")
    first = path.read_bytes().splitlines(keepends=True)[0]
    changed = first.replace(b'"value":1.0', b'"value":0.0')
    assert changed != first
    with path.open("ab") as file:
        file.write(changed + b"no json\n")
    time.sleep(0.45)
    (run,) = live.look()
    assert run.standing is not None
    assert (run.standing.trials, run.standing.cases) == (2, 2)
    assert run.standing.means["even"] == (0.0, 2)
    gate.free.release(100)
    thread.join(60)


def journal_lines(store: Path) -> int:
    files = list((store / "runs").glob("*/trials.jsonl"))
    return files[0].read_bytes().count(b"\n") if files else 0


def test_following_a_run_takes_no_lock_of_it(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED.replace("time.sleep(60)", "raise SystemExit"), encoding="utf-8")
    subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, check=False)
    (folder,) = (path.parent for path in (tmp_path / "runs").glob("*/manifest.json"))
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    live = Live(Shelf(tmp_path))
    for _ in range(3):
        live.look()
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before


def test_where_locks_cannot_be_seen_a_growing_journal_is_work(tmp_path: Path) -> None:
    gate = Gate()
    thread = started(suite_of("one"), gate, tmp_path)
    live = Live(Shelf(tmp_path), locks=tmp_path / "no such file")
    until(live.look, what="the run is seen")
    assert live.look()[0].state == "running"
    journal = live.look()[0].header.path / "trials.jsonl"
    old = time.time() - 120
    os.utime(journal, (old, old))
    time.sleep(0.45)
    assert live.look()[0].state == "interrupted"
    gate.free.release(100)
    thread.join(60)
