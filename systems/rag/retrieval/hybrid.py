"""Hybrid: several retrievers whose rankings are fused."""

from collections import defaultdict
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Response, Spec
from systems.rag.retrieval.retriever import Retriever
from systems.rag.retrieval.shortlist import respond

__all__ = ["Hybrid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hybrid:
    """Adds 1 / (k + rank) over the retrievers (Cormack, Clarke and Büttcher, SIGIR 2009).

    Ranks are fused and not scores, so that no retriever's scale outweighs another's.
    """

    retrievers: tuple[Retriever, ...]
    k: int = 60
    """How little the first ranks differ; 60 is the paper's value."""
    pool: int = 10
    """Number of passages of each retriever that count, from its best rank."""
    depth: int = 20
    """Number of passages returned at most."""
    threshold: float | None = None
    """Best fused score below which the question is declined; None leaves it to the retrievers:
    the question is declined where every one of them declines it."""

    def __post_init__(self) -> None:
        if not self.retrievers:
            raise UsageError("a hybrid needs retrievers to fuse, such as a BM25 and a Dense")

    @property
    def spec(self) -> Spec:
        specs = [retriever.spec for retriever in self.retrievers]
        params: dict[str, Json] = {
            "retrievers": "+".join(spec.name for spec in specs),
            "k": self.k,
            "pool": self.pool,
            "depth": self.depth,
        }
        if self.threshold is not None:
            params["threshold"] = self.threshold
        artifacts = {f"{at}-{spec.name}": spec.digest for at, spec in enumerate(specs, start=1)}
        return Spec(name="hybrid", params=params, artifacts=artifacts)

    def __call__(self, question: str, /) -> Response:
        responses = [retriever(question) for retriever in self.retrievers]
        if all(response.abstained for response in responses):
            return Response(abstained=True)
        fused: defaultdict[str, float] = defaultdict(float)
        for response in responses:
            # Some chains return a document once for each of its chunks; its best rank counts.
            names = list(dict.fromkeys(passage.id for passage in response.passages))
            for rank, name in enumerate(names[: self.pool], start=1):
                fused[name] += 1 / (self.k + rank)
        return respond(fused.items(), depth=self.depth, threshold=self.threshold)
