"""Checking: systems that say of a claim and its evidence whether the one supports the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Response, Spec
from holdfast.verifying.claim_verifier import ClaimVerifier
from holdfast.verifying.verdict import Verifier
from systems.rag.retrieval.encoder import SentenceEncoder
from systems.verifier.overlap import bigram_overlap, embedding_similarity, rouge_l

__all__ = ["BY_WORDS", "ClaimCheck", "ScoreCheck", "by_embedding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """A verifier as a system: `claim` and `evidence` in; label, score and sentences out."""

    verifier: Verifier = field(default_factory=ClaimVerifier)

    @property
    def spec(self) -> Spec:
        found = self.verifier.spec
        return Spec(name="claim-check", params=found.params, artifacts={"verifier": found.digest})

    def __call__(self, input: Mapping[str, Json], /) -> Response:
        claim, evidence = _read(input)
        (verdict,) = self.verifier.verify([claim], evidence)
        said = "supported" if verdict.supported else "not supported"
        return Response(
            text=f"{said}: {verdict.why}" if verdict.why else said,
            data={
                "supported": verdict.supported,
                "score": verdict.score,
                "evidence": [one.text for one in verdict.grounds],
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCheck:
    """A plain measure of likeness as such a system; it names no sentences."""

    name: str
    score: Callable[[str, Sequence[str]], float]
    threshold: float
    """Score from which a claim counts as supported, chosen on the development claims."""

    @property
    def spec(self) -> Spec:
        return Spec(name=self.name, params={"threshold": self.threshold})

    def __call__(self, input: Mapping[str, Json], /) -> Response:
        claim, evidence = _read(input)
        score = self.score(claim, evidence)
        supported = score >= self.threshold
        return Response(
            text="supported" if supported else "not supported",
            data={"supported": supported, "score": score, "evidence": []},
        )


def _read(given: Mapping[str, Json]) -> tuple[str, list[str]]:
    claim, evidence = given.get("claim"), given.get("evidence")
    if isinstance(claim, str) and isinstance(evidence, Sequence):
        texts = [one for one in evidence if isinstance(one, str)]
        if len(texts) == len(evidence):
            return claim, texts
    raise UsageError('give {"claim": "…", "evidence": ["…"]}')


BY_WORDS = (
    ScoreCheck(name="rouge-l", score=rouge_l, threshold=0.98),
    ScoreCheck(name="bigram-overlap", score=bigram_overlap, threshold=0.92),
)
"""Measures that need no model."""

_ENCODER = SentenceEncoder()


def _embedded(claim: str, evidence: Sequence[str]) -> float:
    return embedding_similarity(claim, evidence, encoder=_ENCODER)


def by_embedding() -> ScoreCheck:
    """Likeness by all-MiniLM-L6-v2."""
    return ScoreCheck(name="embedding-similarity", score=_embedded, threshold=0.75)
