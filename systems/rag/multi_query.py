"""Multi-query: a question is searched for in several phrasings, whose rankings are fused."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Response, Span, Spec, Usage
from systems.rag.retrieval.encoder import encoding_once
from systems.rag.retrieval.retriever import Retriever
from systems.rag.retrieval.shortlist import respond
from systems.rag.rewriting import Phrasing, Rewriter

__all__ = ["MultiQuery", "added", "fused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiQuery:
    """Searches for a question and for what rewriters make of it, and adds reciprocal ranks.

    `data` tells the phrasings, and a span the time of each.
    """

    retriever: Retriever
    rewriters: tuple[Rewriter, ...]
    weight: float = 0.5
    """What a rank in a rewritten phrasing counts beside one for the question as it was asked."""
    k: int = 60
    """As in `Hybrid`."""
    depth: int = 20
    """Number of passages returned at most."""

    def __post_init__(self) -> None:
        if not self.rewriters:
            raise UsageError("several phrasings need rewriters, such as a Feedback")

    @property
    def spec(self) -> Spec:
        retriever = self.retriever.spec
        rewriters = [rewriter.spec for rewriter in self.rewriters]
        params: dict[str, Json] = {
            "retriever": retriever.name,
            "rewriters": "+".join(spec.name for spec in rewriters),
            "weight": self.weight,
            "k": self.k,
            "depth": self.depth,
        }
        digests = {f"{at}-{spec.name}": spec.digest for at, spec in enumerate(rewriters, start=1)}
        return Spec(
            name="multi-query",
            params=params,
            artifacts={f"retriever-{retriever.name}": retriever.digest, **digests},
            texts={name: text for spec in rewriters for name, text in spec.texts.items()},
        )

    def __call__(self, question: str, /) -> Response:
        # Feedback searches for the question as it was asked, too.
        with encoding_once():
            return self._search(question)

    def _search(self, question: str) -> Response:
        began = time.perf_counter()
        spans: list[Span] = []
        phrasings = [Phrasing(text=question)]
        for at, rewriter in enumerate(self.rewriters, start=1):
            start = time.perf_counter()
            phrasings.append(rewriter(question))
            spans.append(_span(f"rewrite {at}", start, began))
        found: list[Response] = []
        # A phrasing that says the same counts once.
        texts = list(dict.fromkeys(phrasing.text for phrasing in phrasings))
        for at, text in enumerate(texts, start=1):
            start = time.perf_counter()
            found.append(self.retriever(text))
            spans.append(_span(f"retrieve {at}", start, began))
        told: dict[str, Json] = {"phrasings": list(texts)}
        weights = [1.0, *[self.weight] * (len(found) - 1)]
        return Response(
            passages=fused(found, weights=weights, k=self.k, depth=self.depth).passages,
            abstained=all(response.abstained for response in found),
            data=told,
            spans=tuple(spans),
            usage=added([phrasing.usage for phrasing in phrasings]),
        )


def fused(
    responses: Sequence[Response], *, weights: Sequence[float], k: int, depth: int
) -> Response:
    """Passages by the sum of their reciprocal ranks (Cormack, Clarke and Büttcher, SIGIR 2009).

    Each rank counts the weight of its response; a passage that one holds twice counts once there.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for response, weight in zip(responses, weights, strict=True):
        names = dict.fromkeys(passage.id for passage in response.passages)
        for rank, name in enumerate(names, start=1):
            scores[name] += weight / (k + rank)
    return respond(scores.items(), depth=depth)


def added(usages: Sequence[Usage]) -> Usage:
    """What several calls consumed together."""
    return Usage(
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        calls=sum(usage.calls for usage in usages),
        cost=sum(usage.cost for usage in usages),
    )


def _span(name: str, start: float, began: float) -> Span:
    return Span(name=name, start=start - began, seconds=time.perf_counter() - start)
