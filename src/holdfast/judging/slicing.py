"""Slicing: what the slices of the compared cases say of the gated metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.aligned import Ground
from holdfast.comparing.part import estimate_part
from holdfast.comparing.slices import Slice
from holdfast.comparison import Delta
from holdfast.judging.families import Family
from holdfast.judging.finding import SliceFinding
from holdfast.judging.slice_sentences import explain_slice
from holdfast.policy import Policy
from holdfast.stats.sliced import SlicedEvidence

__all__ = ["slice_findings"]

_FOUND = 20
_UNCONFIRMED = 3
_ALONE = -1.645
"""Standardised change that would count as a loss at 5 % if its slice were the only one."""

_DIGITS = 5
"""Decimals of a statistic that mean anything in single precision."""

_Place = tuple[int, int]


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
    evidence = family.evidence
    if evidence is None:
        return ()
    rules = {policy.metric: policy for policy in policies}
    alphas = np.array([rules[label].alpha for label in family.metrics])
    found = (evidence.worse <= alphas) | (evidence.better <= alphas)
    # Both say which way a slice moved: by how much beyond chance, and beyond the other cases.
    moved = np.abs(evidence.statistics)
    apart = np.sign(evidence.statistics) * evidence.contrasts
    places = _strongest(found, (apart, moved), ground.slices)
    alone = evidence.statistics < _ALONE
    doubtful = _strongest(alone & ~found, (moved, apart), ground.slices)[:_UNCONFIRMED]
    chosen = [*(places if blocking else places[:_FOUND]), *doubtful]
    return tuple(
        _finding(
            evidence,
            place,
            ground,
            policy=rules[family.metrics[place[1]]],
            delta=deltas[family.metrics[place[1]]],
            blocking=blocking,
        )
        for place in chosen
    )


def _strongest(
    kept: NDArray[np.bool_],
    strengths: tuple[NDArray[np.float64], NDArray[np.float64]],
    slices: Sequence[Slice],
) -> list[_Place]:
    """Places of the kept slices, the largest first strength first, without redundant pairs of tags.

    A pair is redundant where one of its tags is kept and is stronger in both ways. Where two are
    equally strong, the rest of the larger one did not change: the smaller one stands first.
    """
    rows = {one.name: row for row, one in enumerate(slices)}
    sizes = [int(one.members.sum()) for one in slices]
    first, second = (np.round(strength, _DIGITS) for strength in strengths)

    def rank(place: _Place) -> tuple[float, int, float, _Place]:
        return (-first[place], sizes[place[0]], -second[place], place)

    chosen: list[_Place] = []
    for row, column in sorted(((int(r), int(c)) for r, c in np.argwhere(kept)), key=rank):
        parents = [rows[name] for name in slices[row].parents if name in rows]
        if not any(
            kept[parent, column]
            and first[parent, column] > first[row, column]
            and second[parent, column] >= second[row, column]
            for parent in parents
        ):
            chosen.append((row, column))
    return chosen


def _finding(
    evidence: SlicedEvidence,
    place: _Place,
    ground: Ground,
    *,
    policy: Policy,
    delta: Delta,
    blocking: bool,
) -> SliceFinding:
    one = ground.slices[place[0]]
    inside = [pair for pair, member in zip(ground.cases, one.members, strict=True) if member]
    scored = [pair for pair in inside if None not in pair.scores[policy.metric]]
    estimate = estimate_part(delta, scored)
    worse, better = float(evidence.worse[place]), float(evidence.better[place])
    fell = evidence.statistics[place] < 0
    contrast = evidence.worse_than_rest if fell else evidence.better_than_rest
    lost = fell and worse <= policy.alpha
    tolerated = bool(lost and estimate.low > -(policy.margin or 0.0))
    others = delta.pairs - len(scored)
    rest = delta.estimate * delta.pairs - estimate.middle * len(scored)
    finding = SliceFinding(
        metric=policy.metric,
        name=one.name,
        words=one.words,
        state="regressed" if lost else "improved" if better <= policy.alpha else "unconfirmed",
        why="",
        cases=len(scored),
        low=estimate.low,
        estimate=estimate.middle,
        high=estimate.high,
        others=rest / others if others else 0.0,
        p_value=worse if fell else better,
        p_contrast=float(contrast[place]),
        searched=len(ground.slices),
        tolerated=tolerated,
        blocks=blocking and lost and not tolerated,
    )
    return replace(finding, why=explain_slice(finding, delta, policy))
