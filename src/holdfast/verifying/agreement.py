"""Agreement: how well a verifier's scores part claims that people call supported from the rest."""

from collections.abc import Sequence

from holdfast.errors import UsageError

__all__ = ["auroc", "balanced_accuracy", "best_threshold"]


def auroc(supported: Sequence[bool], scores: Sequence[float]) -> float:
    """Chance that a supported claim scores above one that is not; ties count half.

    >>> auroc([True, True, False], [0.9, 0.4, 0.4])
    0.75

    Raises:
        UsageError: one of the two kinds is missing.
    """
    from scipy.stats import rankdata

    yes = _count(supported)
    no = len(supported) - yes
    ranks = rankdata(scores)
    total = sum(float(rank) for rank, one in zip(ranks, supported, strict=True) if one)
    return (total - yes * (yes + 1) / 2) / (yes * no)


def balanced_accuracy(
    supported: Sequence[bool], scores: Sequence[float], *, threshold: float
) -> float:
    """Mean of the shares of supported and of other claims that fall on their side.

    >>> balanced_accuracy([True, True, False], [0.9, 0.4, 0.1], threshold=0.5)
    0.75

    Raises:
        UsageError: one of the two kinds is missing.
    """
    yes = _count(supported)
    pairs = list(zip(supported, scores, strict=True))
    right = sum(one and score >= threshold for one, score in pairs) / yes
    return (right + sum(not one and score < threshold for one, score in pairs)
            / (len(pairs) - yes)) / 2  # fmt: skip


def best_threshold(supported: Sequence[bool], scores: Sequence[float]) -> float:
    """The threshold of the highest balanced accuracy; the middle one of those within 0.01 of it.

    Raises:
        UsageError: one of the two kinds is missing.
    """
    found = [
        (balanced_accuracy(supported, scores, threshold=one), one) for one in sorted(set(scores))
    ]
    most = max(value for value, _ in found)
    near = [one for value, one in found if value >= most - 0.01]
    return near[len(near) // 2]


def _count(supported: Sequence[bool]) -> int:
    yes = sum(supported)
    if yes in (0, len(supported)):
        raise UsageError(
            f"{yes} of {len(supported)} claims are supported; agreement needs both kinds"
        )
    return yes
