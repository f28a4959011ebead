"""Krippendorff's alpha: agreement of any number of raters, with ratings missing.

Krippendorff 2011, Computing Krippendorff's alpha-reliability (repository.upenn.edu).
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.errors import UsageError
from holdfast.stats.interval import Interval
from holdfast.stats.reweighting import reweighted

__all__ = ["Level", "krippendorff_alpha"]

Level = Literal["nominal", "ordinal", "interval"]
"""What the distance of two ratings is: equal or not, how many lie between them, or a number."""

Floats = NDArray[np.float64]


def krippendorff_alpha(
    ratings: Floats,
    *,
    level: Level,
    units: NDArray[np.int64] | None = None,
    alpha: float = 0.05,
    seed: int = 0,
) -> Interval:
    """Alpha with seeded bounds; cases with fewer than two ratings say nothing and are left out.

    1 is agreement in every case, 0 what chance gives, and less is systematic disagreement.

    Args:
        ratings: NaN where a rater did not rate a case; shape (cases, raters).
        level: what the distance of two ratings is.
        units: cluster of each case, None where the cases are independent; shape (cases,).
        alpha: chance that one of the bounds misses.
        seed: of the random weights.

    Raises:
        UsageError: no case has two ratings, or all ratings are equal.
    """
    rated = (~np.isnan(ratings)).sum(axis=1) >= 2
    kept = ratings[rated]
    given = kept[~np.isnan(kept)]
    if given.size == 0:
        raise UsageError("no case was rated twice, so nothing is known of how well raters agree")
    if np.unique(given).size < 2:
        raise UsageError(f"all ratings are {given[0]:g}, so chance cannot be told from agreement")
    clusters = np.arange(kept.shape[0], dtype=np.int64) if units is None else units[rated]
    _, groups = np.unique(clusters, return_inverse=True)
    by_case = _moments(kept) if level == "interval" else _coincidences(kept)
    parts = np.zeros((int(groups.max()) + 1, by_case.shape[1]))
    np.add.at(parts, (groups,), by_case)
    total = parts.sum(axis=0)
    apart, equal = _extreme_moments(total) if level == "interval" else _extremes(total)
    statistic = {"interval": _interval, "nominal": _nominal, "ordinal": _ordinal}[level]
    found = reweighted(parts, apart=apart, equal=equal, seed=seed)
    return found.between(statistic, alpha=alpha)


def _coincidences(ratings: Floats) -> Floats:
    """Ordered pairs of ratings of each case, divided by the other raters; shape (cases, k * k)."""
    given = ~np.isnan(ratings)
    values, codes = np.unique(ratings[given], return_inverse=True)
    counts = np.zeros((ratings.shape[0], values.size))
    np.add.at(counts, (np.nonzero(given)[0], codes), 1.0)
    pairs = counts[:, :, None] * counts[:, None, :]
    places = np.arange(values.size)
    pairs[:, places, places] -= counts
    return (pairs / (counts.sum(axis=1) - 1.0)[:, None, None]).reshape(ratings.shape[0], -1)


def _extremes(total: Floats) -> tuple[Floats, Floats]:
    """Coincidences of one case with two unequal ratings, and of one with two equal ones."""
    size = round(total.size**0.5)
    shares = total.reshape(size, size).sum(axis=1) / total.sum()
    apart = np.outer(shares, shares) * (1.0 - np.eye(size))
    return (2.0 * apart / apart.sum()).ravel(), (2.0 * np.diag(shares)).ravel()


def _square(sums: Floats) -> Floats:
    size = round(sums.shape[1] ** 0.5)
    return sums.reshape(-1, size, size)


def _nominal(sums: Floats) -> Floats:
    return _alpha(_square(sums), 1.0 - np.eye(round(sums.shape[1] ** 0.5)))


def _ordinal(sums: Floats) -> Floats:
    """Two ratings are as far apart as there are ratings from the one to the other."""
    found = _square(sums)
    used = found.sum(axis=2)
    middle = np.cumsum(used, axis=1) - used / 2.0
    return _alpha(found, (middle[:, :, None] - middle[:, None, :]) ** 2)


def _alpha(found: Floats, distances: Floats) -> Floats:
    used = found.sum(axis=2)
    number = used.sum(axis=1)
    chance = used[:, :, None] * used[:, None, :]
    observed = (found * distances).sum(axis=(1, 2))
    expected = (chance * distances).sum(axis=(1, 2)) / (number - 1.0)
    return 1.0 - observed / expected


def _moments(ratings: Floats) -> Floats:
    """Number, sum, sum of squares and paired squared distances of each case; shape (cases, 4)."""
    given = ~np.isnan(ratings)
    number = given.sum(axis=1).astype(np.float64)
    # Moments about the mean lose no digits.
    values = np.where(given, ratings - float(np.nanmean(ratings)), 0.0)
    total, squares = values.sum(axis=1), (values**2).sum(axis=1)
    distances = 2.0 * (number * squares - total**2) / (number - 1.0)
    return np.stack([number, total, squares, distances], axis=1)


def _extreme_moments(total: Floats) -> tuple[Floats, Floats]:
    """Moments of one case with two independent ratings, and of one with two equal ones."""
    # They are about the mean of all ratings, so the sum of two ratings is zero on average.
    square = total[2] / total[0]
    margins = [2.0, 0.0, 2.0 * square]
    return np.array([*margins, 4.0 * square]), np.array([*margins, 0.0])


def _interval(sums: Floats) -> Floats:
    number, total, squares, distances = sums.T
    expected = 2.0 * (number * squares - total**2) / (number - 1.0)
    return 1.0 - distances / expected
