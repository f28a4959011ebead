"""Evidence: texts made ready once, so that many claims can be held against them."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from holdfast.verifying.names import Name, names
from holdfast.verifying.polarity import Negation, negations
from holdfast.verifying.quantities import Quantity, quantities
from holdfast.verifying.words import Token, related, tokens

__all__ = ["Evidence", "Sentence", "prepare", "read_sentence"]

_LABEL = re.compile(r"^\(meta ?data\)\s*[A-Z_ ]*:?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence with all that is compared."""

    words: tuple[Token, ...]
    stems: frozenset[str]
    """Stems of all its words."""
    content: frozenset[str]
    """Stems of the words that carry content."""
    quantities: tuple[Quantity, ...]
    names: tuple[Name, ...]
    negations: tuple[Negation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Sentences of evidence with the places of every stem in them."""

    texts: tuple[str, ...]
    """Sentences without labels such as `(meta data) TITLE:`."""
    places: Mapping[str, Sequence[int]] = field(repr=False)
    """Numbers of the sentences that hold a stem."""
    beginnings: Mapping[str, Sequence[str]] = field(repr=False)
    """Stems by their first five letters."""

    def weight(self, stem: str) -> float:
        """How much a stem tells: the rarer in this evidence, the more."""
        found = len(self.places.get(stem, ()))
        return math.log(1 + (len(self.texts) + 1) / (found + 0.5))

    def counterpart(self, stem: str) -> str | None:
        """The stem itself, or one of the evidence with the same root; None where there is none."""
        if stem in self.places:
            return stem
        near = [other for other in self.beginnings.get(stem[:5], ()) if related(stem, other)]
        return min(near, key=lambda other: (abs(len(other) - len(stem)), other), default=None)

    def quantities(self) -> Iterator[Quantity]:
        """Quantities of all sentences."""
        for text in self.texts:
            yield from quantities(tokens(text))

    def initials(self) -> set[str]:
        """Initial letters of the names of two words and more, such as BBC, folded."""
        return {
            "".join(stem[0] for stem in name.stems)
            for text in self.texts
            for name in names(tokens(text))
            if len(name.stems) > 1
        }


def prepare(texts: Sequence[str]) -> Evidence:
    """Evidence from its sentences; those of the last few hundred calls are remembered.

    A line such as `(meta data) TITLE: About us` counts without its label.
    """
    return _prepare(tuple(texts))


@lru_cache(maxsize=256)
def _prepare(texts: tuple[str, ...]) -> Evidence:
    bare = tuple(_LABEL.sub("", text) for text in texts)
    places: dict[str, list[int]] = {}
    for number, text in enumerate(bare):
        for stem in {word.stem for word in tokens(text) if word.content}:
            places.setdefault(stem, []).append(number)
    beginnings: dict[str, list[str]] = {}
    for stem in places:
        if len(stem) >= 5:
            beginnings.setdefault(stem[:5], []).append(stem)
    return Evidence(texts=bare, places=places, beginnings=beginnings)


@lru_cache(maxsize=8192)
def read_sentence(text: str) -> Sentence:
    """A sentence with its words, quantities, names and negations."""
    words = tokens(text)
    return Sentence(
        words=words,
        stems=frozenset(one.stem for one in words),
        content=frozenset(one.stem for one in words if one.content),
        quantities=quantities(words),
        names=names(words),
        negations=negations(words),
    )
