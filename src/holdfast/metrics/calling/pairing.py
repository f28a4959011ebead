"""Pairing: which call answers which accepted call, where their order does not count."""

from collections.abc import Sequence

__all__ = ["best_pairs", "follows"]


def best_pairs(weights: Sequence[Sequence[float]]) -> tuple[tuple[int, int], ...]:
    """Pairs of row and column with the largest sum of weights, each row and column at most once.

    Pairs of weight 0 are left out. With weights of 0 and 1 this is a largest matching.

    >>> best_pairs([[1, 1], [1, 0]])
    ((0, 1), (1, 0))
    """
    if not weights or not weights[0]:
        return ()
    if len(weights) == len(weights[0]) == 1:
        return ((0, 0),) if weights[0][0] else ()
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(np.asarray(weights, dtype=float), maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return tuple((row, column) for row, column in pairs if weights[row][column])


def follows(fits: Sequence[Sequence[bool]]) -> bool:
    """Whether rows that fit the columns, in the columns' order, stand among the rows.

    Taking the earliest row for each column is best: it leaves the most rows for the next.

    >>> follows([[True, False], [False, False], [False, True]])
    True
    """
    if not fits:
        return True
    wanted = 0
    columns = len(fits[0])
    for row in fits:
        if wanted < columns and row[wanted]:
            wanted += 1
    return wanted == columns
