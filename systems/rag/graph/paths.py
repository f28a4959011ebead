"""Paths: how a walk came to a passage, as evidence for a reader."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from holdfast.digest import Json
from systems.rag.graph.knowledge import Node
from systems.rag.graph.walk import Walk

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["lead"]


def lead(
    walk: Walk,
    passage: str,
    *,
    shares: "NDArray[Any]",
    likeness: Mapping[Node, float],
    home: Mapping[Node, float],
) -> dict[str, Json]:
    """The most travelled way to a passage: `{"from": start, "by": name or document}`.

    `by` is the neighbour over which most of the walk came, and `from` the start that sent most of
    the walk there: a passage, or the name itself where the question spells it.
    """
    pull = walk.drawn(likeness)
    flow = shares / (walk.weights @ pull)
    goal = walk.places["section", passage]
    by = _busiest(walk, goal, flow=flow)
    node = walk.nodes[by]
    if node in home:
        return {"from": node[1], "by": node[1]}
    near = [other for other in _neighbours(walk, by) if walk.nodes[other] in home and other != goal]
    if not near:
        return {"from": walk.nodes[_busiest(walk, by, flow=flow)][1], "by": node[1]}
    best = max(near, key=lambda other: (flow[other] * walk.weights[by, other], walk.nodes[other]))
    return {"from": walk.nodes[best][1], "by": node[1]}


def _neighbours(walk: Walk, place: int) -> list[int]:
    start, stop = walk.weights.indptr[place], walk.weights.indptr[place + 1]
    return [int(other) for other in walk.weights.indices[start:stop]]


def _busiest(walk: Walk, place: int, *, flow: "NDArray[Any]") -> int:
    """The neighbour from which most of the walk comes to a place."""
    return max(
        _neighbours(walk, place),
        key=lambda other: (flow[other] * walk.weights[place, other], walk.nodes[other]),
    )
