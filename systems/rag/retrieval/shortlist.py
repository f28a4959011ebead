"""Shortlist: the best passages of a scored corpus, and whether they are good enough to answer."""

from collections.abc import Iterable

from holdfast.system import Passage, Response

__all__ = ["ROUNDING", "respond"]

_DECIMALS = 6
ROUNDING = 10.0**-_DECIMALS
"""Scores closer than this may be told apart no more."""


def respond(
    scores: Iterable[tuple[str, float]], *, depth: int, threshold: float | None = None
) -> Response:
    """The best passages as ids with scores, or an abstention without passages.

    Scores are rounded before they are ordered, so that the last bits of a sum do not decide the
    order on one machine and not on another; ties go to the higher id.

    Args:
        scores: passage id and score, higher is better.
        depth: number of passages to return at most.
        threshold: best score below which the question is declined, None to answer always.
    """
    rounded = [(round(float(score), _DECIMALS), identity) for identity, score in scores]
    best = sorted(rounded, reverse=True)[:depth]
    if threshold is not None and (not best or best[0][0] < threshold):
        return Response(abstained=True)
    return Response(passages=tuple(Passage(id=identity, score=score) for score, identity in best))
