"""Rerankers with the settings that are shipped, for any retriever over the handbook."""

from pathlib import Path

from systems.rag.corpus import Corpus
from systems.rag.reranking.maxsim import MaxSim
from systems.rag.reranking.reranked import Reranked
from systems.rag.reranking.states import States
from systems.rag.retrieval.retriever import Retriever

__all__ = ["late_interaction"]

_FOLDER = Path(__file__).resolve().parents[3] / ".holdfast" / "indexes" / "states"


def late_interaction(retriever: Retriever, *, corpus: Corpus, depth: int = 20) -> Reranked:
    """MaxSim over the tokens of all-MiniLM-L6-v2, rare ones weighing more."""
    reranker = MaxSim(states=States(folder=_FOLDER), collection=corpus)
    return Reranked(retriever=retriever, reranker=reranker, corpus=corpus, depth=depth)
