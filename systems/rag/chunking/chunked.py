"""Chunked: a retriever of chunks, traced back to the sections that people judged."""

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Passage, Response, Spec
from systems.rag.chunking.chunks import Chunks
from systems.rag.retrieval.retriever import Retriever

__all__ = ["Chunked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunked:
    """Returns sections, each with the score and the text of its best chunk.

    A chunk speaks for a section where what they have in common is a fair share of the smaller of
    the two: a small chunk for the section that it lies in, a large one for all that it holds, and
    neither for a section of which it has but the first words.
    The answer's `data` lists the chunks themselves under `chunks`, best first: their number of
    words, and what they hold of which section.
    """

    chunks: Chunks
    retriever: Retriever
    """Ranks the chunks."""
    share: float = 0.5
    """How much of the smaller of chunk and section they must have in common."""
    depth: int = 20
    """Number of sections returned at most."""
    quoted: bool = True
    """Whether passages carry the text of their chunk, as answering needs; without it a run over
    large chunks takes a tenth of the space."""

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise UsageError(f"share must lie in (0, 1], got {self.share!r}; a half is 0.5")

    @property
    def spec(self) -> Spec:
        chunker, retriever = self.chunks.chunker.spec, self.retriever.spec
        params: dict[str, Json] = {
            "chunker": chunker.name,
            **chunker.params,
            "retriever": retriever.name,
            "share": self.share,
            "depth": self.depth,
        }
        if not self.quoted:
            params["quoted"] = False
        artifacts = {"chunks": self.chunks.digest, "retriever": retriever.digest}
        return Spec(name="chunked", params=params, artifacts=artifacts)

    def __call__(self, question: str, /) -> Response:
        response = self.retriever(question)
        best: dict[str, Passage] = {}
        for passage in response.passages:
            text = self.chunks.chunk(passage.id).text if self.quoted else ""
            for section in self._sections(passage.id):
                best.setdefault(section, Passage(id=section, score=passage.score, text=text))
        return Response(
            passages=tuple(best.values())[: self.depth],
            abstained=response.abstained,
            data={"chunks": [self._found(passage.id) for passage in response.passages]},
        )

    def _sections(self, identity: str) -> Iterator[str]:
        for common in self.chunks.chunk(identity).covers:
            if max(common.of_section, common.of_chunk) >= self.share:
                yield common.section

    def _found(self, identity: str) -> Json:
        chunk = self.chunks.chunk(identity)
        spans: dict[str, Json] = {one.section: [one.start, one.end] for one in chunk.covers}
        return {"words": len(chunk.text.split()), "sections": spans}
