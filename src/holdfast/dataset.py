"""Cases and the datasets that hold them."""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from holdfast.digest import Json, digest_json
from holdfast.errors import DatasetError

__all__ = ["Case", "Dataset", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a case is written down, so that a report can point there."""

    file: str
    line: int
    """1 for the first line; of a record that spans lines, the one where it begins."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @classmethod
    def parse(cls, text: object) -> "Source | None":
        """The place that `str` wrote; None for anything else.

        >>> Source.parse("evals/tickets.jsonl:12")
        Source(file='evals/tickets.jsonl', line=12)
        """
        file, _, line = text.rpartition(":") if isinstance(text, str) else ("", "", "")
        if not (file and line.isascii() and line.isdigit() and len(line) < 10):
            return None
        # The cases of a run share their few files.
        return cls(sys.intern(file), int(line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question put to a system, with what a good answer holds.

    >>> Case(id="sum-1", input="1 + 1", expected="2").digest == Case(
    ...     id="sum-1", input="1 + 1", expected="2", tags=("arithmetic",)
    ... ).digest
    True
    """

    id: str
    """The pairing key: unique in its dataset, stable over time, any non-empty text."""
    input: Json
    """What the system receives."""
    expected: Json = None
    """What the metrics compare with; the system never sees it."""
    tags: tuple[str, ...] = ()
    """Slices that this case belongs to."""
    cluster: str | None = None
    """Cases that share a cluster (a document, a conversation) are statistically dependent."""
    source: Source | None = field(default=None, compare=False)
    """Where the case is written down; a moved case is the same case."""

    def __post_init__(self) -> None:
        if not self.id:
            raise DatasetError("a case has an empty id; give every case a stable, unique id")

    @property
    def digest(self) -> str:
        """Digest of input and expected: an edited case has another one; tags do not count."""
        return digest_json({"input": self.input, "expected": self.expected})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A named collection of cases that can be walked more than once.

    >>> data = Dataset(name="sums", cases=(Case(id="a", input="1 + 1", expected="2"),))
    >>> [case.id for case in data]
    ['a']
    """

    name: str
    """Name that two runs must share to be comparable."""
    cases: Iterable[Case] = field(repr=False)
    """A sequence, or a reader that opens its file anew for each walk (see `holdfast.readers`)."""

    def __post_init__(self) -> None:
        if not self.name:
            raise DatasetError("a dataset needs a name; two runs are compared only under one name")
        if isinstance(self.cases, Iterator):
            raise DatasetError(
                f"dataset {self.name!r} was given an iterator, which can be walked only once; "
                "give a tuple, a list, or a reader from holdfast.readers"
            )

    def __iter__(self) -> Iterator[Case]:
        """Walk the cases in their order.

        Raises:
            DatasetError: two cases share an id.
        """
        seen: set[str] = set()
        for case in self.cases:
            if case.id in seen:
                raise DatasetError(
                    f"dataset {self.name!r} holds two cases with id {case.id!r}; "
                    "ids pair a case with its baseline and must be unique"
                )
            seen.add(case.id)
            yield case

    @property
    def digest(self) -> str:
        """Digest of all case ids and contents, whatever their order; walks the dataset."""
        return digest_cases((case.id, case.digest) for case in self)


def digest_cases(cases: Iterable[tuple[str, str]]) -> str:
    """Digest of (id, case digest) pairs, whatever their order."""
    combined = hashlib.sha256()
    for identity, content in sorted(cases):
        combined.update(f"{identity}\0{content}\n".encode("utf-8", "surrogatepass"))
    return combined.hexdigest()[:32]
