"""Tree: a JSON value as nested lists of ready strings, within bounds of depth and number."""

from collections.abc import Iterable
from typing import NamedTuple

from holdfast.digest import Json
from holdfast.report.untrusted import as_text, one_line

__all__ = ["Node", "nodes"]

_DEPTH = 5
_NODES = 120
_KEY = 80
_VALUE = 300


class Node(NamedTuple):
    """A name with a value, or with what is below it."""

    key: str
    """Name in an object, place in an array, or empty."""
    value: str
    """Empty where there are children."""
    children: tuple["Node", ...] = ()


def nodes(value: Json) -> tuple[Node, ...]:
    """What an object or array holds, and a bare value as one node without a name.

    Below a depth of five a value stands as JSON on one line; past 120 nodes the rest is counted.

    >>> [node.key for node in nodes({"city": "Oslo", "days": [1, 2]})]
    ['city', 'days']
    """
    found, hidden = _nodes(value, depth=_DEPTH, room=_NODES)
    if hidden:
        return (*found, Node(key="", value=f"{hidden:,} more not shown"))
    return found


def _nodes(value: Json, *, depth: int, room: int) -> tuple[tuple[Node, ...], int]:
    """The nodes of a value, and how many of its entries had no room."""
    entries: Iterable[tuple[str, Json]]
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = ((str(place), item) for place, item in enumerate(value, start=1))
    else:
        entries = (("", value),)
    made: list[Node] = []
    hidden = 0
    for key, item in entries:
        if room <= 0:
            hidden += 1
            continue
        below: tuple[Node, ...] = ()
        if isinstance(item, dict | list) and item and depth:
            below, lost = _nodes(item, depth=depth - 1, room=room - 1)
            hidden += lost
        room -= 1 + _size(below)
        text = "" if below else one_line(_in_words(item), _VALUE)
        made.append(Node(key=one_line(key, _KEY), value=text, children=below))
    return tuple(made), hidden


def _size(below: Iterable[Node]) -> int:
    return sum(1 + _size(node.children) for node in below)


def _in_words(value: Json) -> str:
    if isinstance(value, str):
        return value or "(empty)"
    return as_text(value)
