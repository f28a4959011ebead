"""Document: the running text of a document as words, and where its sections lie in it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby, pairwise

from systems.once import Once
from systems.rag.corpus import Section

__all__ = ["Break", "Document", "Part", "read_documents"]

_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")


class Break(IntEnum):
    """What ends between two words, the weakest first."""

    WORD = 0
    SENTENCE = 1
    LINE = 2
    PARAGRAPH = 3
    SECTION = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section as a stretch of its document's text."""

    id: str
    start: int
    """Place of its first character."""
    end: int
    """Place after its last character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text with its sections, each of them heading and body, an empty line between them."""

    id: str
    title: str
    text: str
    parts: tuple[Part, ...]
    _words: Once[tuple[tuple[int, int], ...]] = field(
        default_factory=Once[tuple[tuple[int, int], ...]], init=False, repr=False, compare=False
    )
    _breaks: Once[tuple[Break, ...]] = field(
        default_factory=Once[tuple[Break, ...]], init=False, repr=False, compare=False
    )

    @property
    def words(self) -> tuple[tuple[int, int], ...]:
        """Start and end of every run of characters without white space."""
        return self._words.get(lambda: tuple(word.span() for word in _WORD.finditer(self.text)))

    @property
    def breaks(self) -> tuple[Break, ...]:
        """What ends after each word; a section after the last."""
        return self._breaks.get(self._find_breaks)

    def _find_breaks(self) -> tuple[Break, ...]:
        if not self.words:
            return ()
        ends = {part.end for part in self.parts}
        inner = (
            self._break(start, end, ends=ends, following=following)
            for (start, end), (following, _) in pairwise(self.words)
        )
        return (*inner, Break.SECTION)

    def _break(self, start: int, end: int, *, ends: set[int], following: int) -> Break:
        lines = self.text.count("\n", end, following)
        if end in ends:
            return Break.SECTION
        if lines:
            return Break.PARAGRAPH if lines > 1 else Break.LINE
        return Break.SENTENCE if _SENTENCE_END.search(self.text, start, end) else Break.WORD


def read_documents(sections: Iterable[Section]) -> Iterator[Document]:
    """The documents that sections belong to, in the order of ids."""
    key = _document_of
    for identity, members in groupby(sorted(sections, key=key), key=key):
        yield _join(identity, sorted(members, key=lambda section: section.place))


def _join(identity: str, sections: list[Section]) -> Document:
    texts = [f"{section.heading}\n\n{section.text}".strip() for section in sections]
    parts: list[Part] = []
    start = 0
    for section, text in zip(sections, texts, strict=True):
        parts.append(Part(id=section.id, start=start, end=start + len(text)))
        start += len(text) + 2
    return Document(
        id=identity, title=sections[0].title, text="\n\n".join(texts), parts=tuple(parts)
    )


def _document_of(section: Section) -> str:
    return section.id.split("#", maxsplit=1)[0]
