"""Slots: whether the evidence puts another number or name where the claim puts its own."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeVar

from holdfast.verifying.evidence import Sentence
from holdfast.verifying.links import Links
from holdfast.verifying.names import Name
from holdfast.verifying.quantities import Quantity
from holdfast.verifying.sameness import same

__all__ = ["Clash", "Clashes", "name_clashes", "quantity_clashes"]

_BONUS = 0.05
"""What the same value has in advance, so that a tie is no clash."""
_CLEAR = 0.1
_REACH = 5.0
"""Words after which surroundings count a third."""
_SIDED_REACH = 3.0
_SPREAD = 6.0
"""Words further away in the evidence than in the claim after which a match counts a third."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A value of the claim whose surroundings the evidence gives to another value."""

    said: str
    found: str
    margin: float
    """How much better the surroundings fit the other value, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clashes:
    """Clashes of one kind of value."""

    near: tuple[Clash, ...]
    """By the words around a value, on whatever side they stand."""
    sided: tuple[Clash, ...]
    """By words that stand on the same side of it in both."""

    @property
    def clear(self) -> tuple[Clash, ...]:
        """Those worth telling, one for each value of the claim."""
        told = {one.said: one for one in self.sided if one.margin > _CLEAR}
        return tuple((told | {one.said: one for one in self.near}).values())

    @property
    def margin(self) -> float:
        """Margin of the clearest clash by all words around; 0 where there is none."""
        return max((one.margin for one in self.near), default=0.0)

    @property
    def sided_margin(self) -> float:
        """The same by words on one side."""
        return max((one.margin for one in self.sided), default=0.0)


class _Value(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def place(self) -> int: ...
    @property
    def end(self) -> int: ...


Value = TypeVar("Value", bound=_Value)
_Spots = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """A word of the claim near one of its values that something in the evidence stands for."""

    offset: int
    weight: float
    sided_weight: float
    credit: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """Content words of the claim beside a value, seen from one of its ends."""

    matched: tuple[_Neighbour, ...]
    total: float
    """Weight of all of them, and of those that nothing stands for."""
    sided_total: float


def quantity_clashes(links: Links) -> Clashes:
    """Numbers, years, months and weekdays that stand in another's place."""
    found = [one.quantities for one in links.sentences]
    return _clashes(links, links.claim.quantities, found, rival=_is_other_quantity)


def name_clashes(links: Links) -> Clashes:
    """Names that stand in another's place."""
    found = [one.names for one in links.sentences]
    return _clashes(links, links.claim.names, found, rival=_is_other_name)


def _is_other_quantity(claimed: Quantity, found: Quantity) -> bool | None:
    """True for a rival, False for the same value, None for what cannot be compared."""
    if same(claimed, found):
        return False
    counted = claimed.kind == "ordinal" or not (claimed.weak or found.weak)
    return True if counted and claimed.kind == found.kind else None


def _is_other_name(claimed: Name, found: Name) -> bool | None:
    if set(claimed.stems) & set(found.stems):
        return False
    return True if claimed.sure and found.sure else None


def _clashes(
    links: Links,
    claimed: Sequence[Value],
    found: Sequence[Sequence[Value]],
    *,
    rival: Callable[[Value, Value], bool | None],
) -> Clashes:
    places = [_spots(one) for one in links.sentences] if claimed else []
    near, sided = list[Clash](), list[Clash]()
    for ours in claimed:
        ends = [_around(links, ours, at) for at in (ours.place, ours.end - 1)]
        fits = [
            (verdict, theirs.text, _fits(ends, theirs, spots))
            for spots, values in zip(places, found, strict=True)
            for theirs in values
            if (verdict := rival(ours, theirs)) is not None
        ]
        for side, clashes in enumerate((near, sided)):
            own = max((fit[side] + _BONUS for other, _, fit in fits if not other), default=0.0)
            best = max(((fit[side], text) for other, text, fit in fits if other), default=(0.0, ""))
            if best[0] > own:
                clashes.append(Clash(said=ours.text, found=best[1], margin=best[0] - own))
    return Clashes(near=tuple(near), sided=tuple(sided))


def _spots(sentence: Sentence) -> _Spots:
    spots: dict[str, list[int]] = {}
    for index, word in enumerate(sentence.words):
        if word.content:
            spots.setdefault(word.stem, []).append(index)
    return spots


def _around(links: Links, value: _Value, at: int) -> _Surroundings:
    matched = list[_Neighbour]()
    total = sided_total = 0.0
    for index, word in enumerate(links.claim.words):
        if not word.content or value.place <= index < value.end:
            continue
        weight, away, credit = links.weights[word.stem], abs(index - at), links.credit[word.stem]
        near, sided = weight * _fading(away, _REACH), weight * _fading(away, _SIDED_REACH)
        total, sided_total = total + near, sided_total + sided
        if credit:
            matched.append(_Neighbour(index - at, near, sided, credit))
    return _Surroundings(tuple(matched), total, sided_total)


@lru_cache(maxsize=4096)
def _fading(away: int, reach: float) -> float:
    return math.exp(-away / reach)


def _fits(ends: Sequence[_Surroundings], value: _Value, spots: _Spots) -> tuple[float, float]:
    """How well the words around a value of the claim match those around one of the evidence."""
    first = _fit(ends[0], value.place, spots)
    last = _fit(ends[1], value.end - 1, spots)
    return max(first[0], last[0]), max(first[1], last[1])


def _nearest(spots: Sequence[int], at: int) -> Sequence[int]:
    """The places next to one on both sides of it: those further away fit no better."""
    if len(spots) < 3:
        return [spot for spot in spots if spot != at]
    behind, before = bisect_right(spots, at), bisect_left(spots, at)
    return [*spots[max(0, before - 1) : before], *spots[behind : behind + 1]]


def _fit(around: _Surroundings, at: int, spots: _Spots) -> tuple[float, float]:
    near = sided = 0.0
    for one in around.matched:
        best, best_sided, away = 0.0, 0.0, abs(one.offset)
        for stem, credit in one.credit.items():
            for spot in _nearest(spots.get(stem, ()), at):
                further = abs(spot - at) - away
                fit = credit * _fading(further, _SPREAD) if further > 0 else credit
                if fit > best:
                    best = fit
                if fit > best_sided and (spot > at) == (one.offset > 0):
                    best_sided = fit
        near += one.weight * best
        sided += one.sided_weight * best_sided
    total, sided_total = around.total, around.sided_total
    return (near / total if total else 0.0, sided / sided_total if sided_total else 0.0)
