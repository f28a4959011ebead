"""How much memory does a run take?

Suites of two sizes are run in processes of their own, with a store and one small answer per case.
Exits with 1 where the large one reaches 100 MB, or where a case takes more than 2 kB beyond what it
and its answer hold themselves.

    python benchmarks/memory.py
"""

import argparse
import json
import resource
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from child import run_child
from report import Target, finish, table

WORDS = "The answer to that question is known to everybody, and it is this: "
"""An answer of the usual length of one sentence."""


def make_one_run(cases: int) -> None:
    """Run a suite in this process and print its peak memory."""
    from holdfast.dataset import Case, Dataset
    from holdfast.metric import Trial
    from holdfast.metrics import metric
    from holdfast.options import RunOptions
    from holdfast.runner import run
    from holdfast.suite import Suite
    from holdfast.system import Spec

    @metric(version="1")
    def exact(trial: Trial) -> bool:
        return trial.response.text == trial.case.expected

    @metric(version="1")
    def answered(trial: Trial) -> bool:
        return bool(trial.response.text)

    @metric(version="1")
    def short(trial: Trial) -> bool:
        return len(trial.response.text) < 1000

    async def system(question: str) -> str:
        return WORDS + question

    # Its answers are kept, which takes more memory than asking anew.
    system.spec = Spec(name="sentence")  # type: ignore[attr-defined]
    rows = (
        Case(id=f"case-{index}", input=f"question {index}", expected=f"{WORDS}question {index}")
        for index in range(cases)
    )
    dataset = Dataset(name="small", cases=tuple(rows))
    suite = Suite(name="small", dataset=dataset, metrics=(exact, answered, short))
    options = RunOptions(concurrency=20, progress="none")
    made = run(suite, system, store=Path("store"), options=options)
    if not made.complete or len(made.trials) != cases:
        raise RuntimeError(f"the run holds {len(made.trials)} trials instead of {cases}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"cases": cases, "peak": peak, "outputs": outputs(cases)}))


def outputs(cases: int) -> int:
    """Bytes of the texts of all inputs, expected answers and answers as Python holds them."""
    return sum(
        sys.getsizeof(f"question {index}") + 2 * sys.getsizeof(f"{WORDS}question {index}")
        for index in range(cases)
    )


def measure(sizes: Sequence[int], *, rounds: int) -> dict[int, list[dict[str, Any]]]:
    """Figures by size; every run is a process of its own."""
    found: dict[int, list[dict[str, Any]]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            found[size].append(run_child([sys.executable, __file__, "--one", str(size)]))
    return found


def report(found: dict[int, list[dict[str, Any]]], *, write: str | None) -> int:
    """Exit code after the figures are printed."""
    small, large = sorted(found)
    peaks = {size: statistics.median(one["peak"] for one in ones) for size, ones in found.items()}
    texts = {size: ones[0]["outputs"] for size, ones in found.items()}
    rows = [
        [f"{size:,}", f"{peaks[size] / 1e6:.1f}", f"{texts[size] / 1e6:.1f}"]
        for size in (small, large)
    ]
    growth = (peaks[large] - peaks[small]) / (large - small)
    own = (texts[large] - texts[small]) / (large - small)
    claim = f"peak memory of {large:,} cases"
    beyond = "growth per case beyond its texts"
    targets = [
        Target(claim=claim, measured=peaks[large] / 1e6, limit=100, unit="MB"),
        Target(claim=beyond, measured=(growth - own) / 1000, limit=2.0, unit="kB"),
    ]
    sections = [
        f"Median of {len(found[small])} processes each. A case holds {own:.0f} bytes of text in "
        f"all, and takes {growth:.0f} bytes.",
        table(("cases", "peak memory, MB", "texts alone, MB"), rows),
    ]
    return finish("Memory of a run", sections, targets, write=write)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs=2, default=[2000, 10_000], metavar="CASES")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", type=int, metavar="CASES", help="make one run and say its peak")
    parser.add_argument("--write", action="store_true", help="write results/memory.md")
    chosen = parser.parse_args(arguments)
    if chosen.one:
        make_one_run(chosen.one)
        return 0
    found = measure(chosen.sizes, rounds=chosen.rounds)
    return report(found, write="memory" if chosen.write else None)


if __name__ == "__main__":
    sys.exit(main())
