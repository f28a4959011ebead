"""What an amount of evidence can resolve, and how much more is needed.

Variances follow Miller 2024 (arXiv:2411.00640, section 5): the change of one case has the variance
omega^2 + sigma_b^2 / K_b + sigma_c^2 / K_c. Margins are computed for the bounds that the gate uses,
at the sample that is typical of an unchanged candidate: the normal formula is up to a fifth too
optimistic below 150 cases.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import ndtri, stdtrit

from holdfast.stats import tango

__all__ = [
    "Aim",
    "Noise",
    "cases_needed",
    "detectable_drop",
    "fewest",
    "normal_margin",
    "resolvable_margin",
    "variance_behind",
]

_MOST_CASES = 10_000_000
_MOST_TRIALS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a plan asks of a gate."""

    alpha: float = 0.05
    """One-sided level of the bound, or of the test."""
    power: float = 0.8
    """Chance of the wanted verdict."""

    @property
    def reach(self) -> float:
        """Standard errors between the hypothesis and what is found with the power."""
        return float(-ndtri(self.alpha) + ndtri(self.power))


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Where the variance of one unit's change comes from, in squared shares of the score's range.

    A unit is a case, or a cluster of cases with its mean.
    """

    between: float
    """Omega squared: real changes differ from unit to unit; no number of trials averages it."""
    baseline: float
    """Sigma squared of one baseline trial of a unit."""
    candidate: float
    """Sigma squared of one candidate trial of a unit."""

    def variance(self, trials: tuple[int, int]) -> float:
        """Variance of a unit's change with so many trials in baseline and candidate.

        >>> Noise(between=0.01, baseline=0.05, candidate=0.05).variance((5, 1))
        0.07
        """
        return self.between + self.baseline / trials[0] + self.candidate / trials[1]


def normal_margin(variance: float, units: float, *, aim: Aim) -> float:
    """The margin by the textbook formula, `reach * sd / sqrt(n)` (one-sided; Miller 2024).

    >>> round(normal_margin(0.085, 100, aim=Aim()), 3)
    0.072
    """
    return aim.reach * math.sqrt(variance / units)


def resolvable_margin(variance: float, units: float, *, aim: Aim, guard: float | None) -> float:
    """Smallest margin that an unchanged candidate is confirmed within, with the aim's power.

    The estimate then lies above its (1 - power) quantile with the power, so the margin is minus
    the gate's lower bound at that quantile.

    Args:
        variance: of one unit's change, in squared shares of the score's range.
        units: number of cases, or of clusters.
        aim: level of the bound, and power.
        guard: size of the bound's two pseudo-units in shares of the range (`bounded.GUARD`), zero
            for a plain t bound, None for Tango's score bound of single binary trials.

    >>> round(resolvable_margin(0.085, 100, aim=Aim(), guard=None), 3)
    0.08
    """
    slack = float(ndtri(aim.power)) * math.sqrt(variance / units)
    if guard is None:
        return _tango_margin(variance, units, slack=slack, alpha=aim.alpha)
    whole = units + 2.0 if guard else units
    squares = units * variance + 2.0 * guard**2
    error = math.sqrt(squares / (whole - 1.0) / whole) if whole > 1 else math.inf
    quantile = float(stdtrit(whole - 1.0, 1.0 - aim.alpha))
    return quantile * error + slack * units / whole


def _tango_margin(discordant: float, units: float, *, slack: float, alpha: float) -> float:
    """Minus the score bound where the estimate lies `slack` below zero."""
    share = min(discordant, 1.0)
    lost = min(slack, share)
    broken, fixed = units * (share + lost) / 2.0, units * (share - lost) / 2.0
    return -tango.score_bounds(broken, fixed, units, alpha=alpha)[0]


def variance_behind(spread: float, units: float, *, guard: float) -> float:
    """Variance of one unit's change where `spread` is the bound's standard error times sqrt(n).

    Takes the two pseudo-units out of it again.
    """
    whole = units + 2.0 if guard else units
    if whole <= 1:
        return spread**2
    squares = spread**2 / units * whole * (whole - 1.0)
    return max(0.0, (squares - 2.0 * guard**2) / units)


def detectable_drop(
    noise: Noise, trials: tuple[int, int], *, units: float, level: float, aim: Aim
) -> float | None:
    """True drop that the sign-flip test calls worse with the aim's power.

    The drop is the hardest common one, a broken subset: a share of the units falls to the worst
    score and the others stay. `level` is the mean squared baseline score of a unit as a share of
    the range (1 where every baseline trial has the best score), so that a broken unit changes by
    its whole score. None where not even the loss of everything would be found.
    """
    mean = math.sqrt(max(level, 1e-12))
    # Where every unit lost, the exact mid-p value is half of 2^-units.
    if 0.5 ** (units + 1.0) > aim.alpha:
        return None
    noise_part = noise.variance(trials)
    drop = 0.0
    for _ in range(60):
        broken = drop / mean
        squares = (1.0 - broken) * noise_part + broken * level
        variance = max(squares - drop**2, 1e-12)
        # Under the null the test spreads by the raw second moment, as it flips whole changes.
        drop = (
            float(-ndtri(aim.alpha)) * math.sqrt(squares)
            + float(ndtri(aim.power)) * math.sqrt(variance)
        ) / math.sqrt(units)
        if drop >= mean:
            return None
    return drop


def cases_needed(variance: float, margin: float, *, aim: Aim, guard: float | None) -> int | None:
    """Units with which an unchanged candidate is confirmed within the margin; None beyond 10^7.

    >>> cases_needed(0.085, 0.02, aim=Aim(), guard=None)
    1339
    """
    return fewest(
        lambda units: resolvable_margin(variance, units, aim=aim, guard=guard) <= margin,
        first=2,
        most=_MOST_CASES,
    )


def fewest(
    enough: Callable[[int], bool], *, first: int = 1, most: int = _MOST_TRIALS
) -> int | None:
    """Smallest whole number that is enough, where more is never less; None up to `most`.

    >>> fewest(lambda number: number * number >= 50)
    8
    """
    if enough(first):
        return first
    low, high = first, first
    while not enough(high):
        if high >= most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
