"""Self-reflective retrieval: search, look at the result, and search again where it is doubtful."""

import operator
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypedDict

from holdfast.digest import Json
from holdfast.errors import MissingExtra
from holdfast.system import Passage, Response, Span, Spec, Usage
from systems.once import Once
from systems.rag.multi_query import added, fused
from systems.rag.reflection.confidence import FIRST, Confidence
from systems.rag.retrieval.encoder import encoding_once
from systems.rag.retrieval.retriever import Retriever
from systems.rag.rewriting import Phrasing, Rewriter

__all__ = ["Attempt", "Reflective"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How a further round searches."""

    retriever: Retriever
    below: float
    """Confidence of the round before from which this one is not made."""
    rewriter: Rewriter | None = None
    """Puts the question into other words; None searches for it as it was asked."""
    weight: float = 1.0
    """What a rank of this round counts beside one of the first."""
    afresh: bool = False
    """Its ranking takes the place of those before it, where it finds anything: for a retriever that
    has looked at all that the ones before it did, and closer."""

    @property
    def spec(self) -> Spec:
        parts = [self.retriever.spec, *([self.rewriter.spec] if self.rewriter else [])]
        return Spec(
            name=" of ".join(spec.name for spec in parts),
            params={"below": self.below, "weight": self.weight, "afresh": self.afresh},
            artifacts={spec.name: spec.digest for spec in parts},
            texts={name: text for spec in parts for name, text in spec.texts.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One search, and how sure it is."""

    query: str
    response: Response
    confidence: float


class _State(TypedDict):
    """What goes through the graph; rounds, spans and usages grow."""

    question: str
    query: str
    response: Response
    """What the search of this round found."""
    began: float
    rounds: Annotated[list[_Round], operator.add]
    spans: Annotated[list[Span], operator.add]
    usages: Annotated[list[Usage], operator.add]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflective:
    """Retrieves, and where the confidence is low tries again in another way.

    A LangGraph graph of three nodes: retrieve, assess, rewrite. There is one round more than there
    are further attempts at most. Rankings of the rounds are fused, so that a bad rewriting cannot
    lose what was found before it; an attempt that begins `afresh` takes the place of the rounds
    before it. `data` tells the query, the confidence and the first passages of every round, and
    each step has a span.
    """

    retriever: Retriever
    """That of the first round."""
    confidence: Confidence
    attempts: tuple[Attempt, ...]
    """Those of the second round, the third, and so on."""
    k: int = 60
    """As in `Hybrid`."""
    depth: int = 20
    """Number of passages returned at most."""
    # LangGraph's compiled graph has types that say little here.
    _graph: Once[Any] = field(default_factory=Once[Any], init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        retriever = self.retriever.spec
        attempts = [attempt.spec for attempt in self.attempts]
        params: dict[str, Json] = {
            "retriever": retriever.name,
            "attempts": "+".join(spec.label for spec in attempts),
            "k": self.k,
            "depth": self.depth,
        }
        digests = {f"{at}-{spec.name}": spec.digest for at, spec in enumerate(attempts, start=1)}
        return Spec(
            name="self-reflective",
            params=params,
            artifacts={
                f"retriever-{retriever.name}": retriever.digest,
                "confidence": self.confidence.spec.digest,
                **digests,
            },
            texts={name: text for spec in attempts for name, text in spec.texts.items()},
        )

    def __call__(self, question: str, /) -> Response:
        began = time.perf_counter()
        start = {"question": question, "query": question, "began": began}
        # Three nodes in each round, and one step more before the limit is an error.
        limit = 3 * (len(self.attempts) + 1) + 1
        graph = self._graph.get(self._build)
        # Every round is assessed by the question as it was asked.
        with encoding_once():
            done = graph.invoke(start, {"recursion_limit": limit})
        rounds: list[_Round] = done["rounds"]
        return Response(
            passages=self._passages([each.response for each in rounds]),
            abstained=all(each.response.abstained for each in rounds),
            data={"rounds": [_told(each) for each in rounds]},
            spans=tuple(done["spans"]),
            usage=added(done["usages"]),
        )

    def _passages(self, found: Sequence[Response]) -> tuple[Passage, ...]:
        """What the rounds found together."""
        kept, weights = [found[0]], [1.0]
        for response, attempt in zip(found[1:], self.attempts, strict=False):
            if attempt.afresh and response.passages:
                kept, weights = [], []
            kept.append(response)
            weights.append(attempt.weight)
        if len(kept) == 1:
            return kept[0].passages
        return fused(kept, weights=weights, k=self.k, depth=self.depth).passages

    def _build(self) -> Any:
        try:
            from langgraph.graph import END, START, StateGraph
        except ImportError as error:
            raise MissingExtra("self-reflective retrieval needs: pip install langgraph") from error
        graph = StateGraph(_State)
        graph.add_node("retrieve", self._retrieve)
        graph.add_node("assess", self._assess)
        graph.add_node("rewrite", self._rewrite)
        graph.add_edge(START, "retrieve")
        graph.add_edge("retrieve", "assess")
        graph.add_conditional_edges("assess", self._next, {"rewrite": "rewrite", "end": END})
        graph.add_edge("rewrite", "retrieve")
        return graph.compile()

    def _retrieve(self, state: _State) -> dict[str, Any]:
        start = time.perf_counter()
        number = len(state["rounds"])
        retriever = self.attempts[number - 1].retriever if number else self.retriever
        response = retriever(state["query"])
        return {"response": response, "spans": [_span("retrieve", start, state)]}

    def _assess(self, state: _State) -> dict[str, Any]:
        start = time.perf_counter()
        response = state["response"]
        sure = self.confidence(state["question"], response.passages)
        done = _Round(query=state["query"], response=response, confidence=sure)
        return {"rounds": [done], "spans": [_span("assess", start, state)]}

    def _rewrite(self, state: _State) -> dict[str, Any]:
        start = time.perf_counter()
        rewriter = self.attempts[len(state["rounds"]) - 1].rewriter
        phrasing = Phrasing(text=state["question"])
        if rewriter is not None:
            phrasing = rewriter(state["question"])
        return {
            "query": phrasing.text,
            "usages": [phrasing.usage],
            "spans": [_span("rewrite", start, state)],
        }

    def _next(self, state: _State) -> Literal["rewrite", "end"]:
        rounds = state["rounds"]
        if len(rounds) > len(self.attempts):
            return "end"
        return "rewrite" if rounds[-1].confidence < self.attempts[len(rounds) - 1].below else "end"


def _span(step: str, start: float, state: _State) -> Span:
    """One step of a round; a rewriting belongs to the round that it is made for."""
    number = len(state["rounds"]) + 1
    seconds = time.perf_counter() - start
    return Span(name=f"{step} {number}", start=start - state["began"], seconds=seconds)


def _told(done: _Round) -> dict[str, Json]:
    return {
        "query": done.query,
        "confidence": done.confidence,
        "passages": [passage.id for passage in done.response.passages[:FIRST]],
    }
