"""Simulation: many runs of many cells, on all cores, kept as they come."""

import json
import sys
import time
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context
from pathlib import Path

import numpy as np
from error_study.cells import Cell, Counts

CHUNK = 50
"""Runs of one task; the draws depend on it and the seed, and not on the number of processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often something happened in the runs of a cell."""

    runs: int
    counts: Counts = field(default_factory=Counter)

    def of(self, name: str) -> float:
        """Share of the runs; for an amount, its mean over the runs."""
        return self.counts[name] / self.runs

    def percent(self, name: str) -> float:
        """The same in percent."""
        return 100.0 * self.of(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Some runs of one cell."""

    cell: Cell
    seed: int
    chunk: int

    @property
    def key(self) -> str:
        """Names the task in the store."""
        return f"{self.seed} {self.chunk} {self.cell!r}"

    def generator(self) -> np.random.Generator:
        """Random numbers that depend on the setting alone: gates of one setting share them."""
        return np.random.default_rng(
            (self.seed, zlib.crc32(self.cell.setting.name.encode()), self.chunk)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Finished tasks on disk, so that an interrupted study goes on where it stopped."""

    path: Path

    def read(self) -> dict[str, Counts]:
        """Counts by key of the task; a last line that was cut off is left out."""
        found: dict[str, Counts] = {}
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    row = json.loads(line)
                except json.JSONDecodeError:
                    continue
                found[row["task"]] = Counter(row["counts"])
        return found

    def add(self, task: Task, counts: Counts, seconds: float) -> None:
        """Write one finished task and how long it took."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(
                json.dumps({"task": task.key, "counts": counts, "seconds": round(seconds, 3)})
                + "\n"
            )


def tasks_of(cells: Sequence[Cell], *, runs: int, seed: int) -> list[Task]:
    """Every task, the longest first, so that no core waits for the last one."""
    tasks = [
        Task(cell=cell, seed=seed, chunk=chunk)
        for cell in dict.fromkeys(cells)
        for chunk in range(chunks_of(cell, runs))
    ]
    return sorted(tasks, key=lambda task: -task.cell.cost)


def chunks_of(cell: Cell, runs: int) -> int:
    """Number of tasks of a cell."""
    return max(1, round(runs * cell.share / CHUNK))


def simulate(tasks: Sequence[Task], store: Store, *, processes: int) -> Mapping[Cell, Rates]:
    """Rates of every cell; what the store holds is not simulated again."""
    known = store.read()
    todo = [task for task in tasks if task.key not in known]
    if len(todo) < len(tasks):
        print(f"{len(tasks) - len(todo)} of {len(tasks)} tasks are kept", file=sys.stderr)
    progress = Progress(total=sum(task.cell.cost for task in todo))
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        try:
            futures = {pool.submit(run_task, task): task for task in todo}
            for done in as_completed(futures):
                task, (counts, seconds) = futures[done], done.result()
                store.add(task, counts, seconds)
                known[task.key] = counts
                progress.advance(task.cell.cost)
        except BaseException:
            pool.shutdown(cancel_futures=True, wait=False)
            # What is under way may take minutes, and nobody waits for it any more.
            for process in active_children():
                process.terminate()
            raise
    found: dict[Cell, Rates] = {}
    for task in tasks:
        before = found.get(task.cell, Rates(runs=0))
        found[task.cell] = Rates(runs=before.runs + CHUNK, counts=before.counts + known[task.key])
    return found


def run_task(task: Task) -> tuple[Counts, float]:
    """Counts of one task, and the seconds of CPU that it took here."""
    began = time.process_time()
    counts = task.cell.measure(task.generator(), CHUNK)
    return counts, time.process_time() - began


class Progress:
    """Says every few seconds how much is done and how long the rest takes."""

    def __init__(self, *, total: float) -> None:
        self._total = total
        self._done = 0.0
        self._began = time.perf_counter()
        self._said = self._began

    def advance(self, cost: float) -> None:
        """Note finished work."""
        self._done += cost
        now = time.perf_counter()
        if now - self._said < 10.0:
            return
        self._said = now
        rest = int((now - self._began) * (self._total / self._done - 1.0))
        done = self._done / self._total
        print(
            f"{done:4.0%} done, about {rest // 60} min {rest % 60:02d} s left",
            file=sys.stderr,
            flush=True,
        )
