"""Variants: ways to retrieve from the handbook, each a few parts put together."""

from systems.rag import handbook
from systems.rag.graph.knowledge import Knowledge
from systems.rag.graph.search import GraphSearch

__all__ = ["graph"]


def graph() -> GraphSearch:
    """Hybrid retrieval, then a walk over the names that its best passages hold."""
    return GraphSearch(
        knowledge=Knowledge(corpus=handbook.CORPUS),
        start=handbook.hybrid(),
        likeness=handbook.dense(depth=len(handbook.CORPUS.sections)),
    )
