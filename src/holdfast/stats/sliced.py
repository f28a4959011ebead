"""Many slices of many metrics, tested together by the same sign flips.

Two questions are asked of each slice, each as one family whose chance of any false 'yes' is the
level: did it get worse (better) at all, and did it change by less (more) than the cases outside
it. Statistics and adjustment are those of `max_t`, of the sum over the cases of the slice, and of
its mean less the mean outside.

Flips take a gain and a loss of the same size for equally likely. Where that is not so, because few
large gains offset many small losses, the evidence of a slice is no larger than that of Johnson's t
of its cases, which corrects for skewness.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from holdfast.stats import johnson
from holdfast.stats.max_t import (
    AGREE,
    PAIRS,
    Block,
    Singles,
    flipped_sums,
    normal_scores,
    standardised,
    step_down,
    whole,
)

__all__ = ["Sliced", "SlicedEvidence", "search"]

Floats = NDArray[np.float64]

_WEAK = 0.8
"""Standardised change that no level in use rejects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliced:
    """Changes of cases, and the slices that they belong to."""

    changes: Floats
    """Shape (cases, metrics); 0 where a case was not measured."""
    measured: NDArray[np.bool_]
    """Shape (cases, metrics)."""
    units: NDArray[np.int64]
    """Resampling unit of each case, shape (cases,)."""
    members: NDArray[np.bool_]
    """Shape (slices, cases)."""
    sliced: Sequence[int] = ()
    """The metrics that are looked at in slices."""
    skewed: Sequence[int] = ()
    """Those of them whose evidence is corrected for skewness."""
    wholes: bool = False
    """Whether the metrics over all cases belong to the family of the first question too. Such a
    family can block, and is judged by normal scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedEvidence:
    """Adjusted p-values; those of slices have the shape (slices, metrics looked at in slices)."""

    worse: Floats
    better: Floats
    worse_than_rest: Floats
    better_than_rest: Floats
    statistics: Floats
    """Standardised change of each slice; negative is worse."""
    contrasts: Floats
    """Standardised change of each slice less that of the others; negative is worse."""
    whole_worse: Floats
    """Shape (metrics,); empty where the metrics over all cases are not in the family."""
    whole_better: Floats

    def times(self, factor: float) -> "SlicedEvidence":
        """The same with every p-value of the first question so many times as large."""
        return replace(
            self,
            worse=np.minimum(1.0, self.worse * factor),
            better=np.minimum(1.0, self.better * factor),
            whole_worse=np.minimum(1.0, self.whole_worse * factor),
            whole_better=np.minimum(1.0, self.whole_better * factor),
        )


@dataclass(frozen=True, slots=True)
class _Flipped:
    """Sums of one slice or of the whole: under each sign vector, squares and products."""

    sums: Singles
    """Shape (metrics, pairs)."""
    by_unit: Floats
    """Sum in each unit, shape (units, metrics)."""
    cases: NDArray[np.int64]
    """Measured cases, shape (metrics,)."""


def search(given: Sliced, *, pairs: int = PAIRS, seed: int = 0) -> SlicedEvidence:
    """Adjusted p-values of every slice in every metric, and of the wholes where asked for."""
    values = np.column_stack([whole(column) for column in given.changes.T])
    chosen = np.array(given.sliced, np.int64)
    cases, metrics = values.shape
    all_metrics: NDArray[np.int64] = np.arange(metrics, dtype=np.int64)
    groups = [(np.ones(cases, np.bool_), all_metrics)]
    groups += [(rows, chosen) for rows in given.members]
    blocks = [
        Block(units=given.units[rows], values=values[np.ix_(rows, columns)])
        for rows, columns in groups
    ]
    sums = flipped_sums(blocks, pairs=pairs, seed=seed)
    count = int(given.units.max()) + 1
    parts: list[_Flipped] = []
    first = 0
    for block, (rows, columns) in zip(blocks, groups, strict=True):
        found = sums[first : first + columns.size]
        measured = given.measured[np.ix_(rows, columns)].sum(axis=0)
        parts.append(_Flipped(found, _by_unit(block, count), measured))
        first += columns.size
    return _judged(parts, given)


def _by_unit(block: Block, count: int) -> Floats:
    sums = np.zeros((count, block.values.shape[1]))
    np.add.at(sums, block.units, block.values)
    return sums


def _judged(parts: Sequence[_Flipped], given: Sliced) -> SlicedEvidence:
    everything, slices, wholes = parts[0], parts[1:], given.wholes
    chosen = np.array(given.sliced, np.int64)
    shape = (len(slices), chosen.size)
    scored = normal_scores if wholes else standardised
    family = parts if wholes else slices
    statistics = np.concatenate([scored(part.sums, part.by_unit) for part in family])
    contrasts = np.concatenate([_contrast(part, everything, chosen) for part in slices])
    first = everything.sums.shape[0] if wholes else 0
    observed = statistics[:, 0].astype(np.float64)
    losses, gains = -observed, observed.copy()
    losses[first:], gains[first:] = _corrected(given, observed[first:].reshape(shape))
    worse, better = _adjusted(-statistics, losses), _adjusted(statistics, gains)
    return SlicedEvidence(
        worse=worse[first:].reshape(shape),
        better=better[first:].reshape(shape),
        worse_than_rest=step_down(-contrasts).reshape(shape),
        better_than_rest=step_down(contrasts).reshape(shape),
        statistics=observed[first:].reshape(shape),
        contrasts=contrasts[:, 0].astype(np.float64).reshape(shape),
        whole_worse=worse[:first],
        whole_better=better[:first],
    )


def _adjusted(statistics: Singles, observed: Floats) -> Floats:
    """Adjusted p-values, where evidence was corrected none smaller than that of its own test."""
    own = np.where(observed < statistics[:, 0], ndtr(-observed), 0.0)
    return np.maximum(step_down(statistics, observed.astype(np.float32)), own)


def _corrected(given: Sliced, observed: Floats) -> tuple[Floats, Floats]:
    """Evidence of losses and of gains in slices, flat, corrected where that was asked for."""
    losses, gains = -observed, observed.copy()
    columns = [column for column, metric in enumerate(given.sliced) if metric in given.skewed]
    for row, column in zip(*np.nonzero(np.abs(observed) > _WEAK), strict=True):
        if column in columns:
            sums, sizes = _sums(given, int(row), given.sliced[int(column)])
            evidence = losses if observed[row, column] < 0 else gains
            sign = 1.0 if observed[row, column] < 0 else -1.0
            p_value = min(max(johnson.p_worse(sign * sums, sizes), 1e-300), 1.0 - 1e-16)
            alone = -float(ndtri(p_value))
            if alone < evidence[row, column] - AGREE:
                evidence[row, column] = alone
    return losses.ravel(), gains.ravel()


def _sums(given: Sliced, row: int, metric: int) -> tuple[Floats, Floats]:
    """Sum and number of the cases of each unit of a slice."""
    rows = given.members[row] & given.measured[:, metric]
    units = np.unique(given.units[rows], return_inverse=True)[1]
    sums = np.bincount(units, weights=given.changes[rows, metric])
    return sums.astype(np.float64), np.bincount(units).astype(np.float64)


def _contrast(part: _Flipped, everything: _Flipped, chosen: NDArray[np.int64]) -> Singles:
    """Mean inside less mean outside; 0 where nothing is inside or outside."""
    inside, outside = part.cases, everything.cases[chosen] - part.cases
    both = (inside > 0) & (outside > 0)
    rest = np.where(both, 1.0 / np.maximum(outside, 1), 0.0)
    weight = np.where(both, 1.0 / np.maximum(inside, 1) + rest, 0.0)
    sums = part.sums * weight[:, None] - everything.sums[chosen] * rest[:, None]
    by_unit = part.by_unit * weight - everything.by_unit[:, chosen] * rest
    return standardised(sums.astype(np.float32), by_unit)
