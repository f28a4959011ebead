"""Does the trained cross-encoder help on documents that no lesson of its training was about?

The cross-encoder that ships was taught by questions about the handbook's documents, other ones than
are measured. Here the documents are cut in two so that no test question has its answer in both
halves, an adapter is trained without each half, and a question is answered by the one that never
saw its documents. That is laid beside the hybrid, late interaction and what ships.
Exits with 1 where the cross-encoder that never saw the documents is not above the hybrid.

    python benchmarks/reranker_folds.py                   # two trainings of ten minutes
    python benchmarks/reranker_folds.py --rows 100        # short ones, to see that it works
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from report import Target, finish, table
from retrieval import suite_of  # first, since it makes `systems` importable
from retrieval_quality import METRICS, answers, deltas, told

from holdfast.dataset import Case
from holdfast.suite import Suite
from holdfast.system import Response, Spec
from systems.rag import handbook
from systems.rag.reranking.shipped import cross_encoder
from systems.rag.retrieval.retriever import Retriever
from systems.rag.training.course import Course
from systems.rag.training.trainer import Progress, Recipe

EVERY = 10**6
RIGHT = 2
"""Grade of a passage that holds the answer; other versions of it have a lower one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A retriever that asks, for each question, the one that never saw its documents."""

    by_question: Mapping[str, Retriever]

    @property
    def spec(self) -> Spec:
        parts = {one.spec.digest for one in self.by_question.values()}
        artifacts = {f"part-{number}": digest for number, digest in enumerate(sorted(parts))}
        return Spec(name="cross-encoder-out-of-fold", artifacts=artifacts)

    def __call__(self, question: str, /) -> Response:
        return self.by_question[question](question)


def documents(case: Case) -> frozenset[str]:
    """The documents that hold the answer; those that hold something of it do not count."""
    expected = case.expected
    if not isinstance(expected, dict) or not isinstance(expected["passages"], dict):
        raise TypeError(f"case {case.id!r} names no passages")
    return frozenset(
        name.split("#")[0] for name, grade in expected["passages"].items() if grade == RIGHT
    )


def halves(cases: Sequence[Case]) -> tuple[frozenset[str], frozenset[str]]:
    """Two parts of all documents, such that no question has its answer in both."""
    every = {str(section.front["id"]) for section in handbook.CORPUS.sections}
    joined: list[frozenset[str]] = [frozenset({one}) for one in sorted(every)]
    for case in cases:
        found = documents(case)
        touched = [one for one in joined if one & found]
        joined = [one for one in joined if not one & found] + [frozenset().union(*touched)]
    parts: tuple[set[str], set[str]] = (set(), set())
    for group in sorted(joined, key=lambda one: (-len(one), min(one))):
        min(parts, key=len).update(group)
    return frozenset(parts[0]), frozenset(parts[1])


def trained(without: frozenset[str], *, rows: int, to: Path) -> Retriever:
    """The cross-encoder as it ships, with an adapter that never saw some documents."""
    course = Course(recipe=Recipe(rows=rows), without=without)
    course.teach(tell=say, report=lambda progress: say(line(progress))).save(to)
    return cross_encoder(handbook.hybrid(), corpus=handbook.CORPUS, adapter=to)


def say(text: str) -> None:
    """Progress, at once."""
    print(text, flush=True)


def line(progress: Progress) -> str:
    """How far a training has come."""
    return (
        f"{progress.rows} rows, loss {progress.loss:.3f}, after {progress.seconds:.0f} of training"
    )


def unseen(suite: Suite, *, rows: int, folder: Path) -> tuple[Folded, tuple[int, int]]:
    """Two trained retrievers as one, and how many questions each answers."""
    cases = tuple(suite.dataset)
    by_question: dict[str, Retriever] = {}
    counts: list[int] = []
    for number, part in enumerate(halves(cases)):
        say(f"part {number + 1}: {len(part)} documents left out")
        retriever = trained(part, rows=rows, to=folder / str(number))
        asked = [str(case.input) for case in cases if documents(case) <= part]
        by_question.update(dict.fromkeys(asked, retriever))
        counts.append(len(asked))
    return Folded(by_question=by_question), (counts[0], counts[1])


def report(rows: int, *, write: bool) -> int:
    """Train, measure and print; the exit code."""
    suite = suite_of(EVERY)
    with tempfile.TemporaryDirectory() as folder:
        folded, counts = unseen(suite, rows=rows, folder=Path(folder))
        runs = {
            "late interaction": answers(suite, handbook.reranked()),
            "cross-encoder, documents unseen": answers(suite, folded),
            "cross-encoder, which ships": answers(suite, handbook.cross_encoded()),
        }
        hybrid = answers(suite, handbook.hybrid())
    names = tuple(runs)
    beside = [("hybrid", name) for name in names] + [
        (names[0], names[1]),
        (names[0], names[2]),
        (names[1], names[2]),
    ]
    cells = [
        (f"{after}, beside {before}", *told(found.get(METRICS[0])), *told(found.get(METRICS[1])))
        for before, after in beside
        for found in [deltas(runs.get(before, hybrid), runs[after])]
    ]
    head = ("retriever", "recall@5", "change", "p", "nDCG@10", "change", "p")
    section = (
        f"{counts[0]} and {counts[1]} answerable test questions, each answered by the adapter of "
        f"{rows} rows that saw none of its documents; changes with their 95 % intervals, positive "
        "is better; two-sided p.\n\n" + table(head, cells)
    )
    against = deltas(hybrid, runs[names[1]])
    targets = [
        Target(
            claim=f"unseen documents: lower bound of the change in {label}, negated",
            measured=-against[label].low,
            limit=0.0,
        )
        for label in METRICS
    ]
    name = "reranker_folds" if write else None
    return finish("The cross-encoder on documents it never saw", [section], targets, write=name)


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=Recipe().rows, help="lists of each training")
    parser.add_argument("--write", action="store_true", help="write results/reranker_folds.md")
    chosen = parser.parse_args()
    return report(chosen.rows, write=chosen.write)


if __name__ == "__main__":
    raise SystemExit(main())
