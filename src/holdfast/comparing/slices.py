"""Slices: the groups of cases in which a change is looked for, built from what is declared.

A slice is never built from a score of the two runs that are compared: cases that passed in the
baseline can only fall, and would look like a loss when nothing changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from holdfast.digest import Json, canonical
from holdfast.record import CaseRecord

__all__ = ["SUPPORT", "Slice", "slices_of"]

SUPPORT = 20
"""Fewest independent units (clusters, or cases where none are declared) of a slice."""
_BINS = 4
_MOST = 240

Members = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """A group of cases."""

    name: str
    """Such as `lang:de`, `lang:de and long`, `input of 12 to 80 characters`."""
    words: str
    """What its cases are, to stand behind 'the 200 cases': `tagged lang:de`."""
    parents: tuple[str, ...] = ()
    """Names of the tags that a pair of tags is made of."""
    members: Members
    """Which of the given cases belong to it, shape (cases,)."""


def slices_of(
    cases: Sequence[CaseRecord],
    units: NDArray[np.int64],
    *,
    difficulty: Mapping[str, float] | None = None,
    most: int = _MOST,
) -> tuple[Slice, ...]:
    """Slices with enough support, each once, and none that holds every case.

    Tags come first, then quarters by length of the input and by difficulty, then pairs of tags,
    the largest first where there are more than `most`. Where two hold the same cases, the first
    one stands for both.

    Args:
        cases: What both runs share.
        units: Number of the resampling unit of each case, shape (cases,).
        difficulty: A number for each case, by id, from runs before the two that are compared.
        most: Largest number of slices.
    """
    tags = _tags(cases, units)
    found: list[Slice] = []
    seen: set[bytes] = set()
    for group in (tags, _lengths(cases), _difficulties(cases, difficulty), _pairs(tags)):
        for one in group:
            key = np.packbits(one.members).tobytes()
            enough = key not in seen and _support(one.members, units) >= SUPPORT
            if enough and not one.members.all():
                seen.add(key)
                found.append(one)
    return tuple(found[:most])


def _support(members: Members, units: NDArray[np.int64]) -> int:
    return int(np.unique(units[members]).size)


def _tags(cases: Sequence[CaseRecord], units: NDArray[np.int64]) -> list[Slice]:
    rows: dict[str, list[int]] = {}
    for row, case in enumerate(cases):
        for tag in set(case.tags):
            rows.setdefault(tag, []).append(row)
    found: list[Slice] = []
    for tag in sorted(rows):
        if len(rows[tag]) >= SUPPORT:
            members = np.zeros(len(cases), np.bool_)
            members[rows[tag]] = True
            if _support(members, units) >= SUPPORT:
                found.append(Slice(name=tag, words=f"tagged {tag}", members=members))
    return sorted(found, key=lambda one: -int(one.members.sum()))


def _pairs(declared: Sequence[Slice]) -> list[Slice]:
    tags = [tag for tag in declared if not tag.members.all()]
    if len(tags) < 2:
        return []
    members = np.stack([tag.members for tag in tags]).astype(np.float32)
    shared = np.triu(members @ members.T, k=1)
    firsts, seconds = np.nonzero(shared >= SUPPORT)
    order = np.argsort(-shared[firsts, seconds], kind="stable")[: 4 * _MOST]
    return [_both(tags[firsts[place]], tags[seconds[place]]) for place in order]


def _both(one: Slice, other: Slice) -> Slice:
    first, second = sorted((one, other), key=lambda tag: tag.name)
    return Slice(
        name=f"{first.name} and {second.name}",
        words=f"tagged {first.name} and {second.name}",
        parents=(first.name, second.name),
        members=first.members & second.members,
    )


def _lengths(cases: Sequence[CaseRecord]) -> Iterator[Slice]:
    lengths = [np.nan if case.input is None else len(_text(case.input)) for case in cases]
    for members, low, high in _quarters(np.array(lengths, np.float64)):
        span = f"input of {low:.0f} to {high:.0f} characters"
        yield Slice(name=span, words=f"with an {span}", members=members)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value)


def _difficulties(
    cases: Sequence[CaseRecord], difficulty: Mapping[str, float] | None
) -> Iterator[Slice]:
    levels = [(difficulty or {}).get(case.id, np.nan) for case in cases]
    for members, low, high in _quarters(np.array(levels, np.float64)):
        span = f"difficulty {low:.3g} to {high:.3g}"
        yield Slice(name=span, words=f"of {span} in earlier runs", members=members)


def _quarters(values: NDArray[np.float64]) -> Iterator[tuple[Members, float, float]]:
    """Bins of about equal size with smallest and largest value; equal values stay together."""
    known = values[np.isfinite(values)]
    if known.size < _BINS * SUPPORT:
        return
    inner = np.quantile(known, np.arange(1, _BINS) / _BINS)
    edges = np.unique(np.concatenate([[-np.inf], inner, [np.inf]]))
    for low, high in pairwise(edges):
        members = (values > low) & (values <= high)
        if members.any():
            yield members, float(values[members].min()), float(values[members].max())
