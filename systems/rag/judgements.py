"""Judgements: which documents are relevant to which question, in the forms they come in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from holdfast.errors import DatasetError
from systems.rag.smart import is_plain, read_plain
from systems.rag.text_file import read_text

__all__ = ["read_judgements"]

_HEADER = {"query-id", "query_id", "qid", "topic"}
_FORMS = "`query iteration document grade` or `query document grade`"


def read_judgements(path: Path) -> Mapping[str, Mapping[str, int]]:
    """Grade by document by question, as it stands there; below 1 nothing is relevant.

    Lines hold `query iteration document grade` as in TREC, or `query document grade` as in BEIR and
    in Cranfield's own file, whose grade 1 is the highest. CISI and CACM hold relevant documents
    only, as `query document 0 0`. In NPL's `rlv-ass`, relevant documents follow the number of
    their question up to a slash.

    Raises:
        DatasetError: a line has another form than the first, or a document has two grades.
    """
    text = read_text(path)
    found: dict[str, dict[str, int]] = {}
    for where, query, document, grade in (
        _plain(text, path) if is_plain(text) else _rows(text, path)
    ):
        judged = found.setdefault(query, {})
        if judged.setdefault(document, grade) != grade:
            raise DatasetError(
                f"{where}: document {document!r} of question {query!r} is judged as "
                f"{judged[document]} and as {grade}"
            )
    if not found:
        raise DatasetError(f"{path} holds no judgements; it should hold lines of {_FORMS}")
    return found


def _plain(text: str, path: Path) -> Iterator[tuple[str, str, str, int]]:
    for query, values in read_plain(text, path=path):
        for document in values["text"].split():
            yield str(path), query, document, 1


def _rows(text: str, path: Path) -> Iterator[tuple[str, str, str, int]]:
    rows = list(_fields(text, path))
    # Nobody judges document 0 alone, and that it answers nothing.
    listed = all(len(fields) == 4 and _is_zero(fields[2:]) for _, fields in rows)
    for where, fields in rows:
        if listed:
            yield where, fields[0], fields[1], 1
        else:
            yield where, fields[0], fields[-2], _grade(fields[-1], where)


def _is_zero(fields: Sequence[str]) -> bool:
    return all(re.fullmatch(r"0+(\.0*)?", field) for field in fields)


def _fields(text: str, path: Path) -> Iterator[tuple[str, Sequence[str]]]:
    width = 0
    for number, line in enumerate(text.split("\n"), start=1):
        fields = line.split()
        if not fields or (number == 1 and fields[0].lower() in _HEADER):
            continue
        where = f"{path}:{number}"
        width = width or len(fields)
        if len(fields) not in {3, 4} or len(fields) != width:
            raise DatasetError(
                f"{where}: expected {_FORMS} on every line, got {line.strip()[:80]!r}"
            )
        yield where, fields


def _grade(spelled: str, where: str) -> int:
    try:
        grade = float(spelled)
        if grade.is_integer():
            return int(grade)
    except ValueError:
        pass
    raise DatasetError(f"{where}: the grade {spelled!r} is not a whole number")
