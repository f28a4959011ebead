"""How long does it take to compare two large runs?

Two runs of 10,000 cases and five metrics are written as run folders, and `holdfast compare` judges
them and writes its report. Two runs of 1,000 cases, twelve metrics and three trials of each case
are compared and decided in memory, with step-down sign flips over the metrics and with twenty tags
searched. Exits with 1 where the first takes 2 seconds or more or its report reaches 5 MB, or where
the second takes 1 second or more.

    python benchmarks/comparing.py
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from report import Target, finish, table

from holdfast.comparison import compare
from holdfast.dataset import Case, digest_cases
from holdfast.gate import decide, default_policies
from holdfast.metric import Score
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.report import render_html
from holdfast.store import read_run, write_run
from holdfast.system import Response, Spec

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How large a run is."""

    cases: int
    metrics: tuple[str, ...]
    binary: int
    """So many of the first metrics are pass or fail; the others are graded without steps."""
    tags: int
    repeats: int = 1


LARGE = Shape(
    cases=10_000,
    metrics=("exact", "grounded", "faithfulness", "tone", "recall"),
    binary=2,
    tags=12,
)
WIDE = Shape(
    cases=1_000,
    metrics=tuple(f"metric-{number:02}" for number in range(12)),
    binary=6,
    tags=20,
    repeats=3,
)
SEARCH = "compare and decide, 12 metrics, 3 trials, 20 tags"
WHOLE = "`holdfast compare A B --html FILE`, start included"
WHY = "{:.0%} of what was expected is in the answer"


def case_records(shape: Shape) -> tuple[CaseRecord, ...]:
    """Cases that both runs share."""
    return tuple(
        CaseRecord(
            id=f"case-{index:05d}",
            digest=Case(id="any", input=index).digest,
            tags=(f"topic-{index % shape.tags}",),
            input=f"What does section {index} of the handbook say about returns?",
            expected=f"Section {index} allows returns within {index % 60} days.",
        )
        for index in range(shape.cases)
    )


def simulated(name: str, shape: Shape, *, seed: int, drop: float) -> Run:
    """A run with scores that lie around 0.8 less the drop."""
    generator = np.random.default_rng(seed)
    levels = np.random.default_rng(0).beta(4.0, 1.0, size=(shape.cases, 1, 1))
    size = (shape.cases, shape.repeats, len(shape.metrics))
    graded = np.clip(levels - drop + generator.normal(0, 0.1, size), 0.0, 1.0)
    passes = generator.random((*size[:2], shape.binary)) < levels - drop
    graded[..., : shape.binary] = passes
    records = case_records(shape)
    trials = tuple(
        TrialRecord(
            case_id=case.id,
            repeat=repeat,
            response=Response(text=f"Returns are possible within {int(row[-1] * 60)} days."),
            scores={
                metric: Score(float(value), WHY.format(value))
                for metric, value in zip(shape.metrics, row, strict=True)
            },
            seconds=0.5,
        )
        for case, rows in zip(records, graded, strict=True)
        for repeat, row in enumerate(rows)
    )
    return Run(
        id=name,
        suite="large",
        system=Spec(name="simulated", params={"drop": drop}),
        dataset="large",
        dataset_digest=digest_cases((case.id, case.digest) for case in records),
        metrics=tuple(
            MetricRecord(spec=Spec(name=metric), better="higher", bounds=(0.0, 1.0))
            for metric in shape.metrics
        ),
        repeats=shape.repeats,
        cases=records,
        trials=trials,
    )


def timed(function: Callable[[], T]) -> tuple[T, float, float]:
    """Result of a function with its wall and CPU seconds."""
    began, spent = time.perf_counter(), time.process_time()
    result = function()
    return result, time.perf_counter() - began, time.process_time() - spent


def steps(before: Path, after: Path) -> dict[str, tuple[float, float]]:
    """Wall and CPU seconds by step, in this process."""
    times: dict[str, tuple[float, float]] = {}
    (baseline, candidate), *times["load two runs"] = timed(
        lambda: (read_run(before), read_run(after))
    )
    policies = default_policies(candidate.metrics)
    comparison, *times["compare"] = timed(lambda: compare(baseline, candidate, policies=policies))
    verdict, *times["decide"] = timed(lambda: decide(comparison, policies))
    _, *times["render HTML"] = timed(lambda: render_html(verdict))
    return times


def command(before: Path, after: Path, report: Path) -> tuple[float, float]:
    """Wall and CPU seconds of `holdfast compare` as a user calls it."""
    script = Path(sys.executable).with_name("holdfast")
    line = [script, "compare", before, after, "--html", report]
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling anew each time is not comparing
    began, spent = time.perf_counter(), _children()
    done = subprocess.run(
        line, capture_output=True, text=True, check=False, cwd=before.parent, env=environment
    )
    wall, cpu = time.perf_counter() - began, _children() - spent
    if done.returncode != 1:  # the candidate is five points worse
        raise RuntimeError(f"exit code {done.returncode} instead of 1:\n{done.stderr[-2000:]}")
    return wall, cpu


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def search(*, rounds: int) -> list[tuple[float, float]]:
    """Wall and CPU seconds of comparing and deciding the wide runs, by round."""
    baseline, candidate = (
        simulated(name, WIDE, seed=seed, drop=drop)
        for name, seed, drop in (("a", 1, 0.0), ("b", 2, 0.02))
    )
    policies = default_policies(candidate.metrics)
    times: list[tuple[float, float]] = []
    for _ in range(rounds):
        verdict, *spent = timed(
            lambda: decide(compare(baseline, candidate, policies=policies), policies)
        )
        if not all(finding.adjustment == "max-t" for finding in verdict.findings):
            raise RuntimeError("the metrics were not judged together")
        times.append((spent[0], spent[1]))
    return times


def measure(cases: int, *, rounds: int) -> tuple[dict[str, list[tuple[float, float]]], float]:
    """Wall and CPU seconds by step and round, and the size of the report in MB."""
    found: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        before, after, report = (Path(folder) / name for name in ("a", "b", "report.html"))
        shape = replace(LARGE, cases=cases)
        write_run(simulated("a", shape, seed=1, drop=0.0), before)
        write_run(simulated("b", shape, seed=2, drop=0.05), after)
        for _ in range(rounds):
            for name, times in steps(before, after).items():
                found.setdefault(name, []).append(times)
            found.setdefault(WHOLE, []).append(command(before, after, report))
        return found, report.stat().st_size / 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write results/comparing.md")
    chosen = parser.parse_args(arguments)
    found, size = measure(chosen.cases, rounds=chosen.rounds)
    found[SEARCH] = search(rounds=chosen.rounds)
    rows = [
        [
            name,
            f"{min(wall for wall, _ in times):.2f}",
            f"{statistics.median(wall for wall, _ in times):.2f}",
            f"{min(cpu for _, cpu in times):.2f}",
        ]
        for name, times in found.items()
    ]
    best = min(wall for wall, _ in found[WHOLE])
    targets = [
        Target(claim="wall of the command", measured=best, limit=2.0, unit="s"),
        Target(claim="size of the report", measured=size, limit=5.0, unit="MB"),
        Target(claim=SEARCH, measured=min(wall for wall, _ in found[SEARCH]), limit=1.0, unit="s"),
    ]
    sections = [
        f"Two runs of {chosen.cases:,} cases and {len(LARGE.metrics)} metrics, {LARGE.binary} of "
        f"them binary; and two of {WIDE.cases:,} cases, {len(WIDE.metrics)} metrics and "
        f"{WIDE.repeats} trials, {WIDE.tags} tags searched. {chosen.rounds} rounds.",
        table(("step", "least wall, s", "median wall, s", "least CPU, s"), rows),
    ]
    write = "comparing" if chosen.write else None
    return finish("Comparing two large runs", sections, targets, write=write)


if __name__ == "__main__":
    sys.exit(main())
