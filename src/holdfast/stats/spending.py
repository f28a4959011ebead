"""Alpha spending: how strict each look at growing evidence must be.

A test that is repeated as the evidence grows rejects too often unless its looks share the level.
A spending function says which part of alpha may be used up at which share of the information
(Lan and DeMets 1983, Biometrika 70:659); the bound of a look follows from the joint normal
distribution of all statistics so far, by the recursion of Armitage, McPherson and Rowe (1969,
JRSS A 132:235; Jennison and Turnbull 2000, chapter 19). Looks need not be planned: a bound depends
on the shares at this look and at the earlier ones alone.
"""

import math
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.polynomial.chebyshev import chebfit, chebpts1, chebval
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, roots_legendre

from holdfast.errors import UsageError

__all__ = ["GAMMA", "Spending", "nominal_levels", "repeated_p", "spent"]

Floats = NDArray[np.float64]
Spending = Literal["hsd", "obrien-fleming"]

GAMMA = -2.0
"""Parameter of the Hwang-Shih-DeCani family: between Pocock-like (1) and O'Brien-Fleming (-4)."""

_LARGEST_ALPHA = 0.5
_REACH = 8.0
"""Standard deviations below zero at which paths are cut off: less than 1e-15 of them are there."""
_FINENESS = 2.0
"""Quadrature nodes per standard deviation of an increment; more change a bound by 1e-12."""
_FEWEST_NODES, _MOST_NODES = 32, 800
_NOTHING = 1e-40
"""Share of paths that a look without alpha to spend may reject."""
_SMALLEST = 1e-12
_DEGREE = 20
_STEPS = 60


def spent(fraction: float, alpha: float, *, spending: Spending = "hsd") -> float:
    """Chance of a false alarm that may be used up when a share of the information is in.

    `hsd` is alpha (1 - e^(-g t)) / (1 - e^(-g)) with g = -2 (Hwang, Shih and DeCani 1990, Statist.
    Med. 9:1439); `obrien-fleming` is 2 - 2 Phi(z(alpha / 2) / sqrt(t)) (Lan and DeMets 1983).

    >>> round(spent(0.5, 0.05), 5)
    0.01345
    """
    time = min(max(fraction, 0.0), 1.0)
    if time == 0.0:
        return 0.0
    if spending == "hsd":
        return alpha * math.expm1(-GAMMA * time) / math.expm1(-GAMMA)
    return 2.0 * float(ndtr(ndtri(alpha / 2.0) / math.sqrt(time)))


@lru_cache(maxsize=1024)
def nominal_levels(
    fractions: tuple[float, ...], alpha: float, *, spending: Spending = "hsd"
) -> tuple[float, ...]:
    """Level of the one-sided test at each look, so that all looks together err with chance alpha.

    `fractions` are the shares of the planned information at the looks so far, rising, at most 1.

    >>> [round(level, 4) for level in nominal_levels((0.5, 1.0), 0.05, spending="obrien-fleming")]
    [0.0056, 0.0482]

    Raises:
        UsageError: the shares do not rise from above 0 to at most 1, or alpha is not in (0, 0.5].
    """
    _check(fractions, alpha)
    return tuple(_levels(fractions, np.array([alpha]), spending)[0].tolist())


def repeated_p(p: float, fractions: tuple[float, ...]) -> float:
    """Repeated p-value of a look whose own test gave `p` (Jennison and Turnbull 2000, chapter 9).

    It is the smallest alpha at which the last of the looks would reject, with `hsd` spending. At
    whatever look one stops, its chance of being at most a is at most a where the hypothesis is
    true: it may be used like any p-value, for example in Holm's procedure. Accurate to 1e-8 of its
    value; one above 0.5 is told as 1, and none is told as less than that of p = 1e-12.

    >>> round(repeated_p(nominal_levels((0.3, 0.7), 0.05)[-1], (0.3, 0.7)), 7)
    0.05

    Raises:
        UsageError: the shares do not rise from above 0 to at most 1.
    """
    _check(fractions, _LARGEST_ALPHA)
    if fractions == (1.0,):
        return min(max(p, 0.0), 1.0)
    goal = float(ndtri(max(p, _SMALLEST)))
    series = _last_levels(fractions)
    low, high = float(ndtri(_SMALLEST)), 0.0
    if _at(series, high) < goal:
        return 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if _at(series, middle) < goal:
            low = middle
        else:
            high = middle
    return float(ndtr(high))


@lru_cache(maxsize=256)
def _last_levels(fractions: tuple[float, ...]) -> Floats:
    """Chebyshev series of the last look's level over alpha, both as normal quantiles.

    As quantiles the two lie nearly on a line, so that few terms are enough.
    """
    points = chebpts1(_DEGREE + 1)
    quantiles = float(ndtri(_SMALLEST)) * (1.0 - points) / 2.0
    levels = _levels(fractions, np.asarray(ndtr(quantiles)), "hsd")[:, -1]
    return np.asarray(chebfit(points, ndtri(levels), _DEGREE), np.float64)


def _at(series: Floats, quantile: float) -> float:
    return float(chebval(1.0 - 2.0 * quantile / float(ndtri(_SMALLEST)), series))


def _check(fractions: tuple[float, ...], alpha: float) -> None:
    rising = all(a < b for a, b in zip((0.0, *fractions), fractions, strict=False))
    if not fractions or not rising or fractions[-1] > 1.0:
        raise UsageError(
            f"looks need rising shares of the information in (0, 1], got {fractions!r}"
        )
    if not 0.0 < alpha <= _LARGEST_ALPHA:
        raise UsageError(f"alpha must lie in (0, 0.5], got {alpha!r}")


def _levels(fractions: tuple[float, ...], alphas: Floats, spending: Spending) -> Floats:
    """Nominal level by alpha and look: the recursion over the score process S(t) ~ N(0, t)."""
    levels = np.empty((alphas.size, len(fractions)))
    time, used = 0.0, np.zeros(alphas.size)
    nodes = np.zeros((alphas.size, 1))  # all paths begin at zero
    masses = np.ones((alphas.size, 1))
    for k, fraction in enumerate(fractions):
        deviation = math.sqrt(fraction - time)
        allowed = np.array([spent(fraction, float(a), spending=spending) for a in alphas])
        ceilings = _crossing(nodes, masses, deviation=deviation, shares=allowed - used)
        levels[:, k] = ndtr(-ceilings / math.sqrt(fraction))
        if k + 1 < len(fractions):
            finest = min(deviation, math.sqrt(fractions[k + 1] - fraction))
            points, weights = _quadrature(-_REACH * math.sqrt(fraction), ceilings, finest)
            steps = (points[:, :, None] - nodes[:, None, :]) / deviation
            density = np.einsum("anm,am->an", _normal(steps), masses) / deviation
            nodes, masses = points, weights * density
        time, used = fraction, allowed
    return levels


def _crossing(nodes: Floats, masses: Floats, *, deviation: float, shares: Floats) -> Floats:
    """Score that the given share of all paths exceeds at the next look, for each alpha.

    The density is log-concave, and so is the tail: Newton's method on its logarithm converges from
    any start, and after one step from above.
    """
    shares = np.maximum(shares, _NOTHING)
    scores = nodes[:, -1] + deviation
    for _ in range(_STEPS):
        steps = (nodes - scores[:, None]) / deviation
        tails = np.sum(ndtr(steps) * masses, axis=1)
        slopes = np.sum(_normal(steps) * masses, axis=1) / deviation
        moves = np.log(tails / shares) * tails / slopes
        scores = scores + moves
        if np.all(np.abs(moves) < 1e-12 * deviation):
            break
    return scores


def _normal(steps: Floats) -> Floats:
    return np.exp(-0.5 * steps * steps) / math.sqrt(2.0 * math.pi)


def _quadrature(low: float, highs: Floats, deviation: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on [low, high] for each alpha; shape (alphas, nodes)."""
    widest = float(highs.max()) - low
    number = math.ceil(_FINENESS * widest / deviation / 16) * 16
    points, weights = _legendre(min(max(number, _FEWEST_NODES), _MOST_NODES))
    halves = (highs[:, None] - low) / 2.0
    return low + halves * (points + 1.0), halves * weights


@lru_cache(maxsize=64)
def _legendre(number: int) -> tuple[Floats, Floats]:
    points, weights = roots_legendre(number)
    return np.asarray(points, np.float64), np.asarray(weights, np.float64)
