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
from systems.rag.reranking.reranked import Reranked
from systems.rag.reranking.shipped import late_interaction
from systems.rag.retrieval.retriever import Retriever
from systems.rag.rewriting import Asked, Feedback, read_prompt
from systems.rag.routing import Routed, Router, Shelf

__all__ = [
    "agentic",
    "asked",
    "careful",
    "confidence",
    "feedback",
    "graph",
    "multi_query",
    "routed",
    "router",
    "self_reflective",
]


def router(*, least: float = 0.0364, sure: float = 0.35) -> Router:
    """Chooses sources of the handbook.

    `least` is what `python -m systems.rag.fitting` prints: every source that a question needs is
    asked in 98 of 100 cases.
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


def careful() -> Reranked:
    """Words and meaning weighed by score, and their first sixty read again token by token.

    It looks at all that the hybrid finds and closer, has learned nothing from the handbook, and
    takes several times as long, so it is for doubtful questions.
    """
    wide = replace(handbook.weighted(depth=60), pool=50)
    closer = late_interaction(wide, corpus=handbook.CORPUS)
    return replace(closer, pool=60, weight=0.7, name="careful")


def self_reflective(model: ChatModel | None = None) -> Reflective:
    """Hybrid retrieval; where it is unsure a careful search, and then one in a model's words.

    Half of the development questions are searched for carefully. Half of those still look doubtful
    then, and the model is asked. Its round counts half, since a weak model's words add noise.
    """
    return Reflective(
        retriever=handbook.hybrid(),
        confidence=confidence(),
        attempts=(
            Attempt(retriever=careful(), below=0.6, afresh=True),
            Attempt(retriever=careful(), rewriter=asked(model), below=0.45, weight=0.5),
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
            # Counted over everything, so that scores of several sources can be compared.
            replace(handbook.bm25(), corpus=part, counted=handbook.CORPUS),
            replace(handbook.dense(), corpus=part),
        )
    return found
