"""Collections: public test collections of BEIR, TREC or SMART, and BM25's scores on them.

    python -m systems.rag.collections FOLDER

indexes the documents, asks every judged question, and prints the means of holdfast's own metrics.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

import click

from holdfast.dataset import Case
from holdfast.digest import digest_json
from holdfast.errors import DatasetError
from holdfast.metric import Metric, Score, Trial
from holdfast.metrics import MRR, NDCG, AveragePrecision, Recall
from holdfast.readers import read_beir, read_beir_corpus
from holdfast.system import Response
from systems.once import Once
from systems.rag.files import find_file, find_packed, is_data
from systems.rag.judgements import read_judgements
from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.retriever import Retriever
from systems.rag.trec import Entry, distinct, read_documents, read_topics

__all__ = ["Collection", "Scores", "evaluate", "open_beir", "open_collection", "open_trec"]

_METRICS: Mapping[str, Metric] = {
    "MAP": AveragePrecision(),
    "nDCG@10": NDCG(k=10),
    "recall@100": Recall(k=100),
    "MRR": MRR(),
}


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
    relevant: int
    """Number of documents that are relevant to some question."""
    absent: int
    """Number of those that the collection does not hold; they count as not found."""


def open_collection(
    folder: Path,
    *,
    split: str = "test",
    documents: Path | None = None,
    topics: Path | None = None,
    qrels: Path | None = None,
    by_place: bool = False,
) -> Collection:
    """The collection in a folder: of BEIR where it has its files, of TREC otherwise.

    The files of TREC are found by their names, except for those that are given. `by_place` is as in
    `open_trec`.

    Raises:
        DatasetError: a file is missing or malformed.
    """
    beir = find_packed(folder / "queries.jsonl").is_file() and (folder / "qrels").is_dir()
    if beir and not (documents or topics or qrels):
        return open_beir(folder, split=split)
    if not folder.is_dir():
        raise DatasetError(f"there is no folder {str(folder)!r}; give the one of the collection")
    return open_trec(
        documents=documents or find_file(folder, "documents"),
        topics=topics or find_file(folder, "topics"),
        qrels=qrels or find_file(folder, "qrels"),
        by_place=by_place,
    )


def open_beir(folder: Path, *, split: str = "test") -> Collection:
    """A collection as BEIR lays it out (Thakur and others 2021); any of its files may be packed."""
    parts = (folder / name for name in ("corpus.jsonl", "queries.jsonl", f"qrels/{split}.tsv"))
    corpus, queries, qrels = map(find_packed, parts)
    if ".gz" in {corpus.suffix, queries.suffix, qrels.suffix}:
        packed = open_trec(documents=corpus, topics=queries, qrels=qrels)
        return replace(packed, name=f"{folder.absolute().name}-{split}")

    def read() -> tuple[Entry, ...]:
        rows = read_beir_corpus(folder)
        entries = (Entry(id=row.id, title=row.title, text=row.text) for row in rows)
        return distinct(((corpus, entry) for entry in entries), under=corpus)

    dataset = read_beir(folder, split=split)
    return Collection(name=dataset.name, read=read, cases=tuple(dataset))


def open_trec(*, documents: Path, topics: Path, qrels: Path, by_place: bool = False) -> Collection:
    """A collection of TREC: a file or folder of documents, a file of topics, one of judgements.

    Args:
        documents: as `read_documents` reads them.
        topics: as `read_topics` reads them.
        qrels: as `read_judgements` reads them.
        by_place: the judgements count the topics from 1 and do not use their ids, as in Cranfield.

    Raises:
        DatasetError: a judged topic has no text.
    """
    questions, grades = read_topics(topics), read_judgements(qrels)
    if by_place:
        questions = {str(at): text for at, text in enumerate(questions.values(), start=1)}
    # Topics are often numbered 001 where the judgements say 1.
    by_number = {_number(identity): text for identity, text in questions.items()}
    lost = sorted(key for key in grades if key not in questions and _number(key) not in by_number)
    if lost:
        raise DatasetError(
            f"{qrels} judges {len(lost)} topics that {topics.name} does not hold, such as "
            f"{lost[0]!r}; where topics are judged by their place in the file, as in Cranfield, "
            "say --by-place"
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
    relevant = _relevant(collection)
    absent = len(relevant - {entry.id for entry in collection.texts})
    if relevant and absent == len(relevant):
        raise DatasetError(
            f"{collection.name!r} holds none of the {absent} relevant documents, such as "
            f"{min(relevant)!r}; its own ids look like {collection.texts[0].id!r}"
        )
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
    return Scores(
        means=means,
        questions=len(responses),
        without=without,
        responses=responses,
        relevant=len(relevant),
        absent=absent,
    )


def _relevant(collection: Collection) -> frozenset[str]:
    expected: list[Any] = [case.expected for case in collection.cases]
    return frozenset(key for one in expected for key, grade in one["passages"].items() if grade > 0)


def _read_all(path: Path) -> tuple[Entry, ...]:
    inside = (item for item in path.rglob("*") if item.is_file() and is_data(item))
    files = [path] if path.is_file() else sorted(inside)
    entries = ((file, entry) for file in files for entry in read_documents(file))
    return distinct(entries, under=path)


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
@click.option("--by-place", is_flag=True, help="topics are judged by their place in their file")
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
    by_place: bool,
    k1: float,
    b: float,
    depth: int,
    run: Path | None,
) -> None:
    """Score BM25 on the public test collection in FOLDER.

    FOLDER holds a collection as BEIR lays it out (corpus.jsonl, queries.jsonl, qrels/test.tsv), or
    a file or folder of documents, a file of topics and one of judgements:

    \b
      documents   <DOC> elements, `.I` entries of SMART, NPL's doc-text,
                  JSON Lines, or a TSV of `id, text` or `id, title, text`
      topics      <top> or <topic> elements, or one of the other forms
      judgements  `query iteration document grade`, `query document grade`,
                  `query document 0 0` as CISI and CACM have it, or NPL's rlv-ass

    Any of these may end in .gz. What the files are is told by their names; where it is not, name
    them yourself.

    \b
      python -m systems.rag.collections cranfield --by-place
      python -m systems.rag.collections . --documents disk45 \\
          --topics topics.301-450.gz --qrels qrels.trec7.txt --run bm25.run
    """  # noqa: D301  # click takes the character itself for a mark
    try:
        collection = open_collection(
            folder,
            split=split,
            documents=documents,
            topics=topics,
            qrels=qrels,
            by_place=by_place,
        )
        scores = evaluate(BM25(corpus=collection, k1=k1, b=b, depth=depth), collection)
    except DatasetError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{collection.name}: {len(collection.texts)} documents")
    if scores.absent:
        click.echo(f"{scores.absent} of {scores.relevant} relevant documents are not among them")
    left = f" ({scores.without} without a relevant document left out)" if scores.without else ""
    click.echo(f"{scores.questions} questions{left}, BM25 with k1={k1:g}, b={b:g}, depth={depth}")
    for name, mean in scores.means.items():
        click.echo(f"{name:10} {mean:.4f}")
    if run is not None:
        run.write_text(_run_file(scores), encoding="utf-8")


if __name__ == "__main__":
    main()
