"""Graph search: passages that the names in the first ones lead to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.digest import Json
from holdfast.system import Response, Spec
from systems.once import Once
from systems.rag.graph.knowledge import Knowledge, Node
from systems.rag.graph.paths import lead
from systems.rag.graph.walk import Walk
from systems.rag.retrieval.retriever import Retriever
from systems.rag.retrieval.shortlist import respond

__all__ = ["GraphSearch"]

_NAMES_SHARE = 0.3
"""Share of the walk's starts at names of the question; the rest is at the first passages."""
_UNLIKE = 0.01
"""Least likeness of a passage, so that one of opposite meaning can still be walked over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSearch:
    """Fuses a ranking with a walk from its best passages over the names that they hold.

    A question that needs two documents often shares its words with one of them; the name of the
    person, product or contract in that one leads to the other. The walk starts at the best passages
    and at the names that the question spells, and prefers passages that are like the question; what
    it comes to is ranked by how often it comes there, and by the square of that likeness.
    `data` tells, for each passage that the walk brought, the passage or name that it came from, and
    the name between them.
    """

    knowledge: Knowledge
    start: Retriever
    """Finds the passages to start at."""
    likeness: Retriever
    """Scores every passage by its likeness to the question, up to 1."""
    starts: int = 3
    """Number of passages to start at; one at rank r weighs 1 / r."""
    weight: float = 0.5
    """What a rank of the walk counts beside a rank of `start`."""
    restart: float = 0.5
    """Chance of going back to the start at each step."""
    k: int = 60
    """As in `Hybrid`."""
    pool: int = 20
    """Number of passages of the walk that count."""
    depth: int = 20
    """Number of passages returned at most."""
    _walk: Once[Walk] = field(default_factory=Once[Walk], init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        start, likeness = self.start.spec, self.likeness.spec
        params: dict[str, Json] = {
            "start": start.name,
            "starts": self.starts,
            "weight": self.weight,
            "restart": self.restart,
            "k": self.k,
            "pool": self.pool,
            "depth": self.depth,
        }
        return Spec(
            name="graph",
            params=params,
            artifacts={
                "knowledge": self.knowledge.digest,
                f"start-{start.name}": start.digest,
                f"likeness-{likeness.name}": likeness.digest,
            },
        )

    def __call__(self, question: str, /) -> Response:
        first = self.start(question)
        if first.abstained or not first.passages:
            return first
        walk = self._walk.get(self._make_walk)
        home = self._home(question, first, walk)
        likeness = {
            ("section", passage.id): max(_UNLIKE, passage.score or 0.0)
            for passage in self.likeness(question).passages
        }
        shares = walk(home, likeness)
        walked = respond(
            (
                (
                    node[1],
                    1000
                    * likeness.get(node, _UNLIKE) ** 2
                    # What restarts put on a start is no finding of the walk.
                    * (shares[at] - self.restart * home.get(node, 0.0)),
                )
                for at, node in enumerate(walk.nodes)
                if node[0] == "section"
            ),
            depth=self.pool,
        )
        fused = self._fused(first, walked)
        kept = {passage.id for passage in fused.passages}
        evidence: dict[str, Json] = {
            passage.id: lead(walk, passage.id, shares=shares, likeness=likeness, home=home)
            for passage in walked.passages
            if passage.id in kept
        }
        named: list[Json] = sorted(name for kind, name in home if kind == "name")
        return Response(passages=fused.passages, data={"names": named, "evidence": evidence})

    def _make_walk(self) -> Walk:
        return Walk.over(self.knowledge.graph, restart=self.restart)

    def _home(self, question: str, first: Response, walk: Walk) -> Mapping[Node, float]:
        """Where the walk starts, with shares that add up to 1."""
        nodes = [("name", name) for name in sorted(self.knowledge.names.find(question))]
        rare = {node: float(walk.pull[walk.places[node]]) for node in nodes}
        ranked = {
            ("section", passage.id): 1 / rank
            for rank, passage in enumerate(first.passages[: self.starts], start=1)
        }
        share = _NAMES_SHARE if rare else 0.0
        return {
            **{node: (1 - share) * value / sum(ranked.values()) for node, value in ranked.items()},
            **{node: share * value / sum(rare.values()) for node, value in rare.items()},
        }

    def _fused(self, first: Response, walked: Response) -> Response:
        scores: dict[str, float] = {}
        for passages, weight in ((first.passages, 1.0), (walked.passages, self.weight)):
            for rank, passage in enumerate(passages, start=1):
                scores[passage.id] = scores.get(passage.id, 0.0) + weight / (self.k + rank)
        return respond(scores.items(), depth=self.depth)
