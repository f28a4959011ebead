"""Several tests at once."""

from collections.abc import Sequence

__all__ = ["holm"]


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
