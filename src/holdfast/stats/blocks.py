"""Bootstrap over blocks: each holds measurements of both arms that were made close in time.

Whole blocks are drawn again, with what both arms did in them, so that whatever slowed the machine
for a while slowed both and leaves their ratio. The percentile interval of so few blocks is too
short; its percentiles are moved outwards to those that a t interval has (Hesterberg 2015, The
American Statistician 69:371, "expanded percentiles").
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

__all__ = ["FEWEST_BLOCKS", "RESAMPLES", "Expanded", "expanded", "redraws", "units_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_BLOCKS = 20
"""Blocks below which nothing is claimed."""
RESAMPLES = 2_000
_MOST_UNITS = 200
"""Blocks that are drawn again on their own; more than these are joined to their neighbours."""
_SEED = 2015


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """One-sided bounds at level 1 - alpha, and one-sided p-values for a change from zero."""

    low: float
    high: float
    p_above: float
    """Of 'it is above zero' (null: not above)."""
    p_below: float
    """Of 'it is below zero' (null: not below)."""


def units_of(blocks: Ints) -> Ints:
    """Index of the unit that each measurement is drawn with, from 0; shape (measurements,)."""
    _, ranks = np.unique(blocks, return_inverse=True)
    number = int(ranks.max()) + 1
    return (ranks * min(number, _MOST_UNITS) // number).astype(np.int64)


def redraws(units: int) -> Floats:
    """How often each unit occurs in each redrawn sample, seeded; shape (RESAMPLES, units)."""
    even = np.full(units, 1.0 / units)
    return np.random.default_rng(_SEED).multinomial(units, even, RESAMPLES).astype(np.float64)


def expanded(changes: Floats, *, units: int, alpha: float) -> Expanded:
    """Expanded percentile bounds from the changes of redrawn samples; at least two units."""
    tail = float(ndtr(-_reach(units) * float(stdtrit(units - 1.0, 1.0 - alpha))))
    low, high = (float(bound) for bound in np.quantile(changes, (tail, 1.0 - tail)))
    return Expanded(
        low=low, high=high, p_above=_p_value(changes, units), p_below=_p_value(-changes, units)
    )


def _p_value(changes: Floats, units: int) -> float:
    """Level at which the lower bound meets zero."""
    below = float((changes < 0.0).sum()) + 0.5 * float((changes == 0.0).sum())
    place = float(ndtri((below + 0.5) / (changes.size + 1.0)))
    return float(stdtr(units - 1.0, place / _reach(units)))


def _reach(units: int) -> float:
    """How much wider a t interval of so many units is than the one that redraws them."""
    return math.sqrt(units / (units - 1.0))
