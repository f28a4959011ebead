"""Weighted: several retrievers whose scores are brought to one scale and added."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Literal, assert_never

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Response, Spec
from systems.rag.retrieval.retriever import Retriever
from systems.rag.retrieval.shortlist import respond

__all__ = ["Scale", "Weighted"]

Scale = Literal["min_max", "theoretical", "z_score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """A convex combination of scores (Bruch, Gai and Ingber, ACM TOIS 2023).

    Scores of a retriever are first scaled over the passages that it found for the question. A
    passage that a retriever did not find has there the lowest score that this one gave.
    """

    retrievers: tuple[Retriever, ...]
    weights: tuple[float, ...]
    """Weight of each retriever; they are divided by their sum."""
    scale: Scale = "theoretical"
    """`min_max`: the worst found is 0 and the best 1. `theoretical`: 0 is the lowest score that
    there can be, so that a retriever which finds nothing good says so. `z_score`: in standard
    deviations from the mean."""
    lowest: tuple[float, ...] = ()
    """Lowest possible score of each retriever, for the scale `theoretical`; 0 where not given."""
    pool: int = 20
    """Number of passages of each retriever that count, from its best rank."""
    depth: int = 20
    """Number of passages returned at most."""
    threshold: float | None = None
    """Best combined score below which the question is declined; None leaves it to the retrievers:
    the question is declined where every one of them declines it."""

    def __post_init__(self) -> None:
        if not self.retrievers or len(self.weights) != len(self.retrievers):
            raise UsageError(
                f"each retriever needs a weight, got {len(self.retrievers)} retrievers and the "
                f"weights {self.weights!r}"
            )
        if min(self.weights) < 0 or sum(self.weights) <= 0:
            raise UsageError(f"weights must not be negative, nor all zero, got {self.weights!r}")
        if self.lowest and len(self.lowest) != len(self.retrievers):
            raise UsageError(f"each retriever needs a lowest score, got {self.lowest!r}")

    @property
    def spec(self) -> Spec:
        specs = [retriever.spec for retriever in self.retrievers]
        params: dict[str, Json] = {
            "retrievers": "+".join(spec.name for spec in specs),
            "weights": "+".join(f"{weight:g}" for weight in self.weights),
            "scale": self.scale,
            "pool": self.pool,
            "depth": self.depth,
        }
        if self.scale == "theoretical":
            params["lowest"] = "+".join(f"{score:g}" for score in self._lowest())
        if self.threshold is not None:
            params["threshold"] = self.threshold
        artifacts = {f"{at}-{spec.name}": spec.digest for at, spec in enumerate(specs, start=1)}
        return Spec(name="weighted", params=params, artifacts=artifacts)

    def __call__(self, question: str, /) -> Response:
        responses = [retriever(question) for retriever in self.retrievers]
        if all(response.abstained for response in responses):
            return Response(abstained=True)
        scaled = [
            _scaled(self._scores(response), scale=self.scale, lowest=lowest)
            for response, lowest in zip(responses, self._lowest(), strict=True)
        ]
        fused: defaultdict[str, float] = defaultdict(float)
        everything = {identity for scores in scaled for identity in scores}
        for scores, weight in zip(scaled, self.weights, strict=True):
            missing = min(scores.values(), default=0.0)
            for identity in everything:
                fused[identity] += weight / sum(self.weights) * scores.get(identity, missing)
        return respond(fused.items(), depth=self.depth, threshold=self.threshold)

    def _lowest(self) -> Sequence[float]:
        return self.lowest or (0.0,) * len(self.retrievers)

    def _scores(self, response: Response) -> dict[str, float]:
        scores: dict[str, float] = {}
        for passage in response.passages[: self.pool]:
            if passage.score is None:
                raise UsageError(
                    f"passage {passage.id!r} has no score to combine; fuse retrievers that only "
                    "rank by Hybrid"
                )
            # Some chains return a document once for each of its chunks; its best score counts.
            scores[passage.id] = max(passage.score, scores.get(passage.id, passage.score))
        return scores


def _scaled(scores: Mapping[str, float], *, scale: Scale, lowest: float) -> dict[str, float]:
    if not scores:
        return {}
    values = list(scores.values())
    match scale:
        case "min_max":
            start, width = min(values), max(values) - min(values)
        case "theoretical":
            start, width = lowest, max(values) - lowest
        case "z_score":
            start, width = fmean(values), pstdev(values)
        case _:
            assert_never(scale)
    # Where all scores are equal, they are told apart from a miss by nothing but their presence.
    if width <= 0:
        return dict.fromkeys(scores, 0.0 if scale == "z_score" else 1.0)
    return {identity: (score - start) / width for identity, score in scores.items()}
