"""Rewriting: a question in the words that its documents may use."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from holdfast.digest import Json
from holdfast.prompts import Prompt, PromptFolder
from holdfast.system import Spec, Usage
from systems.models.chat import ChatModel, Message, Request
from systems.once import Once
from systems.rag.corpus import Corpus
from systems.rag.retrieval.retriever import Retriever
from systems.rag.retrieval.terms import TERMS_VERSION, read_terms

__all__ = ["Asked", "Feedback", "Phrasing", "Rewriter", "read_prompt"]

_PROMPTS = PromptFolder(Path(__file__).resolve().parents[1] / "prompts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """A question in other words, and what it took."""

    text: str
    usage: Usage = field(default_factory=Usage)


class Rewriter(Protocol):
    """Puts a question into other words."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, question: str, /) -> Phrasing: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Asks a chat model for a search query, and appends it to the question.

    The question stays, as in Query2doc (Wang, Yang and Wei 2023): what a model leaves out by
    mistake is still searched for, and what it keeps weighs more.
    """

    model: ChatModel
    prompt: Prompt
    max_tokens: int = 32
    """Largest number of new tokens."""

    @property
    def spec(self) -> Spec:
        model = self.model.spec
        return Spec(
            name="asked",
            params={"model": model.label, "prompt": f"v{self.prompt.version}"},
            artifacts={"model": model.digest},
            texts=self.prompt.texts,
        )

    def __call__(self, question: str, /) -> Phrasing:
        turns = self.prompt.render({"question": question})
        completion = self.model.complete(
            Request(
                messages=tuple(Message(role=turn.role, content=turn.content) for turn in turns),
                max_tokens=self.max_tokens,
            )
        )
        query = " ".join(completion.text.split())
        return Phrasing(text=f"{question} {query}".strip(), usage=completion.usage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Appends the words that stand out in the first passages of a retriever.

    Pseudo-relevance feedback: a word counts by its share of a passage, by the passage's rank and by
    how rare it is in the corpus, a plain form of RM3 (Abdul-Jaleel and others 2004). Passages that
    were found by meaning bring words that the question lacks.
    """

    corpus: Corpus
    retriever: Retriever
    passages: int = 3
    words: int = 5
    """Number of words that are appended."""
    _rarity: Once[Mapping[str, float]] = field(
        default_factory=Once[Mapping[str, float]], init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        retriever = self.retriever.spec
        params: dict[str, Json] = {"passages": self.passages, "words": self.words}
        return Spec(
            name="feedback",
            params={"retriever": retriever.name, **params},
            version=f"1-terms-{TERMS_VERSION}",
            artifacts={"corpus": self.corpus.digest, "retriever": retriever.digest},
        )

    def __call__(self, question: str, /) -> Phrasing:
        rarity = self._rarity.get(self._count)
        weights: defaultdict[str, float] = defaultdict(float)
        written: dict[str, str] = {}
        found = self.retriever(question).passages[: self.passages]
        for rank, passage in enumerate(found, start=1):
            words = _terms_of(self.corpus.section(passage.id).searchable)
            total = sum(words.values())
            for (term, word), count in words.items():
                weights[term] += count / total / rank * rarity[term]
                written.setdefault(term, word)
        best = sorted(weights, key=lambda term: (-round(weights[term], 9), term))[: self.words]
        return Phrasing(text=" ".join([question, *(written[term] for term in best)]))

    def _count(self) -> Mapping[str, float]:
        """Logarithm of how rare each term is."""
        sections = self.corpus.sections
        held = Counter(
            term
            for section in sections
            for term in {term for term, _ in _terms_of(section.searchable)}
        )
        return {term: math.log(1 + len(sections) / count) for term, count in held.items()}


def _terms_of(text: str) -> Counter[tuple[str, str]]:
    """Terms of a text, each with the word that it was made of."""
    return Counter(
        (term, word.strip(".,;:!?()\"'“”")) for word in text.split() for term in read_terms(word)
    )


def read_prompt(name: str, version: int | None = None) -> Prompt:
    """One version of a prompt for searching; None is the live one.

    Raises:
        UsageError: there is no such version, or none is live.
    """
    return _PROMPTS.read(name, version=version)
