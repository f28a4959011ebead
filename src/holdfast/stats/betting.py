"""Betting: tests and bounds of a mean change that hold however often one looks.

A gambler who stakes a share of a fortune on 'it got worse' at every case cannot expect to gain
where it did not: the fortune is an e-process, and by Ville's inequality it ever exceeds 1 / alpha
with chance alpha at most (Waudby-Smith and Ramdas 2024, JRSS B 86:1, arXiv:2010.09686). There is no
plan to keep to: cases may be added until the question is decided.

The stakes are a uniform mixture of fixed ones, so that the fortune after some units does not depend
on their order, nor on which call was answered first.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["STAKES", "Units", "lower_bound", "p_better", "p_worse", "wealth"]

Floats = NDArray[np.float64]

STAKES: Floats = np.linspace(0.02, 0.90, 23)
"""Shares of the fortune that are staked on each unit, as a mixture of equal parts."""

_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """Changes of the units (cases, or clusters of cases) in the order in which they were drawn."""

    sums: Floats
    """Sum over the cases of each unit, each change in [-1, 1], positive is better; (units,)."""
    sizes: Floats
    """Number of cases of each unit; shape (units,)."""
    largest: float = 1.0
    """Cases of the largest unit of the whole suite, drawn or not."""

    def mirrored(self) -> "Units":
        """The units with the arms swapped."""
        return Units(sums=-self.sums, sizes=self.sizes, largest=self.largest)


def wealth(units: Units, mean: float) -> Floats:
    """Logarithm of the fortune after each unit, staked against 'the mean change is at most `mean`'.

    Each factor is 1 + stake (sum - mean size) / ((1 + mean) largest): never negative, and of
    expectation at most one where the hypothesis holds, whatever the earlier units were.
    """
    gains = (units.sums - mean * units.sizes) / ((1.0 + mean) * units.largest)
    paths = np.cumsum(np.log1p(gains[:, None] * STAKES[None, :]), axis=0)
    top = paths.max(axis=1)
    return top + np.log(np.mean(np.exp(paths - top[:, None]), axis=1))


def p_better(units: Units) -> float:
    """p-value of 'it is better' (null: the mean change is at most zero) that allows any peeking.

    It is one over the largest fortune so far, at most one.
    """
    return _p_of(wealth(units, 0.0))


def p_worse(units: Units) -> float:
    """p-value of 'it is worse' (null: the mean change is at least zero) that allows any peeking.

    >>> drop = Units(sums=np.full(20, -0.5), sizes=np.ones(20))
    >>> round(p_worse(drop), 4)
    0.0034
    """
    return _p_of(wealth(units.mirrored(), 0.0))


def lower_bound(units: Units, *, alpha: float) -> float:
    """Lower bound of the mean change that holds at all times together with chance 1 - alpha.

    It is the largest mean that the fortune staked against it has ever refuted. The upper bound is
    minus the lower bound of the mirrored units.
    """
    goal = -math.log(alpha)
    # The fortune falls as the mean rises, unit by unit, and so does its largest value.
    low, high = -1.0 + 1e-9, 1.0 - 1e-9
    if not _refuted(units, low, goal=goal):
        return -1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if _refuted(units, middle, goal=goal):
            low = middle
        else:
            high = middle
    return low


def _refuted(units: Units, mean: float, *, goal: float) -> bool:
    return bool(units.sums.size) and float(wealth(units, mean).max()) >= goal


def _p_of(paths: Floats) -> float:
    largest = max(0.0, float(paths.max(initial=0.0)))
    return math.exp(-largest)
