"""What an amount of evidence can resolve, and how much more is needed (Miller 2024, section 5)."""

import math

from scipy.special import ndtri

__all__ = ["cases_needed", "resolvable_margin", "trials_needed"]

_SMALL = 150
_SMALL_FACTOR = 1.15
"""The normal formula is optimistic in small samples; the factor was measured by simulation."""


def _reach(alpha: float, power: float) -> float:
    return float(-ndtri(alpha) + ndtri(power))


def resolvable_margin(spread: float, cases: int, *, alpha: float, power: float) -> float:
    """Smallest margin that an unchanged candidate clears with the given power.

    `spread` is the standard deviation of the change per case; the result has its unit.

    >>> round(resolvable_margin(0.29, 300, alpha=0.05, power=0.8), 3)
    0.042
    """
    margin = _reach(alpha, power) * spread / math.sqrt(cases)
    return margin * (_SMALL_FACTOR if cases < _SMALL else 1.0)


def cases_needed(spread: float, margin: float, *, alpha: float, power: float) -> int:
    """Cases with which an unchanged candidate clears the margin with the given power.

    >>> cases_needed(0.29, 0.02, alpha=0.05, power=0.8)
    1300
    """
    cases = math.ceil((_reach(alpha, power) * spread / margin) ** 2)
    return cases if cases >= _SMALL else min(math.ceil(cases * _SMALL_FACTOR**2), _SMALL)


def trials_needed(
    spread: float, within: float, cases: int, *, margin: float, reach: tuple[float, float]
) -> int | None:
    """Trials per case and arm that resolve the margin without more cases; None where none do.

    `spread` is the standard deviation of the change between case means with the present trials,
    `within` the part of its variance that more trials would average away, per trial and summed
    over both arms; `reach` is (alpha, power).
    """
    alpha, power = reach
    allowed = cases * (margin / _reach(alpha, power)) ** 2
    between = max(0.0, spread**2 - within)
    if allowed <= between or within <= 0:
        return None
    return math.ceil(within / (allowed - between))
