"""Delimited text: one case in each record of a CSV or TSV file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.dataset import Case, Dataset
from holdfast.errors import DatasetError
from holdfast.readers.columns import Columns
from holdfast.readers.lines import existing_file, read_lines
from holdfast.readers.rows import Place, Row, read_cases

__all__ = ["CsvCases", "read_csv"]

_DEFAULT = Columns()


@dataclass(frozen=True, slots=True)
class CsvCases:
    """The cases of a CSV file, read anew for each walk."""

    path: Path
    columns: Columns
    delimiter: str

    def __iter__(self) -> Iterator[Case]:
        return read_cases(_rows(self), source=str(self.path))


def read_csv(
    path: str | Path,
    *,
    columns: Columns = _DEFAULT,
    delimiter: str = ",",
    name: str | None = None,
) -> Dataset:
    r"""Dataset of a CSV file (RFC 4180) whose first record names the columns.

    Every cell is text. Records may span lines, blank lines are left out, and the file must be
    UTF-8, with or without a byte order mark.

    Args:
        path: the file; it is opened at each walk, one record is held at a time.
        columns: which column holds which part of a case.
        delimiter: what separates cells, such as "\t" for TSV.
        name: name of the dataset, None for the name of the file without its ending.

    Raises:
        DatasetError: there is no such file; while walking, a record is wrong (line named).
    """
    file = existing_file(path)
    return Dataset(name=name or file.stem, cases=CsvCases(file, columns, delimiter))


def _rows(cases: CsvCases) -> Iterator[Row]:
    header: list[str] = []
    for number, cells in _records(cases.path, cases.delimiter):
        where = Place(cases.path, number)
        if not header:
            cases.columns.check(cells, where=where)
            header = cells
            continue
        if len(cells) != len(header):
            raise DatasetError(
                f"{where}: the record has {len(cells)} cells, the header names {len(header)}; "
                "put quotes around text that holds the delimiter or a line break"
            )
        yield cases.columns.row(dict(zip(header, cells, strict=True)), where=where)


def _records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    lines = (line.text for line in read_lines(path))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise DatasetError(f"{path}:{start}: {_explain(error)}") from error


def _explain(error: csv.Error) -> str:
    if "field larger than field limit" in str(error):
        return (
            f"a cell is longer than {csv.field_size_limit()} characters, the most that CSV allows "
            "here (or a quote was never closed); keep long texts in JSON Lines or Parquet"
        )
    return f"not CSV: {error}"
