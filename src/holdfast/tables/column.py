"""Column: one column of a table, from which every form of the table is made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast

__all__ = ["Column", "Kind", "Table", "storable"]

Kind = Literal["text", "category", "number", "integer", "boolean", "list"]
"""What a column holds: a category is text of which there is little, a list holds texts."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """A name, what it holds, what it means, and how it is read from one item; None is absence."""

    name: str
    kind: Kind
    meaning: str
    read: Callable[[Item], object]
    long: bool = False
    """Left out unless asked for: inputs and answers."""


@dataclass(frozen=True, slots=True)
class Table(Generic[Item]):
    """Columns, and the items that become rows; each walk begins anew."""

    columns: tuple[Column[Item], ...]
    items: Callable[[], Iterable[Item]]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """One row at a time."""
        reads = [column.read for column in self.columns]
        for item in self.items():
            yield tuple([read(item) for read in reads])


def storable(value: object) -> object:
    """The value, with the halves of characters that Arrow refuses written as escapes."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, tuple):
        return [storable(text) for text in cast("tuple[str, ...]", value)]
    return value
