"""Counts in a two-by-two table."""

from functools import lru_cache
from math import comb

import numpy as np
from scipy.special import gammaln

__all__ = ["fisher_fewer", "fisher_two_sided"]


def fisher_two_sided(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Fisher's exact two-sided p-value of a table with rows `first` and `second`.

    >>> round(fisher_two_sided((8, 2), (1, 5)), 4)
    0.035
    """
    (a, b), (c, d) = first, second
    row, column, total = a + b, a + c, a + b + c + d
    low, high = max(0, row + column - total), min(row, column)
    counts = np.arange(low, high + 1)

    def log_choose(whole: int, part: "np.ndarray[tuple[int], np.dtype[np.int64]]"):
        return gammaln(whole + 1) - gammaln(part + 1) - gammaln(whole - part + 1)

    masses = np.exp(
        log_choose(column, counts)
        + log_choose(total - column, row - counts)
        - log_choose(total, np.array([row]))
    )
    observed = masses[a - low]
    return float(min(1.0, masses[masses <= observed * (1.0 + 1e-7)].sum()))


@lru_cache(maxsize=4096)
def fisher_fewer(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Fisher's exact one-sided p-value of 'the first row has fewer in its first column'.

    >>> fisher_fewer((0, 3), (5, 0))  # passed and failed: 0 of 3 after 5 of 5
    0.017857142857142856
    """
    (a, b), (c, d) = first, second
    row, column, total = a + b, a + c, a + b + c + d
    low = max(0, row + column - total)
    ways = sum(comb(row, count) * comb(total - row, column - count) for count in range(low, a + 1))
    return ways / comb(total, column)
