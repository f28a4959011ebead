"""What does one case cost, beside other harnesses?

Every harness gets the same instant async task with three instant metrics, concurrency 20 and its
normal result object, in a process of its own; imports are not counted. holdfast writes its durable
records meanwhile. Exits with 1 where holdfast costs more CPU per case than pydantic-evals, or where
a case costs more in a large suite than in a small one.

    python benchmarks/overhead.py                      # about 8 minutes, most of it deepeval's
    python benchmarks/overhead.py --peers pydantic-evals --rounds 7
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from child import run_child
from environments import PINS, interpreter
from report import Target, finish, table

SCRIPTS = Path(__file__).parent / "peers"
OURS = "holdfast"
USED = "holdfast, store in use"
"""The same in a store that met the system before, so that every answer is looked for."""
RECORDS = {
    "holdfast": "every trial in a journal, answers and scores in a cache, a table of scores",
    "holdfast, store in use": "the same",
    "pydantic-evals": "nothing",
    "deepeval": "test run and score cache as JSON",
    "inspect-ai": "a log with every sample",
    "multivon-eval": "nothing",
}
"""What each harness leaves on disk by itself; the bytes are measured."""

SLOW = ("deepeval", "inspect-ai", "multivon-eval")
"""Peers that are measured once: they are further away than one round could be wrong."""

SLOWEST = ("deepeval", "inspect-ai")
"""Peers that are run with the small suite alone: the large one would take them hours."""

Figures = list[dict[str, Any]]
Results = dict[tuple[str, int], Figures]


def measure(names: Sequence[str], sizes: Sequence[int], *, rounds: int) -> Results:
    """Figures by harness and size; the harnesses take turns, so that all meet the same load."""
    results: Results = {}
    for turn in range(rounds):
        for size in sizes:
            for name in names:
                if (name in SLOW and turn > 0) or (name in SLOWEST and size > min(sizes)):
                    continue
                results.setdefault((name, size), []).append(once(name, size))
    return results


def once(name: str, size: int) -> dict[str, Any]:
    """Figures of one evaluation in a process of its own."""
    print(f"{name}, {size:,} cases", file=sys.stderr)
    if name in (OURS, USED):
        extra = ["--used"] if name == USED else []
        return run_child([sys.executable, SCRIPTS / "with_holdfast.py", str(size), *extra])
    script = SCRIPTS / f"with_{name.replace('-', '_')}.py"
    return run_child([interpreter(name), script, str(size)])


def per_case(figures: Figures, key: str = "cpu") -> float:
    """Milliseconds per case in the best round: other programs only ever add to the time."""
    return min(1000.0 * found[key] / found["cases"] for found in figures)


def rows_of(results: Results, names: Sequence[str], sizes: Sequence[int]) -> list[list[str]]:
    """Rows of the table."""
    rows: list[list[str]] = []
    for size in sizes:
        ours = per_case(results[OURS, size])
        for name in names:
            figures = results.get((name, size))
            label = PINS.get(name, name).replace("==", " ")
            if figures is None:
                rows.append([f"{label}, {size:,} cases", *["not run: takes too long"], *[""] * 5])
                continue
            cost = per_case(figures)
            spread = [1000.0 * found["cpu"] / found["cases"] for found in figures]
            kept = statistics.median(found["bytes"] / found["cases"] for found in figures)
            rows.append(
                [
                    f"{label}, {size:,} cases",
                    f"{cost:.3f} (median {statistics.median(spread):.3f})",
                    f"{ours / cost:.3f}",
                    f"{per_case(figures, 'wall'):.3f}",
                    f"{1000 * min(found['first'] for found in figures):.0f}",
                    f"{kept / 1000:.2f} kB: {RECORDS[name]}",
                    f"{len(figures)}",
                ]
            )
    return rows


def targets(results: Results, names: Sequence[str], sizes: Sequence[int]) -> list[Target]:
    """What must hold."""
    peer = "pydantic-evals"
    small, large = min(sizes), max(sizes)
    found = [
        Target(
            claim=f"CPU per case at {size:,} cases, holdfast / {peer}",
            measured=per_case(results[OURS, size]) / per_case(results[peer, size]),
            limit=1.0,
        )
        for size in sizes
        if peer in names
    ]
    growth = per_case(results[OURS, large]) / per_case(results[OURS, small])
    claim = f"CPU per case at {large:,} cases / at {small:,} cases"
    return [*found, Target(claim=claim, measured=growth, limit=1.3)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000], metavar="CASES")
    parser.add_argument("--peers", nargs="*", default=list(PINS), choices=list(PINS))
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--write", action="store_true", help="write results/overhead.md")
    chosen = parser.parse_args(arguments)
    names = [OURS, USED, *chosen.peers]
    for peer in chosen.peers:
        interpreter(peer)
    results = measure(names, chosen.sizes, rounds=chosen.rounds)
    headers = (
        "harness",
        "CPU per case, ms",
        "holdfast / it",
        "wall per case, ms",
        "first evaluation, ms",
        "on disk per case",
        "rounds",
    )
    sections = [
        "An instant async task, three instant metrics, concurrency 20. CPU of the process with its "
        "threads and children around the evaluate call; the best of the rounds. One case is "
        "evaluated before, which imports what is imported late: its CPU is the first evaluation's.",
        table(headers, rows_of(results, names, chosen.sizes)),
    ]
    write = "overhead" if chosen.write else None
    found = targets(results, names, chosen.sizes)
    return finish("Cost of one case", sections, found, write=write)


if __name__ == "__main__":
    sys.exit(main())
