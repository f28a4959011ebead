"""The retrievers over the handbook, with the settings that are shipped.

`VARIANTS` at the end lists those that are laid beside the one that ships: a new one is added there.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from systems.rag.corpus import Corpus
from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.dense import Dense
from systems.rag.retrieval.encoder import SentenceEncoder
from systems.rag.retrieval.hybrid import Hybrid
from systems.rag.retrieval.retriever import Retriever

__all__ = ["CORPUS", "VARIANTS", "bm25", "dense", "hybrid"]

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

    A pool of ten gives a higher nDCG on the development questions than 20, 50 or 100: paraphrases
    share hardly a word with the passages that answer them, and what BM25 finds for them further
    down is noise.
    """
    return Hybrid(retrievers=(bm25(), dense()), pool=10, depth=depth, threshold=threshold)


VARIANTS: Mapping[str, Callable[[], Retriever]] = {
    "bm25": bm25,
    "dense": dense,
}
"""Retrievers that do not ship, by name: each is judged beside `hybrid`, which does."""
