"""Score bounds for the difference of two paired proportions (Tango 1998, Stat. Med. 17:891)."""

import math

from scipy.special import ndtri

__all__ = ["score_bounds", "score_statistic"]

_STEPS = 60
"""Bisection steps: the bracket [-1, 1] shrinks below the resolution of a double."""


def score_statistic(broken: float, fixed: float, pairs: float, *, difference: float) -> float:
    """Standard normal statistic of 'the true difference equals `difference`'.

    `broken` pairs passed in the baseline alone and `fixed` in the candidate alone; the estimate
    is (fixed - broken) / pairs. At `difference=0` this is McNemar's z. Positive values speak for
    a larger difference.
    """
    quadratic = 2.0 * pairs
    linear = -fixed - broken + (2.0 * pairs - fixed + broken) * difference
    constant = -broken * difference * (1.0 - difference)
    root = math.sqrt(max(linear * linear - 4.0 * quadratic * constant, 0.0))
    # The constrained maximum-likelihood rate of broken pairs under the hypothesis.
    rate = (root - linear) / (2.0 * quadratic)
    variance = pairs * (2.0 * rate + difference * (1.0 - difference))
    gap = fixed - broken - pairs * difference
    if variance <= 0.0:
        return 0.0 if gap == 0 else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)


def score_bounds(broken: float, fixed: float, pairs: float, *, alpha: float) -> tuple[float, float]:
    """One-sided lower and upper bounds of candidate minus baseline, each at level 1 - alpha.

    Together they are the two-sided interval at level 1 - 2 alpha. Never of zero width: with no
    discordant pair among 50 they are -0.051 and 0.051 at alpha = 0.05.

    >>> low, high = score_bounds(10, 3, 100, alpha=0.05)
    >>> round(low, 4), round(high, 4)
    (-0.1353, -0.0118)
    """
    # Mirroring swaps the arms, so both bounds come from one root search.
    return (
        -_upper(fixed, broken, pairs, critical=float(-ndtri(alpha))),
        _upper(broken, fixed, pairs, critical=float(-ndtri(alpha))),
    )


def _upper(broken: float, fixed: float, pairs: float, *, critical: float) -> float:
    inside, outside = (fixed - broken) / pairs, 1.0
    for _ in range(_STEPS):
        middle = (inside + outside) / 2.0
        if score_statistic(broken, fixed, pairs, difference=middle) > -critical:
            inside = middle
        else:
            outside = middle
    return inside
