"""Simulation: how often the gate, and the usual ones, block a candidate in one setting."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from error_study.draws import Setting, draw
from error_study.records import policies, record
from error_study.usual_gates import usual_gates

from holdfast.comparison import compare
from holdfast.gate import decide

CHUNK = 50
"""Runs of one task; the draws depend on it and the seed, and not on the number of processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One setting with the margins at which it is judged; the first one is the gate's."""

    setting: Setting
    margins: tuple[float, ...] = (0.02,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often something happened in the runs of a cell."""

    runs: int
    counts: Counter[str]

    def of(self, name: str) -> float:
        """Share of the runs."""
        return self.counts[name] / self.runs


def simulate(cells: Sequence[Cell], *, runs: int, seed: int, processes: int) -> dict[Cell, Rates]:
    """Rates of every cell, each from its own stream of random numbers."""
    chunks = max(1, runs // CHUNK)
    tasks = [
        (cell, (seed, index, chunk)) for index, cell in enumerate(cells) for chunk in range(chunks)
    ]
    counts: dict[Cell, Counter[str]] = {cell: Counter() for cell in cells}
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for cell, found in pool.map(_chunk, tasks):
            counts[cell] += found
    return {cell: Rates(runs=chunks * CHUNK, counts=found) for cell, found in counts.items()}


def _chunk(task: tuple[Cell, tuple[int, int, int]]) -> tuple[Cell, Counter[str]]:
    cell, key = task
    generator = np.random.default_rng(key)
    counts: Counter[str] = Counter()
    for _ in range(CHUNK):
        baseline, candidate = draw(cell.setting, generator)
        for name, blocked in usual_gates(baseline, candidate).items():
            counts[name] += blocked
        before = record(baseline, cell.setting, name="baseline")
        after = record(candidate, cell.setting, name="candidate")
        gates = policies(cell.setting, margin=cell.margins[0])
        comparison = compare(before, after, policies=gates)
        counts["unadjusted"] += any(delta.p_worse <= delta.alpha for delta in comparison.deltas)
        for margin in cell.margins:
            verdict = decide(comparison, policies(cell.setting, margin=margin))
            safe = ("within_margin", "improved")
            counts[f"blocked {margin}"] += verdict.exit_code == 1
            counts[f"safe {margin}"] += all(found.state in safe for found in verdict.findings)
            counts["neither"] += verdict.exit_code not in (0, 1)
    return cell, counts
