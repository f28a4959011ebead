"""Rerankers with the settings that are shipped, for any retriever over the handbook."""

from functools import cache
from pathlib import Path

from systems.rag.corpus import Corpus
from systems.rag.reranking.adapted import ADAPTER, AdaptedReranker
from systems.rag.reranking.maxsim import MaxSim
from systems.rag.reranking.reranked import Reranked
from systems.rag.reranking.states import States
from systems.rag.retrieval.retriever import Retriever

__all__ = ["cross_encoder", "late_interaction", "reranked"]

_FOLDER = Path(__file__).resolve().parents[3] / ".holdfast" / "indexes" / "states"
_JOINT_FROM = 4


def late_interaction(retriever: Retriever, *, corpus: Corpus, depth: int = 20) -> Reranked:
    """MaxSim over the tokens of all-MiniLM-L6-v2, rare ones weighing more."""
    reranker = MaxSim(states=_states(None), collection=corpus)
    return Reranked(retriever=retriever, reranker=reranker, corpus=corpus, depth=depth)


def cross_encoder(
    retriever: Retriever, *, corpus: Corpus, depth: int = 20, adapter: Path = ADAPTER
) -> Reranked:
    """Half late interaction and half the cross-encoder that this project trained.

    The two err at different questions, so their mean is better than either.
    """
    reranker = AdaptedReranker(
        late=MaxSim(states=_states(None), collection=corpus),
        lower=_states(_JOINT_FROM),
        adapter=adapter,
    )
    return Reranked(
        retriever=late_interaction(retriever, corpus=corpus),
        reranker=reranker,
        corpus=corpus,
        depth=depth,
        weight=0.5,
        name="cross-encoder",
    )


def reranked(retriever: Retriever, *, corpus: Corpus, depth: int = 20) -> Reranked:
    """The reranker that ships: the decision 0043 says why it is this one."""
    return late_interaction(retriever, corpus=corpus, depth=depth)


@cache
def _states(layers: int | None) -> States:
    return States(layers=layers, folder=_FOLDER)
