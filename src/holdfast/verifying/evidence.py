"""Evidence: texts made ready once, so that many claims can be held against them."""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, takewhile

from holdfast.verifying.marks import without_marks
from holdfast.verifying.names import Name, names
from holdfast.verifying.polarity import Negation, negations
from holdfast.verifying.quantities import Quantity, is_quantity, quantities
from holdfast.verifying.words import Token, related, token, tokens, written

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
    """Sentences without labels such as `(meta data) TITLE:` and without citations."""
    places: Mapping[str, int] = field(repr=False)
    """The sentences that hold a stem with content, as bits: bit 2 stands for sentence 2."""
    stems: Sequence[str] = field(repr=False)
    """These stems in their order."""
    words: Mapping[str, int] = field(repr=False)
    """The sentences that hold a word, as written; bits too."""

    def weight(self, stem: str) -> float:
        """How much a stem tells: the rarer in this evidence, the more."""
        found = self.places.get(stem, 0).bit_count()
        return math.log(1 + (len(self.texts) + 1) / (found + 0.5))

    def holding(self, stem: str) -> Iterator[int]:
        """Numbers of the sentences that hold a stem with content, in their order."""
        return _numbers(self.places.get(stem, 0))

    def counterpart(self, stem: str) -> str | None:
        """The stem itself, or one of the evidence with the same root; None where there is none."""
        if stem in self.places:
            return stem
        begin = stem[:5]
        first = bisect_left(self.stems, begin)
        alike = takewhile(lambda other: other.startswith(begin), islice(self.stems, first, None))
        near = [other for other in alike if related(stem, other)]
        return min(near, key=lambda other: (abs(len(other) - len(stem)), other), default=None)

    def quantities(self) -> Iterator[Quantity]:
        """Quantities of all sentences."""
        begun = 0
        for word, places in self.words.items():
            if is_quantity(word):
                begun |= places
        for number in _numbers(begun):
            yield from quantities(tokens(self.texts[number]))

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

    A line such as `(meta data) TITLE: About us [2]` counts without its label and its citation.
    """
    return _prepare(tuple(texts))


@lru_cache(maxsize=256)
def _prepare(texts: tuple[str, ...]) -> Evidence:
    bare = tuple(_without_label(text) for text in texts)
    words: dict[str, int] = {}
    for number, text in enumerate(bare):
        bit = 1 << number
        for word in written(text):
            words[word] = words.get(word, 0) | bit
    places: dict[str, int] = {}
    for word, here in words.items():
        read = token(word)
        if read.content:
            places[read.stem] = places.get(read.stem, 0) | here
    return Evidence(texts=bare, places=places, stems=sorted(places), words=words)


def _numbers(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _without_label(text: str) -> str:
    found = _LABEL.match(text)
    return without_marks(text[found.end() :] if found else text)


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
