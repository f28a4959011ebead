"""Chunkers: three ways to cut a document into runs of words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from holdfast.errors import UsageError
from holdfast.system import Spec
from systems.rag.chunking.document import Break, Document

__all__ = ["ByStructure", "Chunker", "Fixed", "Recursive"]


class Chunker(Protocol):
    """Cuts a document into ranges of its words, in order; together they hold every word."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, document: Document, /) -> Sequence[range]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """Windows of a fixed number of words, blind to what the text says."""

    size: int
    """Number of words of a chunk; the last one may be shorter."""
    overlap: int = 0
    """Number of words that a chunk shares with the one before it."""

    def __post_init__(self) -> None:
        _check(self.size, self.overlap)

    @property
    def spec(self) -> Spec:
        return Spec(name="fixed", params={"size": self.size, "overlap": self.overlap})

    def __call__(self, document: Document, /) -> Sequence[range]:
        count, step = len(document.words), self.size - self.overlap
        # A window that begins within the last overlap would repeat words and hold no new one.
        starts = range(0, max(count - self.overlap, min(count, 1)), step)
        return [range(start, min(start + self.size, count)) for start in starts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recursive:
    """Cuts at paragraphs; what is still too long at lines, then at sentences, then at words.

    Neighbours that fit together are joined. With an overlap, every chunk but the first begins with
    the last words of the one before it, which count towards its size.
    """

    size: int
    """Number of words of a chunk at most."""
    overlap: int = 0
    """Number of words that a chunk shares with the one before it."""

    def __post_init__(self) -> None:
        _check(self.size, self.overlap)

    @property
    def spec(self) -> Spec:
        return Spec(name="recursive", params={"size": self.size, "overlap": self.overlap})

    def __call__(self, document: Document, /) -> Sequence[range]:
        words = range(len(document.words))
        # Sections are paragraphs here: this chunker sees a text and not its headings.
        breaks = [min(kind, Break.PARAGRAPH) for kind in document.breaks]
        pieces = _split(words, breaks, size=self.size - self.overlap, level=Break.PARAGRAPH)
        return [range(max(0, piece.start - self.overlap), piece.stop) for piece in pieces]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByStructure:
    """One chunk for each section, as the headings say.

    A section that is too large is cut as `Recursive` does; neighbours that are too small are joined
    while they fit together.
    """

    largest: int | None = None
    """Number of words of a chunk at most; None never cuts a section."""
    smallest: int = 0
    """Number of words below which a section is joined with its neighbour, where that fits."""

    def __post_init__(self) -> None:
        if self.largest is not None and self.largest < 1:
            raise UsageError(f"the largest chunk must hold a word, got largest={self.largest!r}")
        if self.smallest < 0 or self.smallest > (self.largest or self.smallest):
            raise UsageError(
                f"smallest must lie between 0 and largest, got smallest={self.smallest!r} and "
                f"largest={self.largest!r}"
            )

    @property
    def spec(self) -> Spec:
        return Spec(
            name="by_structure", params={"largest": self.largest, "smallest": self.smallest}
        )

    def __call__(self, document: Document, /) -> Sequence[range]:
        words, breaks = range(len(document.words)), document.breaks
        most = max(1, len(words)) if self.largest is None else self.largest
        chunks: list[range] = []
        for section in _cut(words, breaks, level=Break.SECTION):
            for piece in _split(section, breaks, size=most, level=Break.PARAGRAPH):
                joined = range(chunks[-1].start, piece.stop) if chunks else piece
                small = chunks and min(len(chunks[-1]), len(piece)) < self.smallest
                if small and len(joined) <= most:
                    chunks[-1] = joined
                else:
                    chunks.append(piece)
        return chunks


def _check(size: int, overlap: int) -> None:
    if size < 1 or not 0 <= overlap < size:
        raise UsageError(
            f"a chunk needs a word or more, and an overlap that is smaller than it, got "
            f"size={size!r} and overlap={overlap!r}"
        )


def _split(words: range, breaks: Sequence[Break], *, size: int, level: Break) -> list[range]:
    """Runs of at most `size` words, cut at the strongest breaks that are needed."""
    if len(words) <= size:
        return [words] if words else []
    if level == Break.WORD:
        starts = range(words.start, words.stop, size)
        return [range(start, min(start + size, words.stop)) for start in starts]
    joined: list[range] = []
    for piece in _cut(words, breaks, level=level):
        if joined and piece.stop - joined[-1].start <= size:
            joined[-1] = range(joined[-1].start, piece.stop)
        else:
            joined += _split(piece, breaks, size=size, level=Break(level - 1))
    return joined


def _cut(words: range, breaks: Sequence[Break], *, level: Break) -> list[range]:
    ends = [at + 1 for at in words if breaks[at] >= level or at + 1 == words.stop]
    starts = [words.start, *ends[:-1]]
    return [range(start, end) for start, end in zip(starts, ends, strict=False)]
