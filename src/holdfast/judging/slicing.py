"""Slicing: what the slices of the compared cases say of the gated metrics.

A slice regressed (improved) where two things say so: its adjusted p-value, and its own interval,
which lies wholly below (above) zero. The interval allows for rare large changes that so few cases
need not show, as the bounds of every metric do; the flips of what was drawn cannot know of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.aligned import Ground
from holdfast.comparing.part import Part, measure_part
from holdfast.comparing.slices import Slice
from holdfast.comparison import Delta
from holdfast.judging.families import Family
from holdfast.judging.finding import SliceFinding
from holdfast.judging.slice_sentences import explain_slice
from holdfast.policy import Policy
from holdfast.stats.sliced import SlicedEvidence

__all__ = ["lost_in_slices", "slice_findings"]

_FOUND = 20
_UNCONFIRMED = 3
_ALONE = -1.645
"""Standardised change that would count as a loss at 5 % if its slice were the only one."""

_DIGITS = 5
"""Decimals of a statistic that mean anything in single precision."""

_Place = tuple[int, int]
"""Number of a slice, and of a metric that is looked at in slices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What was searched; each slice is measured when it is asked for."""

    evidence: SlicedEvidence
    ground: Ground
    policies: tuple[Policy, ...]
    deltas: tuple[Delta, ...]
    rows: tuple[NDArray[np.int64], ...]
    """Row of the ground of each case that a metric was measured on."""
    measured: dict[_Place, Part] = field(default_factory=dict[_Place, Part])

    def part(self, place: _Place) -> Part:
        """The change of a metric on the cases of a slice."""
        if place not in self.measured:
            members = self.ground.slices[place[0]].members[self.rows[place[1]]]
            self.measured[place] = measure_part(self.deltas[place[1]], members)
        return self.measured[place]

    def lost(self, place: _Place) -> bool:
        alpha = self.policies[place[1]].alpha
        return bool(self.evidence.worse[place] <= alpha) and self.part(place).high < 0.0

    def gained(self, place: _Place) -> bool:
        alpha = self.policies[place[1]].alpha
        return bool(self.evidence.better[place] <= alpha) and self.part(place).low > 0.0

    def tolerated(self, place: _Place) -> bool:
        """Whether a loss is smaller than the metric's margin with confidence."""
        return self.part(place).low > -(self.policies[place[1]].margin or 0.0)

    @property
    def flagged(self) -> NDArray[np.bool_]:
        """What the adjusted p-values find, shape (slices, metrics)."""
        alphas = np.array([policy.alpha for policy in self.policies])
        return (self.evidence.worse <= alphas) | (self.evidence.better <= alphas)


def slice_findings(
    family: Family,
    ground: Ground,
    policies: Sequence[Policy],
    deltas: Mapping[str, Delta],
    *,
    blocking: bool,
) -> tuple[SliceFinding, ...]:
    """The slices that were found and the top three that were not confirmed.

    Those that differ most from the other cases stand first. A pair of tags is left out where one
    of its tags alone says as much. Where slices block, every one is looked at; else the twenty
    first.
    """
    look = _search(family, ground, policies, deltas)
    if look is None:
        return ()
    evidence, flagged = look.evidence, look.flagged
    # Both say which way a slice moved: by how much beyond chance, and beyond the other cases.
    moved = np.abs(evidence.statistics)
    apart = np.sign(evidence.statistics) * evidence.contrasts
    doubted: set[_Place] = set()

    def holds(place: _Place) -> bool:
        found = look.lost(place) or look.gained(place)
        if not found:
            doubted.add(place)
        return found

    most = flagged.size if blocking else _FOUND
    places = _strongest(flagged, (apart, moved), ground.slices, holds=holds, most=most)
    alone = evidence.statistics < _ALONE
    doubtful = _strongest(
        alone,
        (moved, apart),
        ground.slices,
        holds=lambda place: place in doubted or not flagged[place],
        most=_UNCONFIRMED,
    )
    return tuple(_finding(look, place, blocking=blocking) for place in (*places, *doubtful))


def lost_in_slices(
    family: Family, ground: Ground, policies: Sequence[Policy], deltas: Mapping[str, Delta]
) -> frozenset[str]:
    """The metrics that lost in a slice, by more than their margin tolerates."""
    look = _search(family, ground, policies, deltas)
    if look is None:
        return frozenset()
    lost: set[str] = set()
    for place in _places(look.flagged):
        label = family.metrics[place[1]]
        if label not in lost and look.lost(place) and not look.tolerated(place):
            lost.add(label)
    return frozenset(lost)


def _search(
    family: Family, ground: Ground, policies: Sequence[Policy], deltas: Mapping[str, Delta]
) -> _Search | None:
    if family.evidence is None:
        return None
    rules = {policy.metric: policy for policy in policies}
    own = tuple(deltas[label] for label in family.metrics)
    numbers = {pair.case.id: row for row, pair in enumerate(ground.cases)}
    return _Search(
        evidence=family.evidence,
        ground=ground,
        policies=tuple(rules[label] for label in family.metrics),
        deltas=own,
        rows=tuple(
            np.array([numbers[key] for key in delta.paired.cases] if delta.paired else [], np.int64)
            for delta in own
        ),
    )


def _places(kept: NDArray[np.bool_]) -> list[_Place]:
    return [(int(row), int(column)) for row, column in np.argwhere(kept)]


def _strongest(
    kept: NDArray[np.bool_],
    strengths: tuple[NDArray[np.float64], NDArray[np.float64]],
    slices: Sequence[Slice],
    *,
    holds: Callable[[_Place], bool],
    most: int,
) -> list[_Place]:
    """The first places that are kept and hold, the largest first strength first.

    A pair of tags is redundant where one of its tags holds and is stronger in both ways. Where two
    are equally strong, the rest of the larger one did not change: the smaller one stands first.
    """
    rows = {one.name: row for row, one in enumerate(slices)}
    sizes = [int(one.members.sum()) for one in slices]
    first, second = (np.round(strength, _DIGITS) for strength in strengths)

    def rank(place: _Place) -> tuple[float, int, float, _Place]:
        return (-first[place], sizes[place[0]], -second[place], place)

    chosen: list[_Place] = []
    held: set[_Place] = set()
    for place in sorted(_places(kept), key=rank):
        if len(chosen) == most:
            break
        if not holds(place):
            continue
        held.add(place)
        parents = [(rows[name], place[1]) for name in slices[place[0]].parents if name in rows]
        # A parent that was met before is stronger in the first way.
        if not any(parent in held and second[parent] >= second[place] for parent in parents):
            chosen.append(place)
    return chosen


def _finding(look: _Search, place: _Place, *, blocking: bool) -> SliceFinding:
    policy, delta = look.policies[place[1]], look.deltas[place[1]]
    evidence, part, one = look.evidence, look.part(place), look.ground.slices[place[0]]
    fell = evidence.statistics[place] < 0
    contrast = evidence.worse_than_rest if fell else evidence.better_than_rest
    lost = look.lost(place)
    tolerated = lost and look.tolerated(place)
    others = delta.pairs - part.cases
    rest = delta.estimate * delta.pairs - part.middle * part.cases
    finding = SliceFinding(
        metric=policy.metric,
        name=one.name,
        words=one.words,
        state="regressed" if lost else "improved" if look.gained(place) else "unconfirmed",
        why="",
        cases=part.cases,
        low=part.low,
        estimate=part.middle,
        high=part.high,
        others=rest / others if others else 0.0,
        p_value=float((evidence.worse if fell else evidence.better)[place]),
        p_contrast=float(contrast[place]),
        searched=len(look.ground.slices),
        tolerated=tolerated,
        blocks=blocking and lost and not tolerated,
    )
    return replace(finding, why=explain_slice(finding, delta, policy))
