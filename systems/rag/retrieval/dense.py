"""Dense: retrieval by the meaning of a question, as an embedding model sees it."""

from dataclasses import dataclass, field
from pathlib import Path

from holdfast.digest import Json
from holdfast.system import Response, Spec
from systems.once import Once
from systems.rag.corpus import Texts
from systems.rag.retrieval.encoder import Encoder, SentenceEncoder
from systems.rag.retrieval.shortlist import respond
from systems.rag.stores.faiss_store import FaissFlat
from systems.rag.stores.knowledge_base import KnowledgeBase
from systems.rag.stores.store import Store

__all__ = ["Dense"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense:
    """Ranks passages by the cosine between their embedding and that of the question.

    The index is made at the first question and kept on disk; where the texts have changed, those
    alone are embedded anew.
    """

    corpus: Texts
    """What is searched: a corpus, its chunks, or a collection."""
    encoder: Encoder = field(default_factory=SentenceEncoder)
    store: Store = field(default_factory=FaissFlat)
    """Where the vectors are searched; the search of `FaissFlat` is exact."""
    depth: int = 20
    """Number of passages returned at most."""
    threshold: float | None = None
    """Best cosine below which the question is declined; None answers always."""
    folder: Path = Path(".holdfast/indexes")
    """Where embeddings and indexes are kept."""
    _base: Once[KnowledgeBase] = field(
        default_factory=Once[KnowledgeBase], init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        encoder, store = self.encoder.spec, self.store.spec
        params: dict[str, Json] = {**encoder.params, "store": store.label, "depth": self.depth}
        if self.threshold is not None:
            params["threshold"] = self.threshold
        return Spec(
            name="dense",
            params=params,
            artifacts={"corpus": self.corpus.digest, "encoder": encoder.digest},
        )

    @property
    def knowledge_base(self) -> KnowledgeBase:
        """The index behind it, for those who refresh it themselves."""
        return self._base.get(
            lambda: KnowledgeBase(
                texts=self.corpus, encoder=self.encoder, store=self.store, folder=self.folder
            )
        )

    def __call__(self, question: str, /) -> Response:
        # Twice the depth, so that a tie at its end is broken by id and not by the store.
        found = self.knowledge_base.search(question, count=2 * self.depth)
        return respond(found, depth=self.depth, threshold=self.threshold)
