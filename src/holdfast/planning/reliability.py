"""Reliability: how much pass@k and pass^k of a case vary between runs of one system."""

from collections.abc import Sequence
from functools import cache
from math import comb

from holdfast.aggregate import Aggregate

__all__ = ["half_of", "variance_per_trial"]


def half_of(aggregate: Aggregate, arms: Sequence[Sequence[float]]) -> int:
    """The most trials of a case that its value is known from twice; 0 where that is unknown.

    Halves of a case's trials are two runs of one system, and each half needs k trials. It is
    unknown where fewer than half of the cases have 2 k trials.
    """
    enough = [len(values) // 2 for values in arms if len(values) >= 2 * aggregate.k]
    return max(enough) if 2 * len(enough) >= len(arms) > 0 else 0


def variance_per_trial(aggregate: Aggregate, arms: Sequence[Sequence[float]]) -> float:
    """Mean over the cases of n times the variance of a value that is made of n trials.

    Measured between the two halves of a case's trials, over all ways to halve them, which is
    unbiased. The value is a U-statistic, so n times its variance never grows with n (Hoeffding
    1948, Ann. Math. Stat. 19:293, theorem 5.2): divided by any larger number of trials this bounds
    the variance from above.

    >>> variance_per_trial(Aggregate(kind="pass^k", k=1), [[1.0, 0.0], [1.0, 1.0]])
    0.25
    """
    usable = [values for values in arms if len(values) >= 2 * aggregate.k]
    return sum(
        _between_halves(aggregate, sum(value >= 0.5 for value in values), len(values))
        for values in usable
    ) / len(usable)


@cache
def _between_halves(aggregate: Aggregate, passes: int, trials: int) -> float:
    half = trials // 2
    values = [aggregate.value([1.0] * n + [0.0] * (half - n)) or 0.0 for n in range(half + 1)]
    total = 0.0
    for first in range(half + 1):
        for second in range(half + 1):
            ways = _ways(passes, trials, taken=first, half=half)
            ways *= _ways(passes - first, trials - half, taken=second, half=half)
            total += ways * (values[first] - values[second]) ** 2 / 2.0
    return half * total / (comb(trials, half) * comb(trials - half, half))


def _ways(passes: int, trials: int, *, taken: int, half: int) -> int:
    """Ways to draw a half that holds so many of the passes."""
    if not 0 <= taken <= passes or half - taken > trials - passes:
        return 0
    return comb(passes, taken) * comb(trials - passes, half - taken)
