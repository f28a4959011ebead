"""SMART files: the marked form of Cranfield and its kin, and the plain form of NPL.

Both are older than TREC (Salton 1971; Vaswani and Cameron 1970), and still how these collections
are handed on.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from holdfast.errors import DatasetError

__all__ = ["is_marked", "is_plain", "read_marked", "read_plain"]

_ENTRY = re.compile(r"^\.I[ \t]+(\S+)[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"^\.([A-Z])[ \t]*$", re.MULTILINE)
_PLAIN = re.compile(r"\s*\d+[ \t]*\n(?:.*\n)*?[ \t]*/[ \t]*(?:\n|\Z)")
_END = re.compile(r"^[ \t]*/[ \t]*$", re.MULTILINE)


def is_marked(text: str) -> bool:
    """Whether a text begins as `.I 1`."""
    return _ENTRY.match(text.lstrip()) is not None


def is_plain(text: str) -> bool:
    """Whether a text begins with a number on a line, and then has a line with a slash alone."""
    return _PLAIN.match(text) is not None


def read_marked(text: str, *, path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Id of each entry, with its `title` and `text`; authors and references are left out.

    Raises:
        DatasetError: an entry has neither a title nor a text.
    """
    _, *parts = _ENTRY.split(text.lstrip())
    for identity, body in zip(parts[::2], parts[1::2], strict=True):
        _, *marked = _FIELD.split(body)
        fields = dict(zip(marked[::2], marked[1::2], strict=True))
        if not {"T", "W"} & fields.keys():
            raise DatasetError(f"{path}: entry {identity!r} has neither a title .T nor a text .W")
        yield (
            identity,
            {"title": _joined(fields.get("T", "")), "text": _joined(fields.get("W", ""))},
        )


def read_plain(text: str, *, path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Number of each entry with its text: a line, the lines after it, and a slash at the end.

    Raises:
        DatasetError: an entry does not begin with a number.
    """
    for part in _END.split(text):
        number, _, body = part.strip().partition("\n")
        if not number:
            continue
        if not number.strip().isdigit():
            raise DatasetError(f"{path}: expected the number of an entry, got {number[:60]!r}")
        yield number.strip(), {"title": "", "text": _joined(body)}


def _joined(text: str) -> str:
    return " ".join(text.split())
