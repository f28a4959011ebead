"""Dense: retrieval by the meaning of a question, as an embedding model sees it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast.digest import Json, digest_json
from holdfast.errors import MissingExtra
from holdfast.system import Response, Spec
from systems.once import Once
from systems.rag.corpus import Texts
from systems.rag.retrieval.encoder import Encoder, SentenceEncoder
from systems.rag.retrieval.shortlist import respond
from systems.rag.retrieval.vectors import load_or_make

__all__ = ["Dense"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense:
    """Ranks passages by the cosine between their embedding and that of the question.

    The search is exact (a flat FAISS index of inner products). Embeddings are made at the first
    question and kept on disk.
    """

    corpus: Texts
    """What is searched: a corpus, its chunks, or a collection."""
    encoder: Encoder = field(default_factory=SentenceEncoder)
    depth: int = 20
    """Number of passages returned at most."""
    threshold: float | None = None
    """Best cosine below which the question is declined; None answers always."""
    folder: Path = Path(".holdfast/indexes")
    """Where embeddings are kept."""
    # FAISS comes without types.
    _index: Once[Any] = field(default_factory=Once[Any], init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        encoder = self.encoder.spec
        params: dict[str, Json] = {**encoder.params, "depth": self.depth}
        if self.threshold is not None:
            params["threshold"] = self.threshold
        return Spec(
            name="dense",
            params=params,
            artifacts={"corpus": self.corpus.digest, "encoder": encoder.digest},
        )

    def __call__(self, question: str, /) -> Response:
        index = self._index.get(self._build)
        passages = self.corpus.texts
        # Twice the depth, so that a tie at its end is broken by id and not by FAISS.
        count = min(len(passages), 2 * self.depth)
        scores, places = index.search(self.encoder([question]), count)
        return respond(
            (
                (passages[place].id, score)
                for place, score in zip(places[0], scores[0], strict=True)
            ),
            depth=self.depth,
            threshold=self.threshold,
        )

    def _build(self) -> Any:
        try:
            import faiss
        except ImportError as error:
            raise MissingExtra(
                "dense retrieval needs: pip install sentence-transformers faiss-cpu"
            ) from error
        texts = [text.searchable for text in self.corpus.texts]
        vectors = load_or_make(
            self.folder,
            digest_json({"texts": texts, "encoder": self.encoder.spec.digest}),
            rows=len(texts),
            make=lambda: self.encoder(texts),
        )
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return index
