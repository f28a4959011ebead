"""Variants: ways to retrieve from the handbook, each a few parts put together."""

from collections.abc import Mapping
from dataclasses import replace

from systems.models.chat import ChatModel
from systems.models.choice import chosen_model
from systems.rag import handbook
from systems.rag.agentic import Agentic
from systems.rag.graph.knowledge import Knowledge
from systems.rag.graph.search import GraphSearch
from systems.rag.multi_query import MultiQuery
from systems.rag.reflection.confidence import Confidence
from systems.rag.reflection.loop import Attempt, Reflective
from systems.rag.retrieval.retriever import Retriever
from systems.rag.rewriting import Asked, Feedback, read_prompt
from systems.rag.routing import Routed, Router, Shelf

__all__ = [
    "agentic",
    "asked",
    "confidence",
    "feedback",
    "graph",
    "multi_query",
    "routed",
    "router",
    "self_reflective",
]


def router(*, least: float = 0.0723, sure: float = 0.35) -> Router:
    """Chooses sources of the handbook.

    `least` is what `python -m systems.rag.fitting` prints: every source that a question needs is
    asked in 95 of 100 cases.
    """
    encoder = handbook.dense().encoder
    return Router(corpus=handbook.CORPUS, encoder=encoder, least=least, sure=sure)


def routed() -> Routed:
    """Hybrid retrieval in the sources that the question is about."""
    return Routed(router=router(), everything=handbook.hybrid(), shelves=_shelves())


def graph() -> GraphSearch:
    """Retrieval by words and meaning, and passages that names in the best ones lead to.

    It begins with scores and not with ranks, so that a strong bridge can be weighed against a good
    score. On the development questions over several documents, weights from 0.4 to 1 are as good.
    """
    both = replace(
        handbook.weighted(depth=100),
        retrievers=(handbook.bm25(depth=100), handbook.dense(depth=100)),
        pool=100,
    )
    return GraphSearch(knowledge=Knowledge(corpus=handbook.CORPUS), start=both)


def asked(model: ChatModel | None = None) -> Asked:
    """Search queries by a chat model: the chosen one where none is given."""
    return Asked(model=model or chosen_model(), prompt=read_prompt("rewriting", 1))


def feedback() -> Feedback:
    """The question with words of the passages that are nearest to it in meaning."""
    return Feedback(corpus=handbook.CORPUS, retriever=handbook.dense())


def multi_query(model: ChatModel | None = None) -> MultiQuery:
    """Hybrid retrieval for a question, a model's phrasing of it, and one with words of feedback."""
    return MultiQuery(retriever=handbook.hybrid(), rewriters=(asked(model), feedback()))


def confidence() -> Confidence:
    """How likely the first passages of a ranking of the handbook hold what a question needs."""
    everything = handbook.dense(depth=len(handbook.CORPUS.sections))
    return Confidence(corpus=handbook.CORPUS, likeness=everything)


def self_reflective(model: ChatModel | None = None) -> Reflective:
    """Hybrid retrieval; where it is unsure by meaning alone, and then with a model's phrasing.

    A vague question shares hardly a word with its documents, so that what words find is noise. Half
    of the development questions have a second round, and one in six asks the model.
    """
    meaning = handbook.dense()
    return Reflective(
        retriever=handbook.hybrid(),
        confidence=confidence(),
        attempts=(
            Attempt(retriever=meaning, below=0.6),
            Attempt(retriever=meaning, rewriter=asked(model), below=0.4),
        ),
    )


def agentic(model: ChatModel | None = None) -> Agentic:
    """A model that searches by tool calls, everywhere or in one source."""
    return Agentic(
        model=model or chosen_model(),
        prompt=read_prompt("searching", 1),
        corpus=handbook.CORPUS,
        everywhere=handbook.hybrid(),
        shelves={
            source: replace(handbook.hybrid(), retrievers=part)
            for source, part in _shelves().items()
        },
    )


def _shelves() -> Mapping[str, tuple[Retriever, ...]]:
    """For each source, what the hybrid fuses."""
    found: dict[str, tuple[Retriever, ...]] = {}
    for source in sorted({section.front["source"] for section in handbook.CORPUS.sections}):
        part = Shelf(corpus=handbook.CORPUS, source=source)
        found[source] = (
            replace(handbook.bm25(), corpus=part),
            replace(handbook.dense(), corpus=part),
        )
    return found
