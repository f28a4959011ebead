"""Bounds of a single proportion, such as the share of cases that failed."""

from scipy.special import betaincinv, ndtri

__all__ = ["clopper_pearson", "wilson"]


def clopper_pearson(successes: float, trials: float, *, alpha: float) -> tuple[float, float]:
    """One-sided exact lower and upper bounds, each at level 1 - alpha.

    They are never too narrow, whatever the proportion (Clopper and Pearson 1934, Biometrika
    26:404). Effective numbers (trials divided by the design effect) need not be whole.

    >>> round(clopper_pearson(0, 50, alpha=0.05)[1], 4)
    0.0582
    """
    _check(successes, trials)
    low = float(betaincinv(successes, trials - successes + 1, alpha)) if successes > 0 else 0.0
    if successes >= trials:
        return low, 1.0
    return low, float(betaincinv(successes + 1, trials - successes, 1.0 - alpha))


def wilson(successes: float, trials: float, *, alpha: float) -> tuple[float, float]:
    """One-sided score bounds, each at level 1 - alpha (Wilson 1927, JASA 22:209).

    Together they are the two-sided interval at level 1 - 2 alpha. Closer to the nominal level
    than the exact bounds, and sometimes a little below it.

    >>> low, high = wilson(45, 50, alpha=0.025)
    >>> round(low, 4), round(high, 4)
    (0.7864, 0.9565)
    """
    _check(successes, trials)
    critical = float(-ndtri(alpha))
    share, weight = successes / trials, critical**2 / trials
    middle = (share + weight / 2.0) / (1.0 + weight)
    variance = share * (1.0 - share) / trials + weight / (4.0 * trials)
    half = critical * variance**0.5 / (1.0 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def _check(successes: float, trials: float) -> None:
    if not 0 <= successes <= trials or trials <= 0:
        raise ValueError(f"{successes} successes of {trials} trials is no proportion")
