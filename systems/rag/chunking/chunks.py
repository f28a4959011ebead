"""Chunks: the pieces of a corpus, as retrievers search them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from holdfast.digest import digest_json
from holdfast.errors import DatasetError
from systems.once import Once
from systems.rag.chunking.chunkers import Chunker
from systems.rag.chunking.document import Document, read_documents
from systems.rag.corpus import Corpus

__all__ = ["Chunk", "Chunks", "Coverage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a chunk and a section have in common."""

    section: str
    start: int
    """Place of the first common character within the section."""
    end: int
    """Place after the last one."""
    of_section: float
    """Share of the section's characters that the chunk holds."""
    of_chunk: float
    """Share of the chunk's characters that the section holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A stretch of a document."""

    document: str
    title: str
    start: int
    """Place of its first character in the text of the document."""
    end: int
    """Place after its last character."""
    text: str
    covers: tuple[Coverage, ...]
    """The sections that it touches, in the order of the document."""

    @property
    def id(self) -> str:
        """`<document id>@<start>-<end>`."""
        return f"{self.document}@{self.start}-{self.end}"

    @property
    def searchable(self) -> str:
        """What retrievers index: a chunk says little without the title that it stands under."""
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunks:
    """The chunks of every document of a corpus; cut at first use."""

    corpus: Corpus
    chunker: Chunker
    _by_id: Once[Mapping[str, Chunk]] = field(
        default_factory=Once[Mapping[str, Chunk]], init=False, repr=False, compare=False
    )

    @property
    def texts(self) -> tuple[Chunk, ...]:
        """Every chunk, by document and place."""
        return tuple(self._by_id.get(self._read).values())

    @property
    def digest(self) -> str:
        """Digest of the corpus, of the order of its sections, and of how it was cut."""
        places = [section.place for section in self.corpus.sections]
        return digest_json([self.corpus.digest, places, self.chunker.spec.digest])

    def check(self) -> None:
        """As `Corpus.check`."""
        self.corpus.check()

    def chunk(self, identity: str) -> Chunk:
        """The chunk with this id.

        Raises:
            DatasetError: there is none.
        """
        found = self._by_id.get(self._read)
        if identity not in found:
            raise DatasetError(
                f"there is no chunk {identity!r} among the {len(found)} of "
                f"{self.chunker.spec.label}; retrieve from the chunks that the answer is traced to"
            )
        return found[identity]

    def _read(self) -> Mapping[str, Chunk]:
        documents = read_documents(self.corpus.sections)
        return {chunk.id: chunk for one in documents for chunk in _chunks(one, self.chunker)}


def _chunks(document: Document, chunker: Chunker) -> Iterator[Chunk]:
    for words in chunker(document):
        start, end = document.words[words.start][0], document.words[words.stop - 1][1]
        yield Chunk(
            document=document.id,
            title=document.title,
            start=start,
            end=end,
            text=document.text[start:end],
            covers=tuple(_coverage(document, start=start, end=end)),
        )


def _coverage(document: Document, *, start: int, end: int) -> Iterator[Coverage]:
    for part in document.parts:
        first, last = max(start, part.start), min(end, part.end)
        if first < last:
            yield Coverage(
                section=part.id,
                start=first - part.start,
                end=last - part.start,
                of_section=(last - first) / (part.end - part.start),
                of_chunk=(last - first) / (end - start),
            )
