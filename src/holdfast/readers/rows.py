"""Rows: the records of a data file, checked and turned into cases."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from holdfast.dataset import Case, Source
from holdfast.digest import Json
from holdfast.errors import DatasetError

__all__ = ["FIELDS", "NOTES", "Place", "Row", "read_cases"]

FIELDS = ("id", "input", "expected", "tags", "cluster")
"""What a row may tell of a case."""

NOTES = ("note", "missing")
"""Keys for the people who keep the data, such as why a question has no answer; not read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands; its text is how errors name it."""

    path: Path
    number: int
    unit: str = ":"
    """What stands between path and number: a colon before a line, or a word."""

    def __str__(self) -> str:
        return f"{self.path}{self.unit}{self.number}"

    @property
    def source(self) -> Source | None:
        """The place as a line of a text file; None where the file has no lines."""
        return Source(str(self.path), self.number) if self.unit == ":" else None


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file."""

    where: Place
    values: Mapping[str, Json]


def read_cases(rows: Iterable[Row], *, source: str) -> Iterator[Case]:
    """Cases of the rows, one at a time; only ids are kept.

    Raises:
        DatasetError: a row is no case, two rows share an id, or there is no row at all.
    """
    seen: dict[str, int] = {}
    for row in rows:
        case = _case(row)
        if case.id in seen:
            first = replace(row.where, number=seen[case.id])
            raise DatasetError(
                f"{row.where}: id {case.id!r} was used before, at {first}; ids pair a case with "
                "its baseline and must be unique"
            )
        seen[case.id] = row.where.number
        yield case
    if not seen:
        raise DatasetError(f"{source} holds no cases; a suite over it could never fail")


def _case(row: Row) -> Case:
    for key in row.values:
        if key not in FIELDS and key not in NOTES:
            raise DatasetError(_unknown(row, key))
    if "input" not in row.values:
        raise DatasetError(
            f"{row.where}: the row has no 'input', which is what the system receives"
        )
    return Case(
        id=_identity(row),
        input=row.values["input"],
        expected=row.values.get("expected"),
        tags=_tags(row),
        cluster=_cluster(row),
        source=row.where.source,
    )


def _unknown(row: Row, key: str) -> str:
    close = difflib.get_close_matches(key, FIELDS, n=1)
    guess = f"did you mean {close[0]!r}? " if close else ""
    return (
        f"{row.where}: unknown key {key!r}; {guess}Known keys are {', '.join(FIELDS)}; more data "
        f"belongs inside 'input' or 'expected', and remarks under {' or '.join(map(repr, NOTES))}"
    )


def _identity(row: Row) -> str:
    if "id" not in row.values:
        raise DatasetError(f"{row.where}: the row has no 'id'; give each a stable, unique one")
    value = row.values["id"]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise DatasetError(f"{row.where}: the id must be text or a whole number, got {value!r}")
    if not value.strip():
        raise DatasetError(f"{row.where}: the id is empty; give each row a stable, unique one")
    return value


def _tags(row: Row) -> tuple[str, ...]:
    value = row.values.get("tags")
    if value is None:
        return ()
    tags = (
        cast("list[object] | tuple[object, ...]", value)
        if isinstance(value, (list, tuple))
        else [0]
    )
    if all(isinstance(tag, str) and tag for tag in tags):
        return tuple(cast("list[str]", tags))
    raise DatasetError(f"{row.where}: tags must be a list of texts, got {value!r}")


def _cluster(row: Row) -> str | None:
    value = row.values.get("cluster")
    if value is None or (isinstance(value, str) and value):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise DatasetError(f"{row.where}: the cluster must be text, got {value!r}")
