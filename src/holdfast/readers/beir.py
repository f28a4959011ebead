"""BEIR folders: a corpus, queries and relevance judgments (Thakur and others 2021)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.dataset import Case, Dataset
from holdfast.digest import Json
from holdfast.errors import DatasetError
from holdfast.readers.jsonl import read_objects
from holdfast.readers.lines import existing_file, read_lines
from holdfast.readers.rows import Row, read_cases

__all__ = ["BeirCases", "BeirDocuments", "Document", "read_beir", "read_beir_corpus"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a corpus."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class BeirCases:
    """The judged queries of a BEIR folder, read anew for each walk."""

    queries: Path
    judgments: Path

    def __iter__(self) -> Iterator[Case]:
        return read_cases(_judged(self), source=str(self.judgments))


@dataclass(frozen=True, slots=True)
class BeirDocuments:
    """The documents of a BEIR folder, read anew for each walk."""

    path: Path

    def __iter__(self) -> Iterator[Document]:
        for row in read_objects(self.path):
            title = row.values.get("title") or ""
            if not isinstance(title, str):
                raise DatasetError(f"{row.where}: the title must be text, got {title!r}")
            yield Document(id=_text(row, "_id"), title=title, text=_text(row, "text"))


def read_beir(folder: str | Path, *, split: str = "test", name: str | None = None) -> Dataset:
    """Dataset of the queries that a split of a BEIR folder judges.

    Reads `queries.jsonl` and `qrels/<split>.tsv`. The input of a case is the text of its query, its
    expectation `{"passages": {<document id>: <grade>}}`. Queries without judgments in the split are
    left out. The judgments are held in memory, the queries are not.

    Args:
        folder: the folder with `corpus.jsonl`, `queries.jsonl` and `qrels`.
        split: name of the judgments, such as `train`, `dev` or `test`.
        name: name of the dataset, None for that of the folder and split.

    Raises:
        DatasetError: a file is missing; while walking, a line is wrong, or a judged query has no
            text.
    """
    root = Path(folder)
    queries = existing_file(root / "queries.jsonl")
    judgments = existing_file(root / "qrels" / f"{split}.tsv")
    label = name or f"{root.absolute().name}-{split}"
    return Dataset(name=label, cases=BeirCases(queries, judgments))


def read_beir_corpus(folder: str | Path) -> BeirDocuments:
    """Documents of a BEIR folder, one at a time, for systems that retrieve from them.

    Raises:
        DatasetError: there is no `corpus.jsonl`; while walking, a line is wrong.
    """
    return BeirDocuments(existing_file(Path(folder) / "corpus.jsonl"))


def _judged(cases: BeirCases) -> Iterator[Row]:
    grades = _read_grades(cases.judgments)
    waiting = set(grades)
    for row in read_objects(cases.queries):
        query = _text(row, "_id")
        if query not in grades:
            continue
        waiting.discard(query)
        expected: dict[str, Json] = {"passages": grades[query]}
        yield Row(row.where, {"id": query, "input": _text(row, "text"), "expected": expected})
    if waiting:
        raise DatasetError(
            f"{cases.judgments} judges {len(waiting)} queries that {cases.queries.name} does not "
            f"hold, such as {min(waiting)!r}"
        )


def _read_grades(path: Path) -> Mapping[str, Mapping[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for line in read_lines(path):
        fields = line.text.rstrip("\r\n").split("\t")
        where = f"{path}:{line.number}"
        is_header = line.number == 1 and fields[:2] == ["query-id", "corpus-id"]
        if is_header or fields == [""]:
            continue
        if len(fields) != 3:
            raise DatasetError(
                f"{where}: expected `query-id`, `corpus-id` and `score` separated by tabs, "
                f"got {line.text.strip()[:80]!r}"
            )
        query, document, grade = fields
        judged = grades.setdefault(query, {})
        if document in judged:
            raise DatasetError(f"{where}: document {document!r} of query {query!r} is judged twice")
        try:
            judged[document] = int(grade)
        except ValueError as error:
            raise DatasetError(f"{where}: the score {grade!r} is not a whole number") from error
    return grades


def _text(row: Row, key: str) -> str:
    value = row.values.get(key)
    if isinstance(value, str) and (value or key != "_id"):
        return value
    raise DatasetError(f"{row.where}: {key!r} must be text, got {value!r}")
