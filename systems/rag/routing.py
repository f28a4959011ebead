"""Routing: the sources that a question is about are searched, and the others left alone."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from holdfast.digest import Json, digest_json
from holdfast.errors import UsageError
from holdfast.system import Passage, Response, Spec
from systems.once import Once
from systems.rag.corpus import Corpus, Section
from systems.rag.logistic import Logistic, read_logistic
from systems.rag.retrieval.encoder import Encoder, encoding_once
from systems.rag.retrieval.hybrid import Hybrid
from systems.rag.retrieval.retriever import Retriever

__all__ = ["Route", "Routed", "Router", "Shelf"]

_CODE = re.compile(r"\b[A-Z]+-\d[\w-]*")
_TYPED_CODE = re.compile(_CODE.pattern, re.IGNORECASE)
WEIGHTS = Path(__file__).parent / "routing.safetensors"
"""Weights that were fitted on the sentences of the handbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The sections of one source, as retrievers search them."""

    corpus: Corpus
    source: str

    @property
    def texts(self) -> tuple[Section, ...]:
        return tuple(part for part in self.corpus.sections if part.front["source"] == self.source)

    @property
    def digest(self) -> str:
        return digest_json([self.corpus.digest, self.source])

    def check(self) -> None:
        """As `Corpus.check`."""
        self.corpus.check()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where to search for a question."""

    sources: tuple[str, ...]
    chances: Mapping[str, float]
    """How likely the question is about each source."""
    unsure: bool
    """No source is likely enough, so all are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """A logistic regression on the embedding of a question, with a set of sources as its answer.

    The set holds every source whose chance reaches `least`, a threshold of split conformal
    prediction (Vovk and others 2005; Sadinle, Lei and Wasserman 2019): on questions like those that
    it was chosen on, all the sources that a question needs are asked as often as was demanded. A
    code that the question spells adds the sources that hold it, which no embedding knows.
    """

    corpus: Corpus
    encoder: Encoder
    least: float
    """Chance from which a source is asked."""
    sure: float
    """Chance that the likeliest source must reach, or all sources are asked; so must `least`."""
    weights: Path = WEIGHTS
    _model: Once[Logistic] = field(
        default_factory=Once[Logistic], init=False, repr=False, compare=False
    )
    _codes: Once[Mapping[str, frozenset[str]]] = field(
        default_factory=Once[Mapping[str, frozenset[str]]], init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        return Spec(
            name="router",
            version="2",
            params={"least": self.least, "sure": self.sure},
            artifacts={
                "corpus": self.corpus.digest,
                "encoder": self.encoder.spec.digest,
                "weights": self.model.digest,
            },
        )

    @property
    def model(self) -> Logistic:
        """The fitted weights.

        Raises:
            UsageError: they know other sources than the corpus has.
        """
        return self._model.get(self._read)

    def __call__(self, question: str, /) -> Route:
        likely = self.model(self.encoder([question]))[0]
        chances = {
            source: round(float(chance), 6)
            for source, chance in zip(self.model.classes, likely, strict=True)
        }
        spelled = self._codes.get(self._read_codes)
        # Who searches hardly ever types the capitals of a code.
        typed = {code.upper() for code in _TYPED_CODE.findall(question)}
        named = {source for code in typed for source in spelled.get(code, ())}
        unsure = max(chances.values()) < max(self.sure, self.least) and not named
        asked = (
            source
            for source, chance in chances.items()
            if unsure or source in named or chance >= self.least
        )
        return Route(sources=tuple(asked), chances=chances, unsure=unsure)

    def _read(self) -> Logistic:
        model = read_logistic(self.weights)
        sources = {section.front.get("source", "") for section in self.corpus.sections}
        if set(model.classes) != sources:
            raise UsageError(
                f"the router knows the sources {', '.join(model.classes)}, the corpus has "
                f"{', '.join(sorted(sources))}; run python -m systems.rag.fitting"
            )
        return model

    def _read_codes(self) -> Mapping[str, frozenset[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for section in self.corpus.sections:
            for code in _CODE.findall(section.searchable):
                found[code.upper()].add(section.front["source"])
        return {code: frozenset(sources) for code, sources in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A hybrid over the sources that a router chooses; over everything where it is unsure.

    Each source has retrievers of its own. Rankings of one kind are merged by score, and the kinds
    fused as the hybrid over everything fuses them. `data` tells the sources, and how many of the
    documents were searched.
    """

    router: Router
    everything: Hybrid
    shelves: Mapping[str, tuple[Retriever, ...]]
    """By source: retrievers of the same kinds as those of `everything`, in their order."""

    @property
    def spec(self) -> Spec:
        router, everything = self.router.spec, self.everything.spec
        artifacts = {"router": router.digest, "everything": everything.digest}
        for source, retrievers in self.shelves.items():
            artifacts[source] = digest_json([retriever.spec.digest for retriever in retrievers])
        return Spec(name="routed", params=router.params, artifacts=artifacts)

    def __call__(self, question: str, /) -> Response:
        with encoding_once():
            route = self.router(question)
            found = self._search(question, route)
        documents = self._documents()
        told: dict[str, Json] = {
            "sources": list(route.sources),
            "unsure": route.unsure,
            "chances": dict(route.chances),
            "documents": sum(documents[source] for source in route.sources),
            "of": sum(documents.values()),
        }
        return replace(found, data=told)

    def _search(self, question: str, route: Route) -> Response:
        if len(route.sources) == len(self.shelves):
            return self.everything(question)
        kinds = zip(*(self.shelves[source] for source in route.sources), strict=True)
        merged = tuple(_Merged(retrievers=tuple(kind)) for kind in kinds)
        return replace(self.everything, retrievers=merged)(question)

    def _documents(self) -> Mapping[str, int]:
        """Number of documents in each source."""
        held: defaultdict[str, set[str]] = defaultdict(set)
        for section in self.router.corpus.sections:
            held[section.front["source"]].add(section.front["id"])
        return {source: len(documents) for source, documents in held.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Merged:
    """Retrievers of one kind over several shelves, whose scores can be compared."""

    retrievers: tuple[Retriever, ...]

    @property
    def spec(self) -> Spec:
        specs = [retriever.spec for retriever in self.retrievers]
        return Spec(
            name="merged", artifacts={str(at): spec.digest for at, spec in enumerate(specs)}
        )

    def __call__(self, question: str, /) -> Response:
        passages: list[Passage] = []
        for retriever in self.retrievers:
            passages.extend(retriever(question).passages)
        passages.sort(key=lambda passage: (passage.score or 0.0, passage.id), reverse=True)
        return Response(passages=tuple(passages))
