"""Graph search: passages that the names in the first ones lead to."""

from dataclasses import dataclass, field

from holdfast.digest import Json
from holdfast.system import Response, Spec
from systems.once import Once
from systems.rag.graph.bridges import Bridges
from systems.rag.graph.knowledge import Knowledge
from systems.rag.retrieval.retriever import Retriever
from systems.rag.retrieval.shortlist import respond
from systems.rag.retrieval.terms import TERMS_VERSION

__all__ = ["GraphSearch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSearch:
    """Adds to the scores of a ranking the strength of the bridges from its best passages.

    A question that needs two documents often shares its words with one of them; the name of the
    person, product or contract in that one leads to the other. `data` tells the names that the
    question spells and, for each returned passage that a bridge leads to, where it begins and the
    name that it goes over.
    """

    knowledge: Knowledge
    start: Retriever
    """Scores passages, up to 1; only what it returns or a bridge leads to can be found."""
    starts: int = 5
    """Number of passages that bridges begin at."""
    weight: float = 0.6
    """What the strength of a bridge counts beside a score."""
    depth: int = 20
    """Number of passages returned at most."""
    _bridges: Once[Bridges] = field(
        default_factory=Once[Bridges], init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        start = self.start.spec
        params: dict[str, Json] = {
            "start": start.name,
            "starts": self.starts,
            "weight": self.weight,
            "depth": self.depth,
        }
        return Spec(
            name="graph",
            params=params,
            version=f"2-terms-{TERMS_VERSION}",
            artifacts={"knowledge": self.knowledge.digest, f"start-{start.name}": start.digest},
        )

    def __call__(self, question: str, /) -> Response:
        first = self.start(question)
        if first.abstained or not first.passages:
            return first
        bridges = self._bridges.get(lambda: Bridges(knowledge=self.knowledge))
        best = [passage.id for passage in first.passages[: self.starts]]
        led = bridges(question, best)
        scores = {passage.id: passage.score or 0.0 for passage in first.passages}
        for name, bridge in led.items():
            scores[name] = scores.get(name, 0.0) + self.weight * bridge.strength
        found = respond(scores.items(), depth=self.depth)
        evidence: dict[str, Json] = {
            passage.id: {"from": led[passage.id].start, "by": led[passage.id].name}
            for passage in found.passages
            if passage.id in led
        }
        spelled: list[Json] = sorted(self.knowledge.names.find(question))
        return Response(passages=found.passages, data={"names": spelled, "evidence": evidence})
