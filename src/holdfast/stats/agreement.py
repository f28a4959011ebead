"""Agreement of two raters beyond chance: Cohen's kappa, Gwet's AC, PABAK.

Kappa collapses where nearly all cases are of one kind, although the raters agree; AC1 and PABAK do
not (Gwet 2008, Br. J. Math. Stat. Psychol. 61:29; Byrt, Bishop and Carlin 1993, J. Clin. Epidemiol.
46:423). So all are shown beside each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.stats.interval import Interval
from holdfast.stats.reweighting import reweighted

__all__ = ["Agreement", "Weights", "gwet", "kappa", "pabak", "two_raters"]

Weights = Literal["none", "linear", "quadratic"]
"""How near two categories are: equal or not, or by the distance of their places in the order."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How well two raters of the same cases agree."""

    cases: int
    categories: tuple[float, ...]
    """Ratings that occur, in their order."""
    observed: Interval
    """Share of cases with equal ratings."""
    kappa: Interval
    """Cohen's kappa."""
    linear_kappa: Interval
    quadratic_kappa: Interval
    ac1: Interval
    """Gwet's AC1."""
    ac2: Interval
    """Gwet's AC2 with quadratic weights."""
    pabak: Interval
    """Kappa adjusted for prevalence and bias."""


def two_raters(
    first: Floats,
    second: Floats,
    *,
    units: NDArray[np.int64] | None = None,
    alpha: float = 0.05,
    seed: int = 0,
) -> Agreement:
    """Agreement of two raters with seeded bounds; clusters are reweighted together.

    Args:
        first: ratings of one rater; shape (cases,).
        second: ratings of the other; shape (cases,).
        units: cluster of each case, None where the cases are independent; shape (cases,).
        alpha: chance that one of the bounds misses.
        seed: of the random weights.
    """
    values, codes = np.unique(np.concatenate([first, second]), return_inverse=True)
    size = values.size
    cells = codes[: first.size] * size + codes[first.size :]
    groups = np.arange(first.size) if units is None else np.unique(units, return_inverse=True)[1]
    parts = np.zeros((int(groups.max()) + 1, size * size))
    np.add.at(parts, (groups, cells), 1.0)
    apart, equal = _extremes(parts.sum(axis=0).reshape(size, size))
    found = reweighted(parts, apart=apart, equal=equal, seed=seed)

    def between(statistic: Callable[[Floats], Floats]) -> Interval:
        return found.between(lambda sums: statistic(sums.reshape(-1, size, size)), alpha=alpha)

    return Agreement(
        cases=int(first.size),
        categories=tuple(float(value) for value in values),
        observed=between(lambda tables: _near(_shares(tables), weights="none")),
        kappa=between(kappa),
        linear_kappa=between(lambda tables: kappa(tables, weights="linear")),
        quadratic_kappa=between(lambda tables: kappa(tables, weights="quadratic")),
        ac1=between(gwet),
        ac2=between(lambda tables: gwet(tables, weights="quadratic")),
        pabak=between(pabak),
    )


def kappa(tables: Floats, *, weights: Weights = "none") -> Floats:
    """Cohen's kappa of each table of counts (Cohen 1960; weighted: Cohen 1968).

    Where both raters used one and the same category alone there is nothing beyond chance to agree
    on, and kappa is 0 by convention.

    Args:
        tables: counts with one rater in rows and the other in columns; shape (..., k, k).
        weights: how near two categories are.

    >>> round(float(kappa(np.array([[20.0, 5.0], [10.0, 15.0]]))), 3)
    0.4
    """
    shares = _shares(tables)
    chance = shares.sum(axis=-1)[..., :, None] * shares.sum(axis=-2)[..., None, :]
    return _beyond(_near(shares, weights=weights), _near(chance, weights=weights))


def gwet(tables: Floats, *, weights: Weights = "none") -> Floats:
    """Gwet's AC1, or AC2 with weights, of each table of counts (Gwet 2014, chapters 4 and 5).

    Args:
        tables: counts with one rater in rows and the other in columns; shape (..., k, k).
        weights: how near two categories are.

    >>> round(float(gwet(np.array([[118.0, 5.0], [2.0, 0.0]]))), 3)
    0.941
    """
    shares = _shares(tables)
    size = tables.shape[-1]
    used = (shares.sum(axis=-1) + shares.sum(axis=-2)) / 2.0
    spread = (used * (1.0 - used)).sum(axis=-1)
    nearness = _nearness(size, weights).sum()
    # A single category has no spread.
    chance = spread * nearness / max(size * (size - 1), 1)
    return _beyond(_near(shares, weights=weights), chance)


def pabak(tables: Floats) -> Floats:
    """Kappa with chance taken as one in k (Byrt, Bishop and Carlin 1993).

    Args:
        tables: counts with one rater in rows and the other in columns; shape (..., k, k).
    """
    observed = _near(_shares(tables), weights="none")
    return _beyond(observed, np.array(1.0 / tables.shape[-1]))


def _extremes(table: Floats) -> tuple[Floats, Floats]:
    """One case on which the raters disagree, and one on which they agree, as far as chance goes."""
    used = table.sum(axis=1) + table.sum(axis=0)
    pairs = np.outer(used, used) * (1.0 - np.eye(used.size))
    equal = np.diag(used / used.sum())
    apart = pairs / pairs.sum() if pairs.any() else equal
    return apart.ravel(), equal.ravel()


def _shares(tables: Floats) -> Floats:
    return tables / tables.sum(axis=(-2, -1), keepdims=True)


def _nearness(size: int, weights: Weights) -> Floats:
    places = np.arange(size)
    distances = np.abs(places[:, None] - places[None, :]) / max(size - 1, 1)
    if weights == "none":
        return np.eye(size)
    return 1.0 - (distances if weights == "linear" else distances**2)


def _near(shares: Floats, *, weights: Weights) -> Floats:
    return (shares * _nearness(shares.shape[-1], weights)).sum(axis=(-2, -1))


def _beyond(observed: Floats, chance: Floats) -> Floats:
    room = 1.0 - chance
    free = room > 1e-12
    return np.where(free, (observed - chance) / np.where(free, room, 1.0), 0.0)
