"""Collections: public test collections in BEIR or TREC form, and BM25's scores on them.

    python -m systems.rag.collections FOLDER

indexes the documents, asks every judged question, and prints the means of holdfast's own metrics.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import fmean

import click

from holdfast.dataset import Case
from holdfast.digest import digest_json
from holdfast.errors import DatasetError
from holdfast.metric import Metric, Score, Trial
from holdfast.metrics import MRR, NDCG, AveragePrecision, Recall
from holdfast.readers import read_beir, read_beir_corpus, read_trec_qrels
from holdfast.system import Response
from systems.once import Once
from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.retriever import Retriever
from systems.rag.trec import Entry, read_documents, read_topics

__all__ = ["Collection", "Scores", "evaluate", "open_beir", "open_collection", "open_trec"]

_METRICS: Mapping[str, Metric] = {
    "MAP": AveragePrecision(),
    "nDCG@10": NDCG(k=10),
    "recall@100": Recall(k=100),
    "MRR": MRR(),
}
_NO_DATA = {".md", ".py", ".pdf", ".html", ".idx", ".zip", ".sh", ".yaml", ".yml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Documents that need no front matter, with questions that were judged on them."""

    name: str
    read: Callable[[], tuple[Entry, ...]]
    """Reads the documents; called once."""
    cases: tuple[Case, ...]
    """Questions as cases, whose expectation holds the graded documents."""
    _texts: Once[tuple[Entry, ...]] = field(
        default_factory=Once[tuple[Entry, ...]], init=False, repr=False, compare=False
    )

    @property
    def texts(self) -> tuple[Entry, ...]:
        """Every document, read at first use."""
        return self._texts.get(self.read)

    @property
    def digest(self) -> str:
        """Digest of every document."""
        return digest_json([[entry.id, entry.searchable] for entry in self.texts])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Means over the questions of a collection."""

    means: Mapping[str, float]
    """Mean by name of the metric."""
    questions: int
    """Number of questions that the means are over."""
    without: int
    """Number of questions that no document answers; they are left out, as nothing can be found."""
    responses: Mapping[str, Response]
    """Answer by question."""


def open_collection(
    folder: Path,
    *,
    split: str = "test",
    documents: Path | None = None,
    topics: Path | None = None,
    qrels: Path | None = None,
) -> Collection:
    """The collection in a folder: of BEIR where it holds `queries.jsonl`, of TREC otherwise.

    The files of TREC are found by their names, except for those that are given.

    Raises:
        DatasetError: a file is missing or malformed.
    """
    if (folder / "queries.jsonl").is_file() and not (documents or topics or qrels):
        return open_beir(folder, split=split)
    if not folder.is_dir():
        raise DatasetError(f"there is no folder {str(folder)!r}; give the one of the collection")
    return open_trec(
        documents=documents or _find(folder, "documents", ("doc", "corpus", "collection", ".all")),
        topics=topics or _find(folder, "topics", ("topic", "quer", "qry")),
        qrels=qrels or _find(folder, "qrels", ("qrel",)),
    )


def open_beir(folder: Path, *, split: str = "test") -> Collection:
    """A collection as BEIR lays it out (Thakur and others 2021)."""

    def read() -> tuple[Entry, ...]:
        rows = read_beir_corpus(folder)
        return tuple(Entry(id=row.id, title=row.title, text=row.text) for row in rows)

    dataset = read_beir(folder, split=split)
    return Collection(name=dataset.name, read=read, cases=tuple(dataset))


def open_trec(*, documents: Path, topics: Path, qrels: Path) -> Collection:
    """A collection of TREC: a file or folder of documents, a file of topics, one of judgements.

    Raises:
        DatasetError: a judged topic has no text.
    """
    questions, grades = read_topics(topics), read_trec_qrels(qrels)
    # Topics are often numbered 001 where the judgements say 1.
    by_number = {_number(identity): text for identity, text in questions.items()}
    lost = sorted(key for key in grades if key not in questions and _number(key) not in by_number)
    if lost:
        raise DatasetError(
            f"{qrels} judges {len(lost)} topics that {topics.name} does not hold, such as "
            f"{lost[0]!r}; where topics are judged by their place in the file, number them so"
        )
    cases = tuple(
        Case(
            id=key,
            input=questions.get(key) or by_number[_number(key)],
            expected={"passages": dict(judged)},
        )
        for key, judged in grades.items()
    )
    return Collection(name=documents.stem, read=partial(_read_all, documents), cases=cases)


def evaluate(retriever: Retriever, collection: Collection) -> Scores:
    """Means of the metrics over the questions that have an answer.

    Raises:
        DatasetError: no question has one.
    """
    found: dict[str, list[float]] = {name: [] for name in _METRICS}
    responses: dict[str, Response] = {}
    without = 0
    for case in collection.cases:
        response = retriever(str(case.input))
        trial = Trial(case=case, repeat=0, response=response, seconds=0.0)
        outcomes = {name: metric(trial) for name, metric in _METRICS.items()}
        scores = {name: one.value for name, one in outcomes.items() if isinstance(one, Score)}
        if len(scores) < len(outcomes):
            without += 1
            continue
        responses[case.id] = response
        for name, score in scores.items():
            found[name].append(score)
    if not responses:
        raise DatasetError(f"no question of {collection.name!r} has a relevant document")
    means = {name: fmean(values) for name, values in found.items()}
    return Scores(means=means, questions=len(responses), without=without, responses=responses)


def _read_all(path: Path) -> tuple[Entry, ...]:
    files = [path] if path.is_file() else sorted(item for item in path.rglob("*") if item.is_file())
    entries: dict[str, Entry] = {}
    for file in files:
        for entry in read_documents(file):
            if entry.id in entries:
                raise DatasetError(f"{file}: there is another document with id {entry.id!r}")
            entries[entry.id] = entry
    if not entries:
        raise DatasetError(f"there are no documents under {str(path)!r}")
    return tuple(entries.values())


def _find(folder: Path, what: str, marks: tuple[str, ...]) -> Path:
    files = sorted(item for item in folder.iterdir() if item.suffix.lower() not in _NO_DATA)
    found = [item for item in files if any(mark in item.name.lower() for mark in marks)]
    if what == "documents":
        others = ("quer", "qry", "topic", "qrel")
        found = [item for item in found if not any(mark in item.name.lower() for mark in others)]
    if len(found) == 1:
        return found[0]
    seen = ", ".join(item.name for item in files) or "nothing"
    raise DatasetError(
        f"which of the files under {str(folder)!r} are the {what}? There are {seen}; "
        f"name them with --{what}"
    )


def _number(identity: str) -> str:
    return identity.lstrip("0") if identity.isdigit() else identity


def _run_file(scores: Scores) -> str:
    return "".join(
        f"{question} Q0 {passage.id} {rank} {passage.score} holdfast-bm25\n"
        for question, response in scores.responses.items()
        for rank, passage in enumerate(response.passages, start=1)
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--documents", type=click.Path(exists=True, path_type=Path), help="file or folder")
@click.option("--topics", type=click.Path(exists=True, path_type=Path), help="file of questions")
@click.option("--qrels", type=click.Path(exists=True, path_type=Path), help="file of judgements")
@click.option("--split", default="test", show_default=True, help="judgements of a BEIR folder")
@click.option("--k1", default=1.2, show_default=True)
@click.option("--b", default=0.75, show_default=True)
@click.option("--depth", default=1000, show_default=True, help="documents for each question")
@click.option("--run", type=click.Path(path_type=Path), help="also write a TREC run file here")
def main(  # noqa: PLR0913  # one parameter for each option of the command
    folder: Path,
    documents: Path | None,
    topics: Path | None,
    qrels: Path | None,
    split: str,
    *,
    k1: float,
    b: float,
    depth: int,
    run: Path | None,
) -> None:
    """Score BM25 on the public test collection in FOLDER, of BEIR or of TREC."""
    try:
        collection = open_collection(
            folder, split=split, documents=documents, topics=topics, qrels=qrels
        )
        scores = evaluate(BM25(corpus=collection, k1=k1, b=b, depth=depth), collection)
    except DatasetError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{collection.name}: {len(collection.texts)} documents")
    left = f" ({scores.without} without a relevant document left out)" if scores.without else ""
    click.echo(f"{scores.questions} questions{left}, BM25 with k1={k1:g}, b={b:g}, depth={depth}")
    for name, mean in scores.means.items():
        click.echo(f"{name:10} {mean:.4f}")
    if run is not None:
        run.write_text(_run_file(scores), encoding="utf-8")


if __name__ == "__main__":
    main()
