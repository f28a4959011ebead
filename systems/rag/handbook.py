"""The retrievers over the handbook, with the settings that are shipped.

`VARIANTS` at the end lists those that are laid beside the one that ships: a new one is added there.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from systems.rag.chunking.chunked import Chunked
from systems.rag.chunking.chunkers import ByStructure, Chunker, Fixed, Recursive
from systems.rag.chunking.chunks import Chunks
from systems.rag.corpus import Corpus
from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.dense import Dense
from systems.rag.retrieval.encoder import SentenceEncoder
from systems.rag.retrieval.hybrid import Hybrid
from systems.rag.retrieval.retriever import Retriever
from systems.rag.retrieval.weighted import Weighted
from systems.rag.stores.chroma_store import Chroma
from systems.rag.stores.faiss_store import FaissFlat, FaissHNSW, FaissIVF
from systems.rag.stores.store import Store

__all__ = [
    "CHAT_VARIANTS",
    "CHUNKINGS",
    "CORPUS",
    "STORES",
    "VARIANTS",
    "agentic",
    "bm25",
    "chunked",
    "cross_encoded",
    "dense",
    "graph",
    "hybrid",
    "multi_query",
    "reranked",
    "routed",
    "self_reflective",
    "stored",
    "weighted",
]

_ROOT = Path(__file__).resolve().parents[2]
_INDEXES = _ROOT / ".holdfast" / "indexes"

CORPUS = Corpus(folder=_ROOT / "datasets" / "handbook" / "documents")
"""The handbook; read at first use."""

_ENCODER = SentenceEncoder()


def bm25(*, depth: int = 20, threshold: float | None = None) -> BM25:
    """Retrieval by words."""
    return BM25(corpus=CORPUS, depth=depth, threshold=threshold)


def dense(*, depth: int = 20, threshold: float | None = None) -> Dense:
    """Retrieval by meaning, with all-MiniLM-L6-v2."""
    return Dense(corpus=CORPUS, encoder=_ENCODER, depth=depth, threshold=threshold, folder=_INDEXES)


def hybrid(*, depth: int = 20, threshold: float | None = None) -> Hybrid:
    """Both, fused by rank.

    On the development questions pools of 10 and of 20 are as good as each other: paraphrases share
    hardly a word with the passages that answer them, and what BM25 finds for them further down is
    noise.
    """
    return Hybrid(retrievers=(bm25(), dense()), pool=10, depth=depth, threshold=threshold)


def weighted(*, depth: int = 20) -> Weighted:
    """Both, fused by score: a third by words and two thirds by meaning.

    On the development questions weights from 0.5 to 0.7 for meaning are all better than ranks, and
    the scale that starts at the lowest possible score is no worse than the other two.
    """
    return Weighted(
        retrievers=(bm25(depth=50), dense(depth=50)), weights=(0.35, 0.65), pool=50, depth=depth
    )


STORES: Mapping[str, Store] = {
    "faiss-flat": FaissFlat(),
    "faiss-ivf": FaissIVF(lists=16, probes=10),
    "faiss-hnsw": FaissHNSW(),
    "chroma": Chroma(),
}
"""Stores by name; `dense` searches the first, which is exact."""


def stored(name: str, *, depth: int = 20) -> Dense:
    """Retrieval by meaning from one of `STORES`."""
    return Dense(corpus=CORPUS, encoder=_ENCODER, store=STORES[name], depth=depth, folder=_INDEXES)


CHUNKINGS: Mapping[str, Chunker] = {
    "sections": ByStructure(),
    "sections-20-60": ByStructure(largest=60, smallest=20),
    "fixed-30": Fixed(size=30),
    "fixed-90": Fixed(size=90, overlap=15),
    "fixed-400": Fixed(size=400, overlap=50),
    "recursive-90": Recursive(size=90, overlap=15),
}
"""Ways to cut the handbook by name; its sections have 40 to 130 words."""


def chunked(name: str, *, depth: int = 20, quoted: bool = False) -> Chunked:
    """Both, over the chunks of one of `CHUNKINGS`; with their texts where they are quoted."""
    chunks = Chunks(corpus=CORPUS, chunker=CHUNKINGS[name])
    parts = (BM25(corpus=chunks), Dense(corpus=chunks, encoder=_ENCODER, folder=_INDEXES))
    fused = Hybrid(retrievers=parts, pool=10)
    return Chunked(chunks=chunks, retriever=fused, depth=depth, quoted=quoted)


def reranked(*, depth: int = 20) -> Retriever:
    """What ships, put into another order by the tokens that question and passage share."""
    from systems.rag.reranking.shipped import late_interaction

    return late_interaction(hybrid(), corpus=CORPUS, depth=depth)


def cross_encoded(*, depth: int = 20) -> Retriever:
    """What ships, put into another order by the cross-encoder that this project trained.

    Its lessons were about these documents: on ones that it never saw it is no better than
    `reranked` (the decision 0043 has the figures).
    """
    from systems.rag.reranking.shipped import cross_encoder

    return cross_encoder(hybrid(), corpus=CORPUS, depth=depth)


def routed() -> Retriever:
    """What ships, in the sources that the question is about."""
    from systems.rag import variants

    return variants.routed()


def graph() -> Retriever:
    """Words and meaning weighed by score, and passages that names in the best ones lead to."""
    from systems.rag import variants

    return variants.graph()


def multi_query() -> Retriever:
    """What ships, for a question and for other phrasings of it; one of them by the chat model."""
    from systems.rag import variants

    return variants.multi_query()


def self_reflective() -> Retriever:
    """What ships, and another try where it is unsure; the last one by the chat model."""
    from systems.rag import variants

    return variants.self_reflective()


def agentic() -> Retriever:
    """A chat model that searches by tool calls."""
    from systems.rag import variants

    return variants.agentic()


VARIANTS: Mapping[str, Callable[[], Retriever]] = {
    "bm25": bm25,
    "dense": dense,
    "weighted": weighted,
    "reranked": reranked,
    "cross-encoder": cross_encoded,
    "routed": routed,
    "graph": graph,
}
"""Retrievers that do not ship, by name: each is judged beside `hybrid`, which does."""

CHAT_VARIANTS: Mapping[str, Callable[[], Retriever]] = {
    "multi-query": multi_query,
    "self-reflective": self_reflective,
    "agentic": agentic,
}
"""The same, of those that ask a chat model."""
