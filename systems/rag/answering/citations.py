"""Citations: which passages an answer names by their numbers."""

import re
from dataclasses import dataclass

__all__ = ["CITATIONS_VERSION", "Citations", "read_citations", "without_citations"]

CITATIONS_VERSION = "1"
"""Raised whenever other citations may be read from the same text."""

_MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_NUMBERS = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")


@dataclass(frozen=True, slots=True)
class Citations:
    """Numbers that an answer gives in brackets, each once, in their order."""

    known: tuple[int, ...]
    """Numbers of passages that were shown, from 1."""
    unknown: tuple[int, ...]
    """Numbers under which nothing was shown."""


def read_citations(text: str, *, count: int) -> Citations:
    """The citations `[2]`, `[1, 3]` or `[1-3]` of an answer that was given `count` passages.

    >>> read_citations("Nine days [2], or ten [1, 7].", count=3)
    Citations(known=(2, 1), unknown=(7,))
    """
    numbers = dict.fromkeys(
        number
        for mark in _MARK.finditer(text)
        for first, last in _NUMBERS.findall(mark[1])
        for number in _span(int(first), int(last or first))
    )
    known = tuple(number for number in numbers if 1 <= number <= count)
    return Citations(known, tuple(number for number in numbers if number not in known))


def without_citations(text: str) -> str:
    """The answer alone.

    >>> without_citations("Nine days [2].")
    'Nine days.'
    """
    return _MARK.sub("", text).strip()


def _span(first: int, last: int) -> range:
    return range(min(first, last), max(first, last) + 1)
