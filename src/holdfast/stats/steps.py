"""Steps: the best piecewise constant fit of a series, each step paying a penalty.

The cost is the sum of absolute deviations from each piece's median, so that a single outlying run
does not make a step (as in asv, `asv/step_detect.py`; Friedrich et al. 2008, JCGS 17:201). The
number of steps minimises `ln(cost) + 2 (ln n / n) steps`: Schwarz's criterion for noise of unknown
size (Yao 1988, Stat. Prob. Lett. 6:181), which on the squared scale of a Gaussian fit is the
`4 ln n / n` of asv. Unlike asv's search, the minimum is exact.
"""

import math
from bisect import insort

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

__all__ = ["SHORTEST", "criterion", "deviations", "is_constant", "segment_costs", "step_fit"]

SHORTEST = 3
"""Values of the shortest piece."""
_PENALTY = 2.0
_FLOOR = 1e-6
"""Share of the whole deviation that counts as none: the logarithm of a perfect fit is finite."""
_TIE = 1e-9
"""Weight of the squared deviations, which decide between fits of equal absolute deviation."""
_ROUNDING = 1e-12


def is_constant(values: Floats) -> bool:
    """Whether the values differ by rounding at most."""
    spread = float(values.max() - values.min())
    return spread <= _ROUNDING * float(np.abs(values).max())


def step_fit(values: Floats, *, shortest: int = SHORTEST) -> tuple[int, ...]:
    """Position of the first value after each step, in ascending order; values have shape (n,).

    Exact by dynamic programming over the number of pieces, each of which holds at least `shortest`
    values. Time and memory grow with the square of the number of values.

    >>> step_fit(np.array([1.0, 1.1, 0.9, 1.0, 1.1, 3.0, 3.1, 2.9, 3.0, 3.1]))
    (5,)
    """
    size = values.size
    if size < 2 * shortest or is_constant(values):
        return ()
    costs = segment_costs(values)
    whole = float(costs[0, size])
    costs += _TIE * whole * _segment_squares(values)
    starts, ends = np.indices(costs.shape)
    costs[ends - starts < shortest] = np.inf
    cheapest, layers = costs[0], [np.zeros(size + 1, dtype=np.intp)]
    best, pieces = criterion(whole, whole=whole, steps=0, size=size), 1
    while criterion(0.0, whole=whole, steps=len(layers), size=size) < best:
        totals = cheapest[:, None] + costs
        layers.append(totals.argmin(axis=0))
        cheapest = totals.min(axis=0)
        if not math.isfinite(cheapest[size]):
            break
        cost = float(cheapest[size])
        value = criterion(cost, whole=whole, steps=len(layers) - 1, size=size)
        if value < best:
            best, pieces = value, len(layers)
    return _traced(layers[1:pieces], size)


def criterion(cost: float, *, whole: float, steps: float, size: int) -> float:
    """What a fit minimises: its sum of absolute deviations and the penalty for its steps.

    `whole` is the sum of absolute deviations of the fit without steps.
    """
    return math.log(cost + _FLOOR * whole) + _PENALTY * math.log(size) / size * steps


def deviations(values: Floats, steps: tuple[int, ...]) -> float:
    """Sum of absolute deviations from the medians of the pieces between the steps."""
    pieces = np.split(values, steps)
    return float(sum(np.abs(piece - np.median(piece)).sum() for piece in pieces))


def segment_costs(values: Floats) -> Floats:
    """Sum of absolute deviations from the median of each piece; shape (n + 1, n + 1).

    Entry (i, j) is that of `values[i:j]`. A value that joins a piece adds its distance from the
    piece's median, or from the interval of medians where the piece is even.
    """
    size = values.size
    costs = np.zeros((size + 1, size + 1))
    listed: list[float] = values.tolist()
    for start in range(size):
        ordered: list[float] = []
        total = 0.0
        for end, value in enumerate(listed[start:], start=start + 1):
            count = len(ordered)
            if count:
                lower, upper = ordered[(count - 1) // 2], ordered[count // 2]
                total += max(lower - value, value - upper, 0.0)
            insort(ordered, value)
            costs[start, end] = total
    return costs


def _segment_squares(values: Floats) -> Floats:
    """Sum of squared deviations from the mean of each piece, as a share of the whole series's."""
    centred = values - values.mean()
    sums = np.concatenate([np.zeros(1), centred.cumsum()])
    squares = np.concatenate([np.zeros(1), (centred**2).cumsum()])
    places = np.arange(values.size + 1)
    counts = np.maximum(places - places[:, None], 1)
    inside = squares - squares[:, None] - (sums - sums[:, None]) ** 2 / counts
    return np.maximum(inside, 0.0) / squares[-1]


def _traced(layers: list[NDArray[np.intp]], size: int) -> tuple[int, ...]:
    """The steps of the best fit, read back from the last piece to the first."""
    steps: list[int] = []
    end = size
    for layer in reversed(layers):
        end = int(layer[end])
        steps.append(end)
    return tuple(reversed(steps))
