"""Johnson's t test of a mean change, corrected for skewness (Johnson 1978, JASA 73:536).

A sign-flip test takes a change of +x and one of -x for equally likely. Where few large gains
offset many small losses and none of them was drawn, that is not so, and losses are found that are
none. This test corrects for the skewness that was seen.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

__all__ = ["LEAN", "p_worse"]

LEAN = 1.25
"""Factor on the correction, which is too small where a few cases change by nearly everything."""


def p_worse(sums: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """One-sided p-value of 'it is worse', from the sums of the changes of units.

    It is where the bound mean - t * error, moved by the correction of the quantile t, meets zero.
    Lowering a sum never raises it, unless nearly all of the scatter is one large loss. The larger
    of it and the sign-flip p-value, which counts, rose by at most 0.0034 in a search over random
    samples of ten units and more (clusters of unequal size), and by up to 0.03 with fewer.

    Args:
        sums: Sum of the changes of each unit (a case, or a cluster), positive is better.
        sizes: Number of cases of each unit.
    """
    units, cases = sums.size, float(sizes.sum())
    mean = -float(sums.sum()) / cases
    residuals = -sums - mean * sizes
    deviation = math.sqrt(float((residuals**2).sum()) / max(units - 1, 1))
    if deviation <= 1e-12 * abs(mean):
        return 0.0 if mean > 0.0 else 1.0
    statistic = mean * cases / (deviation * math.sqrt(units))
    skew = float(((residuals / deviation) ** 3).sum()) / units**1.5
    return float(stdtr(units - 1, -_quantile(statistic, LEAN * skew)))


def _quantile(statistic: float, skew: float) -> float:
    """The q next to zero with statistic + skew * (2 q^2 + 1) / 6 = q."""
    slope, start = skew / 3.0, statistic + skew / 6.0
    below = 1.0 - 4.0 * slope * start
    if below < 0.0:
        return math.copysign(math.inf, slope)
    return 2.0 * start / (1.0 + math.sqrt(below))
