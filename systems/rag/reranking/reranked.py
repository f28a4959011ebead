"""Reranked: a retriever whose first passages are put into another order."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Passage, Response, Spec
from systems.rag.corpus import Corpus
from systems.rag.reranking.rendering import RENDERING_VERSION, render
from systems.rag.reranking.reranker import Reranker
from systems.rag.retrieval.retriever import Retriever
from systems.rag.retrieval.shortlist import respond

__all__ = ["Reranked", "standardize"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reranked:
    """Re-orders the first passages of a retriever by the scores of a reranker.

    Passages after the pool are left out. A question that the retriever declines stays declined.
    The reranker reads the text that a passage carries, or else its section of the corpus.
    """

    retriever: Retriever
    reranker: Reranker
    corpus: Corpus
    pool: int = 20
    """Number of passages that the reranker reads."""
    depth: int = 20
    """Number of passages returned at most."""
    weight: float = 1.0
    """Share of the reranker in the order; the rest is the retriever's own score. Where both count,
    both are standardized over the pool, since their scales have nothing in common."""
    name: str = "reranked"
    """What the system is called in records."""

    def __post_init__(self) -> None:
        if not 0 < self.depth <= self.pool:
            raise UsageError(
                f"a reranked retriever returns passages of its pool, so depth must lie between 1 "
                f"and pool; got depth {self.depth!r} and pool {self.pool!r}"
            )
        if not 0 < self.weight <= 1:
            raise UsageError(
                f"the weight of a reranker lies above 0 and not above 1, got {self.weight!r}"
            )

    @property
    def spec(self) -> Spec:
        retriever, reranker = self.retriever.spec, self.reranker.spec
        params: dict[str, Json] = {
            "retriever": retriever.name,
            "reranker": reranker.name,
            "pool": self.pool,
            "depth": self.depth,
            "weight": self.weight,
        }
        return Spec(
            name=self.name,
            params=params,
            version=f"1-rendering-{RENDERING_VERSION}",
            artifacts={
                "corpus": self.corpus.digest,
                "retriever": retriever.digest,
                "reranker": reranker.digest,
            },
        )

    def __call__(self, question: str, /) -> Response:
        found = self.retriever(question)
        passages = found.passages[: self.pool]
        if found.abstained or not passages:
            return found
        texts = [passage.text or render(self.corpus.section(passage.id)) for passage in passages]
        scores = list(self.reranker(question, texts))
        if self.weight < 1:
            scores = self._blend(scores, passages)
        return respond(
            zip((passage.id for passage in passages), scores, strict=True), depth=self.depth
        )

    def _blend(self, scores: Sequence[float], passages: Sequence[Passage]) -> list[float]:
        own = [passage.score for passage in passages if passage.score is not None]
        if len(own) < len(passages):
            raise UsageError(
                f"the retriever {self.retriever.spec.name!r} gives passages without scores, so it "
                "has no say in the order; use weight 1"
            )
        return [
            self.weight * second + (1 - self.weight) * first
            for second, first in zip(standardize(scores), standardize(own), strict=True)
        ]


def standardize(scores: Sequence[float]) -> list[float]:
    """Scores with mean 0 and standard deviation 1, all 0 where they do not differ."""
    mean, deviation = fmean(scores), pstdev(scores)
    # Scores that agree to the last bits differ by rounding alone, which is not to be blown up.
    if deviation <= 1e-9 * max(1.0, abs(mean)):
        return [0.0] * len(scores)
    return [(score - mean) / deviation for score in scores]
