"""Counts in a two-by-two table."""

import numpy as np
from scipy.special import gammaln

__all__ = ["fisher_two_sided"]


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
