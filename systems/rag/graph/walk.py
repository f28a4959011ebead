"""Walk: personalised PageRank over a graph of sections and names."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from systems.rag.graph.knowledge import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Walk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Walks over a graph from the nodes of a question, going back to them now and then.

    Page, Brin, Motwani and Winograd (1999) with the personal restart of Haveliwala (2002), used
    for passages as HippoRAG does (Gutiérrez and others 2024). Rare names draw more than frequent
    ones, by the logarithm of how few nodes they touch.
    """

    nodes: tuple[Node, ...]
    places: Mapping[Node, int]
    weights: Any
    """Sparse symmetric matrix of the edges; scipy comes without types here."""
    pull: "NDArray[Any]"
    """How strongly each node draws, before the question is known."""
    restart: float
    """Chance of going back to the question's nodes at each step."""
    steps: int

    @classmethod
    def over(cls, graph: Any, *, restart: float = 0.5, steps: int = 30) -> "Walk":
        """A walk over a networkx graph with `weight` on its edges."""
        import networkx
        import numpy as np

        nodes = tuple(sorted(graph.nodes))
        count = sum(kind == "section" for kind, _ in nodes)
        pull = [
            math.log(1 + count / graph.degree(node)) if node[0] == "name" else 1.0 for node in nodes
        ]
        return cls(
            nodes=nodes,
            places={node: at for at, node in enumerate(nodes)},
            weights=networkx.to_scipy_sparse_array(graph, nodelist=nodes, format="csr"),
            pull=np.asarray(pull),
            restart=restart,
            steps=steps,
        )

    def __call__(
        self, start: Mapping[Node, float], likeness: Mapping[Node, float], /
    ) -> "NDArray[Any]":
        """How often the walk is at each node, in the order of `nodes`; the shares add up to 1.

        Args:
            start: nodes of the question with their shares.
            likeness: how strongly nodes draw for this question, 1 where nothing is said.
        """
        import numpy as np

        home = np.zeros(len(self.nodes))
        for node, share in start.items():
            home[self.places[node]] = share
        home /= home.sum()
        pull = self.drawn(likeness)
        leaving = self.weights @ pull
        at = home
        for _ in range(self.steps):
            at = self.restart * home + (1 - self.restart) * (self.weights @ (at / leaving)) * pull
        return at

    def drawn(self, likeness: Mapping[Node, float]) -> "NDArray[Any]":
        """How strongly each node draws for a question."""
        pull = self.pull.copy()
        for node, strength in likeness.items():
            pull[self.places[node]] *= strength
        return pull
