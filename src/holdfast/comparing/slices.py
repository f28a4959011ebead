"""Slices: the groups of cases in which a change is looked for, built from what is declared.

A slice is never built from a score of the two runs that are compared: cases that passed in the
baseline can only fall, and would look like a loss when nothing changed.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from string import digits

import numpy as np
from numpy.typing import NDArray

from holdfast.digest import Json, canonical
from holdfast.record import CaseRecord

__all__ = ["SUPPORT", "Slice", "slices_of"]

SUPPORT = 20
"""Fewest independent units (clusters, or cases where none are declared) of a slice."""
_BINS = 4
_MOST = 240
_COVERED = 0.8
"""Share of the cases that families of ids must hold to be more than chance."""
_SEPARATORS = " _-./:[]()"
"""What sets the number at the end of an id off."""

Members = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """A group of cases."""

    name: str
    """Such as `lang:de`, `id parallel_multiple`, `input of 12 to 80 characters`."""
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

    Tags come first, then families of ids, then quarters by length of the input and by difficulty,
    then pairs of tags, the largest first where there are more than `most`. Where two hold the same
    cases, the first one stands for both.

    A family of ids is a folder (`math/algebra/` of `math/algebra/17`) or what stands before the
    number at the end (`live_simple` of `live_simple_3-0-1`). Folders of one depth, and names before
    numbers, are slices where at least two of them have support and those that have it hold four
    fifths of the cases: hashes, dates and plain numbers never do.

    Args:
        cases: What both runs share.
        units: Number of the resampling unit of each case, shape (cases,).
        difficulty: A number for each case, by id, from runs before the two that are compared.
        most: Largest number of slices.
    """
    tags = _tags(cases, units)
    found: list[Slice] = []
    seen: set[bytes] = set()
    given = (_ids(cases, units), _lengths(cases), _difficulties(cases, difficulty))
    for group in (tags, *given, _pairs(tags)):
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
    return [
        Slice(name=tag, words=f"tagged {tag}", members=members)
        for tag, members in _supported(rows, units)
    ]


def _supported(
    rows: Mapping[str, Sequence[int]], units: NDArray[np.int64]
) -> list[tuple[str, Members]]:
    """The groups of rows with support, the largest first."""
    found: list[tuple[str, Members]] = []
    for name in sorted(rows):
        if len(rows[name]) >= SUPPORT:
            members = np.zeros(units.size, np.bool_)
            members[rows[name]] = True
            if _support(members, units) >= SUPPORT:
                found.append((name, members))
    return sorted(found, key=lambda one: -int(one[1].sum()))


def _ids(cases: Sequence[CaseRecord], units: NDArray[np.int64]) -> Iterator[Slice]:
    """Folders, level by level, then names before numbers."""
    ids = [case.id for case in cases]
    in_order = sorted(ids)
    depths = sorted(key.count("/") for key in ids)
    # What lies deeper than four fifths of the cases cannot hold as many.
    deepest = depths[-ceil(_COVERED * len(ids))] if ids else 0
    for depth in range(1, deepest + 1):
        for folder, members in _families([_folder(key, depth) for key in ids], units):
            words = f"whose id begins with {folder}"
            yield Slice(name=f"id {folder}", words=words, members=members)
    for name, members in _families([_before_number(key) for key in ids], units):
        alike = bisect_left(in_order, name + "\U0010ffff") - bisect_left(in_order, name)
        own = alike == members.sum()
        words = f"whose id begins with {name}" if own else f"whose id without its number is {name}"
        yield Slice(name=f"id {name}", words=words, members=members)


def _families(names: Sequence[str], units: NDArray[np.int64]) -> list[tuple[str, Members]]:
    """The families with support, the largest first; none where most cases belong to no such one.

    Args:
        names: The family of each case, empty where it has none.
        units: Number of the resampling unit of each case, shape (cases,).
    """
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        if name:
            rows.setdefault(name, []).append(row)
    found = _supported(rows, units)
    held = sum(int(members.sum()) for _, members in found)
    return found if len(found) > 1 and held >= _COVERED * units.size else []


def _folder(key: str, depth: int) -> str:
    parts = key.split("/", depth)
    return "/".join([*parts[:-1], ""]) if len(parts) > depth else ""


def _before_number(key: str) -> str:
    """The id without the numbers at its end and what sets them off; empty where none are there.

    Digits that belong to a word stay, as in `aime24-7`, unless no others are there, as in `q7`.
    """
    rest = key.rstrip(_SEPARATORS)
    found = ""
    while (head := rest.rstrip(digits)) != rest:
        bare = head.rstrip(_SEPARATORS)
        if bare == head and found:
            break
        found = rest = bare
    return found if any(map(str.isalpha, found)) else ""


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
