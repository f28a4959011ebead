"""Aligned: the changes of several metrics on the cases that any of them measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.delta import Delta

__all__ = ["Aligned", "align"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aligned:
    """One row for each case, one column for each metric."""

    cases: tuple[str, ...]
    """Ids, sorted."""
    changes: NDArray[np.float64]
    """Positive is better, 0 where a metric did not measure a case; shape (cases, metrics)."""
    measured: NDArray[np.bool_]
    """Shape (cases, metrics)."""
    units: NDArray[np.int64]
    """Number of each case's resampling unit (its cluster, or itself), shape (cases,)."""

    @property
    def by_unit(self) -> NDArray[np.float64]:
        """Sum of the changes in each unit, shape (units, metrics)."""
        count = int(self.units.max()) + 1 if self.units.size else 0
        sums = np.zeros((count, self.changes.shape[1]))
        np.add.at(sums, self.units, self.changes)
        return sums

    @property
    def shared(self) -> float:
        """Smallest share that a metric measured of the units that any metric measured."""
        count = np.unique(self.units).size
        own = [np.unique(self.units[column]).size for column in self.measured.T]
        return min(own, default=0) / count if count else 0.0


def align(deltas: Sequence[Delta], units: Mapping[str, str]) -> Aligned:
    """The changes of deltas that were measured case by case, beside each other.

    Args:
        deltas: Each with its `paired` changes.
        units: Resampling unit of each case; a case without one is its own.
    """
    kept = [delta.paired for delta in deltas if delta.paired is not None]
    cases = tuple(sorted({key for paired in kept for key in paired.cases}))
    rows = {key: row for row, key in enumerate(cases)}
    changes = np.zeros((len(cases), len(kept)))
    measured = np.zeros(changes.shape, np.bool_)
    for column, paired in enumerate(kept):
        places = [rows[key] for key in paired.cases]
        changes[places, column] = paired.changes
        measured[places, column] = True
    numbers: dict[str, int] = {}
    names = [units.get(key) or f"case {key}" for key in cases]
    return Aligned(
        cases=cases,
        changes=changes,
        measured=measured,
        units=np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64),
    )
