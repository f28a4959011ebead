"""How good, how fast and how large is retrieval, stage by stage and variant by variant?

Every retriever of `VARIANTS` answers the handbook's test questions and is laid beside the one that
ships, those that ask a chat model too; differences are paired, 95 % intervals and p-values are
holdfast's own. Reflection is told by vague questions and routing by source, each with what it
costs. Then the time of a question in each stage, the time of indexing, the stores on random vectors
beside numpy, BM25 beside rank_bm25 where that is installed, and the memory of a process that
answers one question.
Exits with 1 where what ships is not above both of its parts, or a question takes too long.

    python benchmarks/retrieval.py                  # some fifteen minutes on two cores
    python benchmarks/retrieval.py --quick          # a tenth of the questions and vectors
"""

import argparse
import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from child import run_child
from report import Target, finish, table

ROOT = Path(__file__).resolve().parents[1]


def find_systems() -> None:
    """Make `systems` importable without the repository root on the path, as conftest.py does."""
    folder = ROOT / "systems"
    found = importlib.util.spec_from_file_location(
        "systems", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if found is None or found.loader is None:
        raise ImportError(f"the package in {folder} cannot be loaded")
    sys.modules["systems"] = importlib.util.module_from_spec(found)
    found.loader.exec_module(sys.modules["systems"])


if importlib.util.find_spec("systems") is None:
    find_systems()

from retrieval_quality import quality, suite_of  # noqa: E402  # needs the line above

from systems.rag import handbook  # noqa: E402  # likewise
from systems.rag.retrieval.retriever import Retriever  # noqa: E402  # likewise
from systems.rag.retrieval.terms import read_terms  # noqa: E402  # likewise
from systems.rag.stores.embeddings import embed  # noqa: E402  # likewise

SLOWEST = 0.15
"""Seconds that 95 % of questions to what ships must not exceed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured."""

    questions: int
    vectors: int


def milliseconds(act: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """Median and 95th percentile of the time of a call, after one that is not counted."""
    act(questions[0])
    seconds = []
    for question in questions:
        start = time.perf_counter()
        act(question)
        seconds.append(time.perf_counter() - start)
    middle, high = np.quantile(seconds, [0.5, 0.95])
    return 1000 * float(middle), 1000 * float(high)


def latency(size: Size) -> tuple[str, Target]:
    """Time of one question in each stage and variant."""
    questions = [str(case.input) for case in suite_of(size.questions).dataset]
    dense = handbook.dense()
    dense(questions[0])
    base = dense.knowledge_base
    vectors = {question: dense.encoder([question])[0] for question in questions}
    index = base.store.open(folder=base.folder, key=base.key, rows=len(handbook.CORPUS.sections))
    if index is None:
        raise RuntimeError(f"the index under {base.folder} is gone")
    stages: Mapping[str, Callable[[str], object]] = {
        "checking that no document changed": lambda _: handbook.CORPUS.check(),
        "words of the question": read_terms,
        "embedding of the question": lambda question: dense.encoder([question]),
        "nearest 40 vectors, exact": lambda question: index.search(vectors[question], 40),
    }
    retrievers: dict[str, Retriever] = {"hybrid, which ships": handbook.hybrid()}
    retrievers |= {name: make() for name, make in handbook.VARIANTS.items()}
    rows, slowest = [], 0.0
    for name, act in {**stages, **retrievers}.items():
        middle, high = milliseconds(act, questions)
        if name.startswith("hybrid,"):
            slowest = high / 1000
        rows.append((name, f"{middle:.2f}", f"{high:.2f}"))
    text = "## Time of a question\n\nOne at a time, in milliseconds.\n\n"
    target = Target(claim="hybrid, p95 of a question", measured=slowest, limit=SLOWEST, unit="s")
    return text + table(("stage or retriever", "p50", "p95"), rows), target


def indexing() -> str:
    """Sections that are indexed in a second."""
    sections = handbook.CORPUS.sections
    texts = [section.searchable for section in sections]
    encoder = handbook.dense().encoder
    encoder(texts[:1])
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        steps: Mapping[str, Callable[[], object]] = {
            "embedding, from nothing": lambda: embed(texts, encoder, folder=Path(folder)),
            "embedding, one section changed": lambda: embed(
                [*texts[1:], texts[0] + " Changed."], encoder, folder=Path(folder)
            ),
            "BM25": lambda: handbook.bm25()("pump"),
        }
        for name, act in steps.items():
            start = time.perf_counter()
            act()
            seconds = time.perf_counter() - start
            rows.append((name, f"{seconds:.2f}", f"{len(texts) / seconds:,.0f}"))
    text = f"## Indexing\n\n{len(texts)} sections.\n\n"
    return text + table(("step", "seconds", "sections per second"), rows)


def stores(size: Size) -> str:
    """The stores on random vectors in loose groups, beside a product of matrices."""
    dice = np.random.default_rng(0)
    centres = dice.normal(size=(200, 384))
    drawn = centres[dice.integers(0, 200, size=size.vectors)]
    drawn = drawn + 1.5 * dice.normal(size=drawn.shape)
    vectors = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    asked = {str(row): vectors[row] for row in range(0, len(vectors), len(vectors) // 100)}
    nearest = {key: np.argsort(-(vectors @ one))[:10].tolist() for key, one in asked.items()}
    peer = milliseconds(lambda key: np.argpartition(vectors @ asked[key], -10), list(asked))
    rows = [("numpy, all at once", "", f"{peer[0]:.2f}", f"{peer[1]:.2f}", "1.000")]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name, store in handbook.STORES.items():
            start = time.perf_counter()
            index = store.make(vectors, folder=Path(folder), key=f"bench-{name}")
            seconds = time.perf_counter() - start
            found = sum(
                len({row for row, _ in index.search(one, 10)} & set(nearest[key]))
                for key, one in asked.items()
            )
            middle, high = milliseconds(lambda key: index.search(asked[key], 10), list(asked))  # noqa: B023  # called at once
            share = found / (10 * len(asked))
            rows.append((name, f"{seconds:.2f}", f"{middle:.2f}", f"{high:.2f}", f"{share:.3f}"))
    head = ("store", "made in s", "p50 ms", "p95 ms", "recall@10 of exact")
    return f"## Stores\n\n{size.vectors:,} vectors of 384 dimensions.\n\n" + table(head, rows)


def words(size: Size) -> str:
    """BM25 beside rank_bm25, on the same terms of the same sections."""
    questions = [str(case.input) for case in suite_of(size.questions).dataset]
    ours = milliseconds(handbook.bm25(), questions)
    rows = [("bm25s, as here", f"{ours[0]:.2f}", f"{ours[1]:.2f}")]
    if importlib.util.find_spec("rank_bm25") is None:
        note = "\n\nrank_bm25 is not installed here, so it was left out."
    else:
        peer: Any = importlib.import_module("rank_bm25")
        terms = [read_terms(section.searchable) for section in handbook.CORPUS.sections]
        theirs = peer.BM25Okapi(terms, k1=1.2, b=0.75)
        found = milliseconds(
            lambda q: np.argsort(theirs.get_scores(read_terms(q)))[-20:], questions
        )
        rows.append(("rank_bm25", f"{found[0]:.2f}", f"{found[1]:.2f}"))
        note = ""
    return "## Words\n\n" + table(("implementation", "p50 ms", "p95 ms"), rows) + note


def memory() -> str:
    """Peak memory of a process that answers one question."""
    rows = []
    for name in ("nothing", "bm25", "dense", "hybrid"):
        figures = run_child([sys.executable, Path(__file__).resolve(), "--peak", name])
        rows.append((name, f"{figures['megabytes']:,.0f}"))
    head = ("a process with", "peak MB")
    return "## Memory\n\nResident, at most, after one question.\n\n" + table(head, rows)


def peak(name: str) -> None:
    """Answer a question in this process and print its peak memory."""
    if name != "nothing":
        getattr(handbook, name)()("Which filter is rinsed every month?")
    # The peak since this program began: `getrusage` counts that of the process it was forked from.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    print(json.dumps({"megabytes": int(kilobytes) / 1024}))


def main() -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of questions and vectors")
    parser.add_argument("--write", action="store_true", help="write results/retrieval.md")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peak:
        peak(given.peak)
        return 0
    size = Size(questions=12, vectors=2000) if given.quick else Size(questions=10**6, vectors=20000)
    sections, targets = quality(size.questions)
    timed, target = latency(size)
    sections += [timed, words(size), indexing(), stores(size), memory()]
    return finish(
        "Retrieval", sections, [*targets, target], write="retrieval" if given.write else None
    )


if __name__ == "__main__":
    sys.exit(main())
