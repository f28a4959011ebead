"""Parquet: one case in each row of a table."""

import importlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import cast

from holdfast.dataset import Case, Dataset
from holdfast.digest import Json
from holdfast.errors import DatasetError, MissingExtra
from holdfast.readers.columns import Columns
from holdfast.readers.lines import existing_file
from holdfast.readers.rows import Place, Row, read_cases

__all__ = ["ParquetCases", "read_parquet"]

_DEFAULT = Columns()
_BATCH = 256


@dataclass(frozen=True, slots=True)
class ParquetCases:
    """The cases of a Parquet file, read anew for each walk."""

    path: Path
    columns: Columns

    def __iter__(self) -> Iterator[Case]:
        return read_cases(_rows(self), source=str(self.path))


def read_parquet(
    path: str | Path, *, columns: Columns = _DEFAULT, name: str | None = None
) -> Dataset:
    """Dataset of a Parquet file; needs `pip install "holdfast[parquet]"`.

    Lists, structs and maps become JSON lists and objects. A struct has the same keys in every row,
    so keep relevance judgments, whose keys differ, in a map or in a column of JSON text.

    Args:
        path: the file; it is opened at each walk, a few hundred rows are held at a time.
        columns: which column holds which part of a case.
        name: name of the dataset, None for the name of the file without its ending.

    Raises:
        DatasetError: there is no such file; while walking, a row is wrong (row named).
        MissingExtra: pyarrow is not installed.
    """
    file = existing_file(path)
    _import_parquet()
    return Dataset(name=name or file.stem, cases=ParquetCases(file, columns))


def _import_parquet() -> ModuleType:
    try:
        importlib.import_module("pyarrow")
        return importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtra(
            'reading Parquet files needs pyarrow: pip install "holdfast[parquet]"'
        ) from error


def _rows(cases: ParquetCases) -> Iterator[Row]:
    parquet = _import_parquet()
    number = 0
    try:
        with parquet.ParquetFile(cases.path) as file:
            header = [str(name) for name in file.schema_arrow.names]
            cases.columns.check(header, where=str(cases.path))
            for batch in file.iter_batches(batch_size=_BATCH):
                for cells in batch.to_pylist(maps_as_pydicts="strict"):
                    number += 1
                    where = Place(cases.path, number, ", row ")
                    yield cases.columns.row(_json_cells(cells, where=where), where=where)
    except (OSError, ValueError, KeyError) as error:
        raise DatasetError(f"{cases.path} cannot be read as Parquet: {error}") from error


def _json_cells(cells: Mapping[str, object], *, where: Place) -> dict[str, Json]:
    return {name: _json(value, where=f"{where}, column {name!r}") for name, value in cells.items()}


def _json(value: object, *, where: str) -> Json:
    if isinstance(value, float) and not math.isfinite(value):
        raise DatasetError(f"{where}: {value!r} is no JSON number; write a null instead")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        members = cast("dict[object, object]", value)
        return {str(key): _json(member, where=where) for key, member in members.items()}
    if isinstance(value, list):
        return [_json(item, where=where) for item in cast("list[object]", value)]
    raise DatasetError(
        f"{where}: a value of type {type(value).__name__} has no form in JSON; "
        "store it as text or as a number"
    )
