"""Overlap: what people measure support with where they have no verifier."""

from collections.abc import Sequence
from itertools import pairwise

from holdfast.verifying.words import fold, tokens
from systems.rag.retrieval.encoder import Encoder

__all__ = ["bigram_overlap", "embedding_similarity", "rouge_l"]


def _words(text: str) -> list[str]:
    return [fold(one.text) for one in tokens(text)]


def rouge_l(claim: str, evidence: Sequence[str]) -> float:
    """Highest ROUGE-L (F1 of the longest common subsequence, Lin 2004) with any sentence."""
    ours = _words(claim)
    return max((_lcs_f1(ours, _words(one)) for one in evidence), default=0.0)


def _lcs_f1(ours: Sequence[str], theirs: Sequence[str]) -> float:
    if not ours or not theirs:
        return 0.0
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = 0
        for at, other in enumerate(theirs, start=1):
            kept = row[at]
            row[at] = before + 1 if word == other else max(row[at], row[at - 1])
            before = kept
    return 2 * row[-1] / (len(ours) + len(theirs))


def bigram_overlap(claim: str, evidence: Sequence[str]) -> float:
    """Share of the claim's pairs of neighbouring words that the evidence holds."""
    ours = list(pairwise(_words(claim)))
    theirs = {pair for one in evidence for pair in pairwise(_words(one))}
    return sum(pair in theirs for pair in ours) / len(ours) if ours else 0.0


def embedding_similarity(claim: str, evidence: Sequence[str], *, encoder: Encoder) -> float:
    """Highest cosine of the claim with any sentence."""
    if not evidence:
        return 0.0
    vectors = encoder([claim, *evidence])
    return max(0.0, float((vectors[1:] @ vectors[0]).max()))
