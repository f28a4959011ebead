"""Sign-flip tests of a mean change: exact where the changes lie on a grid, else sampled.

Under 'nothing changed' every unit (case or cluster) is as likely to have changed by +x as by -x.
The statistic is the plain sum, which makes the p-value monotone: lowering any change never raises
the p-value of 'worse'. Mid-p counts half of the ties (Lancaster 1961; Fagerland, Lydersen and
Laake 2013, BMC Med. Res. Methodol. 13:91). With one binary trial per case and arm the exact test
is McNemar's mid-p test.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

__all__ = ["RESAMPLES", "exact", "on_grid", "sampled"]

RESAMPLES = 9_999
"""Random sign vectors of the sampled test; its own error at p = 0.05 is 0.002."""

_LARGEST_DENOMINATOR = 240
_LARGEST_WORK = 3_000_000
_CHUNK = 500_000
_UNITS_PER_POINT = 1e9


def on_grid(changes: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """The changes as integers on their common grid, or None where no small grid holds them."""
    distinct = np.unique(np.abs(changes))
    if distinct.size > 4 * _LARGEST_DENOMINATOR:
        return None
    denominator = 1
    for value in distinct:
        share = Fraction(float(value)).limit_denominator(_LARGEST_DENOMINATOR)
        if abs(float(share) - value) > 1e-9:
            return None
        denominator = int(np.lcm(denominator, share.denominator))
        if denominator > _LARGEST_DENOMINATOR:
            return None
    steps = np.rint(changes * denominator).astype(np.int64)
    divisor = int(np.gcd.reduce(steps)) if steps.size else 0
    steps = steps // divisor if divisor else steps
    reach = int(np.abs(steps).sum())
    return steps if reach * np.unique(np.abs(steps)).size <= _LARGEST_WORK else None


def exact(steps: NDArray[np.int64]) -> tuple[float, float]:
    """Exact mid-p values of 'worse' and 'better' for changes on an integer grid.

    The sum of independent signs has the characteristic function prod cos(step * t); its
    probabilities on the grid are one inverse Fourier transform away.

    >>> round(exact(np.array([-1, -1, -1, -1, -1, 0, 0]))[0], 6)
    0.015625
    """
    sizes, counts = np.unique(np.abs(steps[steps != 0]), return_counts=True)
    reach = int(sizes @ counts)
    if reach == 0:
        return 1.0, 1.0
    points = 2 * reach + 1
    angles = 2.0 * np.pi * np.arange(reach + 1) / points
    transform = np.ones(reach + 1)
    for size, count in zip(sizes, counts, strict=True):
        transform *= np.cos(size * angles) ** int(count)
    # Index s of the transform's inverse holds the sum s, and index points - s the sum -s.
    masses = np.clip(np.fft.irfft(transform, points), 0.0, None)
    masses = np.concatenate([masses[reach + 1 :], masses[: reach + 1]])
    position = int(steps.sum()) + reach
    tie = 0.5 * float(masses[position])
    worse = float(masses[:position].sum()) + tie
    better = float(masses[position + 1 :].sum()) + tie
    return min(worse, 1.0), min(better, 1.0)


def sampled(
    changes: NDArray[np.float64], *, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mid-p values of 'worse' and 'better' of each column of changes (units × metrics).

    All columns share their sign vectors, and the vectors depend on the shape and seed alone.
    The observed signs count as one of the resamples, so no p-value is ever zero.
    """
    # Whole numbers keep sums exact, so that ties are ties on every machine.
    whole = np.rint(changes * _UNITS_PER_POINT)
    units, columns = whole.shape
    width = (units + 7) // 8
    tables = _byte_sums(whole, width=width)
    places: NDArray[np.int64] = np.arange(width, dtype=np.int64) * 256
    generator = np.random.default_rng(seed)
    below = np.full(columns, 0.0)
    ties = np.full(columns, 1.0)
    remaining = resamples
    while remaining > 0:
        rows = min(remaining, max(1, _CHUNK // max(width, 1)))
        # One bit per unit says whether its sign is flipped; a sum over the flipped units is half
        # of what the flips take from the observed sum.
        drawn = np.frombuffer(generator.bytes(rows * width), dtype=np.uint8)
        entries: NDArray[np.int64] = drawn.reshape(rows, width) + places
        flipped = np.stack([table.take(entries).sum(axis=1) for table in tables], axis=1)
        below += (flipped > 0).sum(axis=0)
        ties += (flipped == 0).sum(axis=0)
        remaining -= rows
    total = resamples + 1
    untouched = ~np.any(whole, axis=0)
    worse = np.where(untouched, 1.0, (below + ties / 2.0) / total)
    better = np.where(untouched, 1.0, (total - below - ties / 2.0) / total)
    return worse, better


def _byte_sums(whole: NDArray[np.float64], *, width: int) -> NDArray[np.float64]:
    """Sum of the units that each byte of signs flips; shape (columns, 256 * bytes).

    Looking up eight units at once takes half the time of a matrix product with the bits.
    """
    units, columns = whole.shape
    padded = np.zeros((8 * width, columns))
    padded[:units] = whole
    patterns = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float64)
    sums = np.einsum("pb,wbc->cwp", patterns, padded.reshape(width, 8, columns))
    return sums.reshape(columns, 256 * width)
