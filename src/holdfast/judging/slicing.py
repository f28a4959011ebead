"""Slicing: what the slices of the compared cases say of the gated metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

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

_Place = tuple[int, int]


def slice_findings(
    family: Family,
    ground: Ground,
    policies: Sequence[Policy],
    deltas: Mapping[str, Delta],
    *,
    blocking: bool,
) -> tuple[SliceFinding, ...]:
    """The slices that were found, strongest first, and the top three that were not confirmed.

    A pair of tags is left out where one of its tags alone says more. Where slices block, every one
    is looked at; else the twenty strongest.
    """
    evidence = family.evidence
    if evidence is None:
        return ()
    rules = {policy.metric: policy for policy in policies}
    alphas = np.array([rules[label].alpha for label in family.metrics])
    found = (evidence.worse <= alphas) | (evidence.better <= alphas)
    places = _strongest(evidence, found, ground.slices)
    alone = evidence.statistics < _ALONE
    doubtful = _strongest(evidence, alone & ~found, ground.slices)[:_UNCONFIRMED]
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
    evidence: SlicedEvidence,
    kept: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]",
    slices: Sequence[Slice],
) -> list[_Place]:
    """Places of the kept slices, the largest statistic first, without redundant pairs of tags."""
    rows = {one.name: row for row, one in enumerate(slices)}
    size = np.abs(evidence.statistics)
    places = [(int(row), int(column)) for row, column in np.argwhere(kept)]
    chosen: list[_Place] = []
    for row, column in sorted(places, key=lambda place: (-size[place], place)):
        parents = [rows[name] for name in slices[row].parents if name in rows]
        if not any(
            kept[parent, column] and size[parent, column] >= size[row, column] for parent in parents
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
