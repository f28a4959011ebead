"""Files: a table as CSV, JSON Lines or Parquet, written row by row."""

import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from holdfast.errors import MissingExtra, StoreError, UsageError
from holdfast.tables.column import Column, Kind, Table, storable

__all__ = ["ENDINGS", "harmless", "original", "write_table"]

Item = TypeVar("Item")

_BATCH = 8_192
# JSON allows these three, but many programs take them for the end of a line.
_LINE_BREAKS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})
# Some programs take blanks and marks that nobody sees away before they look.
_RISKY = re.compile(r"[\t\r\n']|[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]")


def write_table(table: Table[Item], path: Path, *, guarded: bool = True) -> int:
    """Write the table in the form that the file's ending names; gives the number of rows.

    The file is there completely or not at all. With `guarded`, a text of CSV that a spreadsheet
    could take for a formula (it begins with `=`, `+`, `-` or `@`, after blanks too, or with a tab
    or a line break) gets a `'` before it, and so does one that begins with `'`: take one `'` away,
    and the text is as it was.

    Raises:
        UsageError: the ending is none of `.csv`, `.jsonl` and `.parquet`.
        MissingExtra: Parquet was asked for, and pyarrow is not installed.
        StoreError: the disk refused.
    """
    write = ENDINGS.get(path.suffix.lower())
    if write is None:
        raise UsageError(
            f"the form of {path.name!r} is told by its ending, one of {', '.join(ENDINGS)}"
        )
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            rows = write(table, temporary, guarded)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
    return rows


def harmless(text: str) -> str:
    """The text of a cell of CSV that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), original(harmless("'=1+1"))
    ("'=1+1", "'=1+1")
    """
    return f"'{text}" if _RISKY.match(text) else text


def original(cell: str) -> str:
    """The text that `harmless` made a cell of."""
    return cell[1:] if cell[:1] == "'" and _RISKY.match(cell[1:]) else cell


def _write_csv(table: Table[Any], path: Path, guarded: bool) -> int:  # noqa: FBT001  # one of three alike
    header = ",".join(_quoted(name) for name in table.names)
    lines = (",".join(_cell(value, guarded=guarded) for value in row) for row in table.rows())
    return _write_lines(chain((header,), lines), path, end="\r\n") - 1


def _write_jsonl(table: Table[Any], path: Path, guarded: bool) -> int:  # noqa: FBT001  # one of three alike
    names = table.names
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
    lines = (
        encode(dict(zip(names, row, strict=True))).translate(_LINE_BREAKS) for row in table.rows()
    )
    return _write_lines(lines, path, end="\n")


def _write_parquet(table: Table[Any], path: Path, guarded: bool) -> int:  # noqa: FBT001  # one of three alike
    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtra(
            'writing Parquet needs pyarrow: pip install "holdfast[parquet]"'
        ) from error
    schema = _schema(arrow, table.columns)
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in _batches(table.rows()):
            columns = [
                arrow.array([storable(value) for value in values], kind.type)
                for values, kind in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))
            count += len(rows)
    return count


ENDINGS: dict[str, Callable[[Table[Any], Path, bool], int]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
}
"""How a table is written, by the ending of the file."""


def _write_lines(lines: Iterable[str], path: Path, *, end: str) -> int:
    count = 0
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        for line in lines:
            file.write(line + end)
            count += 1
    return count


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _cell(value: Any, *, guarded: bool) -> str:
    """A cell of CSV: absence is empty, all text stands in quotes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value) if math.isfinite(value) else ""
    text: str = value if isinstance(value, str) else ";".join(value)
    return _quoted(harmless(text) if guarded else text)


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def _schema(arrow: Any, columns: Sequence[Column[Any]]) -> Any:
    kinds: dict[Kind, Any] = {
        "text": arrow.string(),
        "category": arrow.string(),
        "number": arrow.float64(),
        "integer": arrow.int64(),
        "boolean": arrow.bool_(),
        "list": arrow.list_(arrow.string()),
    }
    return arrow.schema([(column.name, kinds[column.kind]) for column in columns])
