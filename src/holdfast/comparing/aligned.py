"""Aligned: the changes of several metrics on the same cases, and the slices of these cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.cases import CasePair
from holdfast.comparing.delta import Delta
from holdfast.comparing.slices import Slice, slices_of

__all__ = ["Aligned", "Ground", "align", "ground_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The cases that were compared, by id, whether they have scores or not."""

    cases: tuple[CasePair, ...]
    units: NDArray[np.int64]
    """Number of each case's resampling unit (its cluster, or itself), shape (cases,)."""
    slices: tuple[Slice, ...]

    @property
    def members(self) -> NDArray[np.bool_]:
        """Which cases belong to each slice, shape (slices, cases)."""
        empty = np.zeros((0, len(self.cases)), np.bool_)
        return np.stack([one.members for one in self.slices]) if self.slices else empty


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aligned:
    """One row for each case of the ground, one column for each metric."""

    changes: NDArray[np.float64]
    """Positive is better, 0 where a metric did not measure a case; shape (cases, metrics)."""
    measured: NDArray[np.bool_]
    """Shape (cases, metrics)."""
    units: NDArray[np.int64]

    @property
    def by_unit(self) -> NDArray[np.float64]:
        """Sum of the changes in each unit, shape (units, metrics)."""
        sums = np.zeros((int(self.units.max()) + 1, self.changes.shape[1]))
        np.add.at(sums, self.units, self.changes)
        return sums

    @property
    def shared(self) -> float:
        """Smallest share that a metric measured of the units that any metric measured."""
        everything = np.unique(self.units[self.measured.any(axis=1)]).size
        own = [np.unique(self.units[column]).size for column in self.measured.T]
        return min(own, default=0) / max(everything, 1)


def ground_of(
    cases: Sequence[CasePair], *, difficulty: Mapping[str, float] | None = None
) -> Ground:
    """The compared ones of the cases, sorted by id, with the slices that they declare."""
    kept = tuple(sorted((pair for pair in cases if pair.unit), key=lambda pair: pair.case.id))
    numbers: dict[str, int] = {}
    units = np.array([numbers.setdefault(pair.unit, len(numbers)) for pair in kept], np.int64)
    slices = slices_of([pair.case for pair in kept], units, difficulty=difficulty)
    return Ground(cases=kept, units=units, slices=slices)


def align(deltas: Sequence[Delta], ground: Ground) -> Aligned:
    """The changes of deltas that were measured case by case, beside each other."""
    rows = {pair.case.id: row for row, pair in enumerate(ground.cases)}
    changes = np.zeros((len(rows), len(deltas)))
    measured = np.zeros(changes.shape, np.bool_)
    for column, delta in enumerate(deltas):
        if delta.paired is not None:
            places = [rows[key] for key in delta.paired.cases]
            changes[places, column] = delta.paired.changes
            measured[places, column] = True
    return Aligned(changes=changes, measured=measured, units=ground.units)
