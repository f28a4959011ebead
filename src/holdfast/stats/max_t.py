"""Step-down maximum-statistic adjustment by sign flips (Westfall and Young 1993, ch. 2).

Under 'nothing changed' every unit is as likely to have changed by +x as by -x, in all columns at
once: one sign per unit, applied to all columns, keeps whatever dependence the columns have. Two
statistics stand columns of any scale, and with any number of unchanged units, on one footing, and
both give the sign-flip test of the plain sum where there is one column:

- `standardised`: sum(d) / sqrt(sum(d^2)), whose denominator is the same for all signs (max-T);
- `normal_scores`: the normal quantile of the column's own sign-flip p-value (min-P on a scale where
  nothing underflows). One case that loses much widens the denominator of max-T and so weakens its
  evidence in the family; it never weakens the p-value. What can block is judged by this one.

Sign vectors come in pairs, each with its mirror image, which makes 'worse' and 'better' mirror
images too. The observed signs and their mirror image are the first pair, so no p-value is zero.
Half of the ties are counted (mid-p, see `sign_flip`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from holdfast.stats.multiplicity import holm
from holdfast.stats.sign_flip import on_grid

__all__ = [
    "AGREE",
    "PAIRS",
    "Block",
    "adjusted",
    "flipped_sums",
    "normal_scores",
    "standardised",
    "step_down",
    "whole",
]

PAIRS = 5_000
"""Pairs of sign vectors with the observed one: 9,999 resamples and the observation."""

_LARGEST_SUM = 2**23
"""Whole numbers up to here have exact sums in single precision, in whatever order."""
_CHUNK = 80_000
"""Signs that are held as numbers at a time: few enough for the cache of one core."""
_ALONE = 250_000
_ALONE_VECTOR = 9_000
"""Largest products (multiplications) that a BLAS works off without starting threads, which cost
more than they save here, and many times more where other programs keep the cores busy."""
_FEWEST_PAIRS = 64
_POINTS = 96
"""Points of the curve from which p-values are read."""
AGREE = 0.15
"""Normal scores nearer than this are the same evidence: the curve is an approximation."""

Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Columns that share their rows."""

    units: NDArray[np.int64]
    """Unit of each row, shape (rows,); rows of one unit change their sign together."""
    values: Singles
    """Whole numbers, shape (rows, columns)."""


def adjusted(
    changes: NDArray[np.float64],
    worse: Sequence[float],
    better: Sequence[float],
    *,
    pairs: int = PAIRS,
    seed: int = 0,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Adjusted p-values of 'worse' and 'better' for columns of changes (units × columns).

    `worse` and `better` are the p-values of the columns alone. No adjusted one is smaller than its
    own, and none is larger than Holm's: the chance that the smallest of several p-values is small
    is at most the sum of their chances, so Holm's is the bound that resampling sharpens, and only
    random error or ties lift a resampled value above it.

    >>> changes = np.repeat([[-1.0, -1.0], [0.0, 0.0]], [5, 20], axis=0)
    >>> adjusted(changes, [0.015625] * 2, [0.984375] * 2)[0]  # one metric under two names
    (0.015625, 0.015625)
    """
    rows = np.arange(changes.shape[0], dtype=np.int64)
    values = np.column_stack([whole(column) for column in changes.T])
    sums = flipped_sums([Block(units=rows, values=values)], pairs=pairs, seed=seed)
    scores = normal_scores(sums, values.astype(np.float64))
    return _bounded(-scores, worse), _bounded(scores, better)


def _bounded(scores: Singles, p_values: Sequence[float]) -> tuple[float, ...]:
    # A test that asks for more than the flips do (for skewness) is taken at its own word.
    alone = -ndtri(np.array(p_values))
    observed = np.where(alone < scores[:, 0] - AGREE, alone, scores[:, 0]).astype(np.float32)
    found = step_down(scores, observed)
    return tuple(
        min(most, max(own, float(value)))
        for own, most, value in zip(p_values, holm(p_values), found, strict=True)
    )


def whole(changes: NDArray[np.float64]) -> Singles:
    """The changes as whole numbers, exact where they lie on a grid, else to seven digits.

    The statistics have no scale, and sums of whole numbers are the same on every machine.
    """
    steps = on_grid(changes)
    reach = float(np.abs(changes).sum())
    if steps is not None and int(np.abs(steps).sum()) <= _LARGEST_SUM:
        return steps.astype(np.float32)
    return np.rint(changes * (_LARGEST_SUM / reach)).astype(np.float32)


def flipped_sums(blocks: Sequence[Block], *, pairs: int = PAIRS, seed: int = 0) -> Singles:
    """Sums of all columns of all blocks under each sign vector; shape (columns, pairs).

    The first sign vector is the observed one. The others depend on the unit's number and the seed
    alone, not on the data, so a changed score meets the same signs.
    """
    busy = [_without_idle_rows(block) for block in blocks]
    count = 1 + int(np.concatenate([block.units for block in blocks]).max())
    active = np.unique(np.concatenate([block.units for block in busy]))
    places = np.searchsorted(active, np.arange(count))
    ends = np.cumsum([block.values.shape[1] for block in busy])
    sums = np.zeros((int(ends[-1]), pairs), np.float32)
    for start, signs in _signs(active, count, pairs=pairs, seed=seed):
        stop = start + signs.shape[1]
        for block, end in zip(busy, ends, strict=True):
            first = int(end) - block.values.shape[1]
            sums[first : int(end), start:stop] = _product(block.values, signs[places[block.units]])
    return sums


def _product(values: Singles, signs: Singles) -> Singles:
    """Sums of values (rows, columns) with signs (rows, pairs); shape (columns, pairs)."""
    (rows, columns), pairs = values.shape, signs.shape[1]
    limit = _ALONE_VECTOR if columns == 1 else _ALONE
    step = max(1, limit // max(1, columns * pairs))
    total = np.zeros((columns, pairs), np.float32)
    for start in range(0, rows, step):
        total += values[start : start + step].T @ signs[start : start + step]
    return total


def _without_idle_rows(block: Block) -> Block:
    busy = np.any(block.values, axis=1)
    return Block(units=block.units[busy], values=block.values[busy])


def _signs(
    active: NDArray[np.int64], count: int, *, pairs: int, seed: int
) -> Iterator[tuple[int, Singles]]:
    """Signs of the active ones of so many units, a stretch of the pairs at a time."""
    width = (pairs + 7) // 8
    drawn = np.frombuffer(np.random.default_rng(seed).bytes(count * width), np.uint8)
    bits = drawn.reshape(count, width)[active]
    bits[:, 0] &= 0x7F  # The first vector is the observed one.
    step = max(_FEWEST_PAIRS, 8 * (_CHUNK // (8 * max(1, active.size))))
    for start in range(0, pairs, step):
        part = np.unpackbits(bits[:, start // 8 : (start + step) // 8], axis=1)
        signs = part[:, : pairs - start].astype(np.float32)
        signs *= -2.0
        signs += 1.0
        yield start, signs


def standardised(sums: Singles, by_unit: NDArray[np.float64]) -> Singles:
    """Sums (columns, pairs) over the root of the sum of squares of the units (units, columns)."""
    squares = np.square(by_unit).sum(axis=0)
    roots = np.sqrt(np.where(squares > 0, squares, np.inf))
    return (sums / roots[:, None]).astype(np.float32)


def normal_scores(sums: Singles, by_unit: NDArray[np.float64]) -> Singles:
    """Normal quantiles of each column's own sign-flip p-values, large where the sum is large.

    The p-value is the saddlepoint approximation r* = w + log(u / w) / w of the tail of a sum of
    independent signs (Barndorff-Nielsen 1986, Biometrika 73:307; for permutation tests Robinson
    1982, J. R. Stat. Soc. B 44:91), evaluated on a curve and interpolated. It decides how columns
    are weighed against each other, not whether the test is valid.
    """
    scores = np.zeros_like(sums)
    for column, (row, units) in enumerate(zip(sums, by_unit.T, strict=True)):
        sizes, counts = np.unique(np.abs(units[units != 0]), return_counts=True)
        if sizes.size:
            places, heights = _curve(sizes, counts)
            scores[column] = np.sign(row) * np.interp(np.abs(row), places, heights)
    return scores


def _curve(
    sizes: NDArray[np.float64], counts: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums from 0 to the largest, and the normal quantile of the p-value of each."""
    root = float(np.sqrt(counts @ np.square(sizes)))
    tilts = np.geomspace(0.05, 20.0 * root / float(sizes[0]), _POINTS)
    tilted = np.multiply.outer(tilts, sizes / root)
    # The cumulant function of the tilted sum, and its first two derivatives.
    cumulants = (tilted + np.log1p(np.exp(-2.0 * tilted)) - np.log(2.0)) @ counts
    means = np.tanh(tilted) @ (counts * sizes / root)
    spreads = np.square(1.0 / np.cosh(np.minimum(tilted, 300.0))) @ (
        counts * np.square(sizes / root)
    )
    roots = np.sqrt(2.0 * np.maximum(tilts * means - cumulants, 1e-300))
    ratios = tilts * np.sqrt(np.maximum(spreads, 1e-300)) / roots
    # With all signs alike half of one sign vector's mass is left.
    top = -float(ndtri(0.5 ** min(int(counts.sum()) + 1, 1_000)))
    scores = np.minimum(np.maximum.accumulate(roots + np.log(ratios) / roots), top)
    reach = float(counts @ sizes)
    places = np.concatenate([[0.0], np.minimum(means * root, reach), [reach]])
    return places, np.concatenate([[0.0], np.maximum(scores, 0.0), [top]])


def step_down(statistics: Singles, observed: Singles | None = None) -> NDArray[np.float64]:
    """Adjusted p-values of 'large' for statistics under each sign vector (columns, pairs).

    The statistic under a mirrored sign vector is its negative, which counts as well. What was
    observed are the statistics under the first sign vector where it is not given, shape
    (columns,). A column that was not observed above 0 gets 1.
    """
    columns, pairs = statistics.shape
    observed = statistics[:, 0] if observed is None else observed
    order = np.argsort(-observed, kind="stable")
    largest = np.full((2, pairs), -np.inf, np.float32)
    found = np.ones(columns)
    for column in order[::-1]:
        row, seen = statistics[column], observed[column]
        np.maximum(largest[0], row, out=largest[0])
        np.maximum(largest[1], -row, out=largest[1])
        if seen > 0:
            above = np.count_nonzero(largest > seen)
            ties = np.count_nonzero(largest == seen)
            found[column] = (above + ties / 2.0) / (2.0 * pairs)
    found[order] = np.maximum.accumulate(found[order])
    return found
