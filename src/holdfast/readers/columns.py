"""Columns: which column of a table holds which part of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.digest import Json
from holdfast.errors import DatasetError, UsageError
from holdfast.readers.jsonl import parse_json
from holdfast.readers.rows import FIELDS, NOTES, Place, Row

__all__ = ["Columns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Names of the columns that hold the parts of a case.

    >>> Columns(id="question_id", input="question", expected="answer").others
    'refuse'
    """

    id: str = "id"
    input: str = "input"
    expected: str = "expected"
    """May be absent from the table under its default name, like the next two."""
    tags: str = "tags"
    """Tags in one cell of text are separated by semicolons."""
    cluster: str = "cluster"
    parse_json: tuple[str, ...] = ()
    """Parts whose cells hold JSON text, such as `expected` with graded passages."""
    others: Literal["refuse", "ignore"] = "refuse"
    """What to do about a column that is none of these, nor a remark (`note`, `missing`)."""

    def __post_init__(self) -> None:
        names = list(self._names().values())
        if len(set(names)) < len(names):
            raise UsageError(f"two parts of a case cannot share a column, got {names}")
        for part in self.parse_json:
            if part not in ("input", "expected"):
                raise UsageError(f"only 'input' and 'expected' can hold JSON text, got {part!r}")

    def check(self, header: Sequence[str], *, where: Place | str) -> None:
        """Refuses a header that does not fit.

        Raises:
            DatasetError: a column has no name, occurs twice, is missing or is unknown.
        """
        for position, name in enumerate(header, start=1):
            if not name.strip():
                raise DatasetError(f"{where}: column {position} has no name")
            if name in header[: position - 1]:
                first = header.index(name) + 1
                raise DatasetError(
                    f"{where}: columns {first} and {position} are both named {name!r}"
                )
        for part, name in self._names().items():
            if name not in header and (part in ("id", "input") or name != part):
                raise DatasetError(
                    f"{where}: there is no column {name!r} for the {part} (there are: "
                    f"{', '.join(header)}); name it, as in Columns({part}='{header[0]}')"
                )
        known = {*self._names().values(), *NOTES}
        unknown = [name for name in header if name not in known]
        if unknown and self.others == "refuse":
            raise DatasetError(
                f"{where}: no part of a case is in column {unknown[0]!r}; name the column that "
                "holds it in Columns(...), or leave such columns out with Columns(others='ignore')"
            )

    def row(self, cells: Mapping[str, Json], *, where: Place) -> Row:
        """The cells of one record as the parts of a case; an empty text cell is an absent part."""
        values: dict[str, Json] = {}
        for part, name in self._names().items():
            if name not in cells:
                continue
            value = cells[name]
            if part in ("expected", "tags", "cluster") and value == "":
                value = None
            if part in self.parse_json and isinstance(value, str):
                value = parse_json(value, where=f"{where}: column {name!r}")
            if part == "tags" and isinstance(value, str):
                value = [tag.strip() for tag in value.split(";") if tag.strip()]
            values[part] = value
        return Row(where, values)

    def _names(self) -> dict[str, str]:
        return dict(
            zip(FIELDS, (self.id, self.input, self.expected, self.tags, self.cluster), strict=True)
        )
