"""TREC files: relevance judgments (qrels) and ranked runs, as trec_eval reads them."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from holdfast.errors import DatasetError
from holdfast.metrics.ranking import ranked
from holdfast.readers.lines import existing_file, read_lines
from holdfast.system import Passage

__all__ = ["read_trec_qrels", "read_trec_run"]


def read_trec_qrels(path: str | Path) -> Mapping[str, Mapping[str, int]]:
    """Grade by document id by query id, from lines of `query iteration document grade`.

    The iteration is ignored. A grade below zero says that the document was not judged (NIST).

    Raises:
        DatasetError: a line has another form, or judges a document a second time.
    """
    file = existing_file(path)
    grades: dict[str, dict[str, int]] = {}
    for where, fields in _rows(file, form="query iteration document grade", exact=4):
        query, _, document, grade = fields
        try:
            value = int(grade)
        except ValueError as error:
            raise DatasetError(
                f"{where}: the grade {grade!r} is not a whole number (of document {document!r})"
            ) from error
        judged = grades.setdefault(query, {})
        if document in judged:
            raise DatasetError(f"{where}: document {document!r} of query {query!r} is judged twice")
        judged[document] = value
    return grades


def read_trec_run(path: str | Path) -> Mapping[str, tuple[Passage, ...]]:
    """Passages by query id, best first, from lines of `query Q0 document rank score tag`.

    As in trec_eval (NIST) the order is that of the scores, ties by document id descending; the rank
    column and whatever follows the tag are ignored.

    Raises:
        DatasetError: a line has another form, or a query returns a document a second time.
    """
    file = existing_file(path)
    runs: dict[str, dict[str, Passage]] = {}
    for where, fields in _rows(file, form="query Q0 document rank score tag", exact=None):
        query, document, score = fields[0], fields[2], fields[4]
        try:
            value = float(score)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise DatasetError(
                f"{where}: the score {score!r} is not a finite number (of document {document!r})"
            )
        returned = runs.setdefault(query, {})
        if document in returned:
            raise DatasetError(f"{where}: query {query!r} returns document {document!r} twice")
        returned[document] = Passage(id=document, score=value)
    return {query: ranked(returned.values()) for query, returned in runs.items()}


def _rows(path: Path, *, form: str, exact: int | None) -> Iterator[tuple[str, list[str]]]:
    wanted = len(form.split())
    empty = True
    for line in read_lines(path):
        fields = line.text.split()
        if not fields:
            continue
        empty = False
        if len(fields) < wanted or (exact is not None and len(fields) > exact):
            raise DatasetError(
                f"{path}:{line.number}: expected the {wanted} fields `{form}`, "
                f"got {len(fields)}: {line.text.strip()[:80]!r}"
            )
        yield f"{path}:{line.number}", fields
    if empty:
        raise DatasetError(f"{path} is empty; it should hold lines of `{form}`")
