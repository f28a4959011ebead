"""How often does the gate block an unchanged candidate, and how often does it see a worse one?

Runs are simulated and judged through the public API beside the usual gates and other packages, and
the figures become `docs/error-rates.md`. Exits with 1 where a promise is broken by more than three
Monte-Carlo standard errors.

    python benchmarks/error_rates.py --write              # about a quarter of an hour on 2 cores
    python benchmarks/error_rates.py --runs 4000 --write  # smaller errors
    python benchmarks/error_rates.py --only trials        # one section, printed
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from error_study.chapter import Chapter
from error_study.checks import Check, Checklist, worst
from error_study.document import document, summary
from error_study.sections import (
    amounts,
    builds,
    changes,
    clusters,
    estimands,
    latency,
    losses,
    metrics,
    peers,
    scores,
    sequential,
    slices,
    trials,
)
from error_study.simulation import Store, simulate, tasks_of

CHAPTERS: tuple[Chapter, ...] = tuple(
    module.CHAPTER
    for module in (
        trials,
        metrics,
        clusters,
        scores,
        changes,
        estimands,
        amounts,
        sequential,
        latency,
        slices,
        builds,
        peers,
        losses,
    )
)
ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "error-rates.md"


def sources() -> str:
    """Digest of everything that the figures depend on: results of other code are never reused."""
    digest = hashlib.sha256()
    for folder in (ROOT / "src" / "holdfast", ROOT / "benchmarks" / "error_study"):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def chosen(only: Sequence[str]) -> list[Chapter]:
    """The sections asked for, in the order of the page."""
    return [chapter for chapter in CHAPTERS if not only or chapter.key in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=1000, help="simulated runs of most cells")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument(
        "--only", action="append", default=[], choices=[chapter.key for chapter in CHAPTERS]
    )
    parser.add_argument("--write", action="store_true", help="write docs/error-rates.md")
    options = parser.parse_args(arguments)
    # Each process simulates on one core; threads of a linear algebra library would fight.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    chapters = chosen(options.only)
    cells = [cell for chapter in chapters for cell in chapter.cells()]
    store = Store(path=ROOT / ".holdfast" / "error-study" / f"{sources()}.jsonl")
    tasks = tasks_of(cells, runs=options.runs, seed=options.seed)
    try:
        found = simulate(tasks, store, processes=options.processes)
    except KeyboardInterrupt:
        print(f"interrupted; what is done is kept in {store.path}", file=sys.stderr)
        return 130
    checklist = Checklist()
    sections = [chapter.write(found, checklist) for chapter in chapters]
    if not options.write or options.only:
        print("\n\n".join((*sections, summary(checklist.kept))))
        return verdict(checklist.kept)
    page = document(
        sections,
        checklist.kept,
        runs=options.runs,
        seed=options.seed,
        version=version("holdfast"),
    )
    PAGE.write_text(page, encoding="utf-8")
    for chapter in chapters:
        for name, text in (chapter.pictures(found) if chapter.pictures else {}).items():
            (PAGE.parent / "images" / name).write_text(text, encoding="utf-8")
    return verdict(checklist.kept)


def verdict(checks: Sequence[Check]) -> int:
    """Exit code: 1 where a promise is broken."""
    for check in checks:
        if not check.met:
            print(
                f"broken: {check.what}: {check.percent:.1f} %, promised {check.promised:.1f} %, "
                f"{check.excess:.1f} standard errors beyond",
                file=sys.stderr,
            )
    # A study without promises could never fail.
    return 0 if checks and worst(checks).met else 1


if __name__ == "__main__":
    sys.exit(main())
