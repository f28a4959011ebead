"""Filtered: some of the cases of a dataset."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from holdfast.dataset import Case
from holdfast.errors import DatasetError

__all__ = ["Filtered"]


@dataclass(frozen=True, slots=True)
class Filtered:
    """The cases that a function keeps, chosen anew at each walk.

    >>> cases = (Case(id="a", input="?", tags=("slow",)), Case(id="b", input="?"))
    >>> [case.id for case in Filtered(cases, keep=lambda case: "slow" not in case.tags)]
    ['b']
    """

    cases: Iterable[Case]
    """A dataset, a sequence, or a reader."""
    keep: Callable[[Case], bool]

    def __post_init__(self) -> None:
        if isinstance(self.cases, Iterator):
            raise DatasetError(
                "Filtered was given an iterator, which can be walked only once; "
                "give a dataset, a tuple, or a reader from holdfast.readers"
            )

    def __iter__(self) -> Iterator[Case]:
        """Walk the kept cases in their order.

        Raises:
            DatasetError: no case is kept.
        """
        seen = kept = 0
        for case in self.cases:
            seen += 1
            if self.keep(case):
                kept += 1
                yield case
        if not kept:
            raise DatasetError(
                f"the filter keeps none of the {seen} cases; a suite over none could never fail"
            )
