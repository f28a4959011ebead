"""Variants: ways to retrieve from the handbook, each a few parts put together."""

from dataclasses import replace

from systems.rag import handbook
from systems.rag.graph.knowledge import Knowledge
from systems.rag.graph.search import GraphSearch
from systems.rag.routing import Routed, Router, Shelf

__all__ = ["graph", "routed", "router"]


def router(*, least: float = 0.0773, sure: float = 0.35) -> Router:
    """Chooses sources of the handbook.

    `least` is what `python -m systems.rag.training` prints: every source that a question needs is
    asked in 95 of 100 cases.
    """
    encoder = handbook.dense().encoder
    return Router(corpus=handbook.CORPUS, encoder=encoder, least=least, sure=sure)


def routed() -> Routed:
    """Hybrid retrieval in the sources that the question is about."""
    chooses, words, meaning = router(), handbook.bm25(), handbook.dense()
    parts = {
        source: Shelf(corpus=handbook.CORPUS, source=source) for source in chooses.model.classes
    }
    return Routed(
        router=chooses,
        everything=handbook.hybrid(),
        shelves={
            source: (replace(words, corpus=part), replace(meaning, corpus=part))
            for source, part in parts.items()
        },
    )


def graph() -> GraphSearch:
    """Hybrid retrieval, then a walk over the names that its best passages hold."""
    return GraphSearch(
        knowledge=Knowledge(corpus=handbook.CORPUS),
        start=handbook.hybrid(),
        likeness=handbook.dense(depth=len(handbook.CORPUS.sections)),
    )
