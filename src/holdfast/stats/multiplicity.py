"""Several tests at once: adjusted p-values from p-values alone."""

from collections.abc import Sequence

__all__ = ["benjamini_hochberg", "holm"]


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Step-down adjusted p-values in the order given (Holm 1979, Scand. J. Stat. 6:65).

    Rejecting where the adjusted value is at most alpha keeps the chance of any false rejection
    at most alpha, however the tests depend on each other.

    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    count = len(p_values)
    adjusted = [1.0] * count
    largest = 0.0
    for rank, index in enumerate(sorted(range(count), key=lambda index: p_values[index])):
        largest = max(largest, min(1.0, (count - rank) * p_values[index]))
        adjusted[index] = largest
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Step-up adjusted p-values in the order given.

    Rejecting where the adjusted value is at most q keeps the expected share of false rejections
    among all rejections at most q, for tests that are independent or positively dependent
    (Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57:289; Benjamini and Yekutieli 2001, Ann.
    Stat. 29:1165).

    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    (0.03, 0.04, 0.04)
    """
    count = len(p_values)
    adjusted = [1.0] * count
    smallest = 1.0
    descending = sorted(range(count), key=lambda index: -p_values[index])
    for above, index in enumerate(descending):
        smallest = min(smallest, p_values[index] * count / (count - above))
        adjusted[index] = smallest
    return tuple(adjusted)
