"""Frame: a table as a pandas DataFrame."""

from importlib import import_module
from typing import Any, TypeVar

from holdfast.errors import MissingExtra
from holdfast.record import Run
from holdfast.tables.column import Kind, Table, storable
from holdfast.tables.observations import observations

__all__ = ["frame_of", "run_frame"]

Item = TypeVar("Item")

_DTYPES: dict[Kind, str] = {
    "text": "string",
    "category": "category",
    "number": "float64",
    "integer": "Int64",
    "boolean": "boolean",
    "list": "object",
}


def frame_of(table: Table[Item]) -> Any:
    """A pandas DataFrame with one row for each of the table's; absence is NA.

    Raises:
        MissingExtra: pandas is not installed.
    """
    try:
        pandas: Any = import_module("pandas")
    except ImportError as error:
        raise MissingExtra('a frame needs pandas: pip install "holdfast[pandas]"') from error
    found: list[list[object]] = [[] for _ in table.columns]
    for row in table.rows():
        for values, value in zip(found, row, strict=True):
            values.append(storable(value))
    series: dict[str, Any] = {}
    for column, values in zip(table.columns, found, strict=True):
        series[column.name] = pandas.Series(values, dtype=_DTYPES[column.kind])
        values.clear()
    return pandas.DataFrame(series)


def run_frame(run: Run, *, texts: bool = False) -> Any:
    """The observations of a run as a pandas DataFrame."""
    return frame_of(observations(run, texts=texts))
