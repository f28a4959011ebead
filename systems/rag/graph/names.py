"""Names: the people, products, places and codes that a text mentions, read by rule."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["NAMES_VERSION", "Names"]

NAMES_VERSION = "1"
"""Raised whenever the same texts give other names."""

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+|\|")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_CODE = re.compile(r"[A-Z]+-\d[\w-]*")
_NUMBER = re.compile(r"\d+[A-Z]?")
_POSSESSIVE = re.compile(r"['’]s\b")
_CALENDAR = re.compile(
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
)
_LONGEST = 4
"""Words of the longest name that is looked for in a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Which words are names, as the texts of a corpus tell by their capitals.

    A word is a name where it is written with a capital within a sentence and nowhere without one,
    or where it holds a digit, as codes do. Names that stand side by side are one name, and so are
    ordinary words with a capital beside them: North Hall, Pomfrey Hollow. A word that is part of
    one longer name alone stands for that one: Saoirse is Saoirse Kettlewell, but Larder is not
    Larder G2 where there is a Larder G3 as well.
    """

    words: frozenset[str]
    """Words that are names by themselves, in lower case."""
    whole: Mapping[str, str] = field(default_factory=dict[str, str])
    """The longer name that a word alone stands for."""
    known: frozenset[str] = frozenset()
    """Every name that the texts hold, in lower case."""

    @classmethod
    def learn(cls, texts: Iterable[str]) -> "Names":
        """The names of these texts."""
        kept = tuple(texts)
        small: set[str] = set()
        large: set[str] = set()
        for sentence in _sentences(kept):
            for at, word in enumerate(_WORD.findall(sentence)):
                if word[0].islower():
                    small.add(word)
                elif at and _is_capital(word):
                    large.add(word.lower())
        words = frozenset(large - small)
        runs = frozenset().union(*(cls(words=words).read(text) for text in kept))
        longer: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(runs):
            for word in name.split() if " " in name else ():
                longer[word].append(name)
        whole = {word: names[0] for word, names in longer.items() if len(names) == 1}
        known = frozenset(whole.get(name, name) for name in runs)
        return cls(words=words, whole=whole, known=known)

    def read(self, text: str) -> frozenset[str]:
        """Names that are written in a text."""
        found: set[str] = set()
        for sentence in _sentences([text]):
            for run in _runs(sentence):
                name = self._name_of(run)
                found.add(self.whole.get(name, name))
        return frozenset(found - {""})

    def find(self, question: str) -> frozenset[str]:
        """Known names that a question or title spells, with capitals or without."""
        words = [word.lower() for word in _WORD.findall(_POSSESSIVE.sub("", question))]
        spelled = (
            " ".join(words[start : start + count])
            for count in range(1, _LONGEST + 1)
            for start in range(len(words) - count + 1)
        )
        return self.known.intersection(self.whole.get(name, name) for name in spelled)

    def _name_of(self, run: list[tuple[int, str]]) -> str:
        """The name that words with capitals make; empty where they make none."""
        # The capital of the first word of a sentence says nothing.
        if run[0][0] == 0 and not self._is_name(run[0][1]):
            run = run[1:]
        words = [word for _, word in run]
        if len(words) == 1 and not self._is_name(words[0]):
            return ""
        return " ".join(words).lower()

    def _is_name(self, word: str) -> bool:
        return word.lower() in self.words or (word[0].isupper() and any(map(str.isdigit, word)))


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _SENTENCE.split(_POSSESSIVE.sub("", text))


def _is_capital(word: str) -> bool:
    return word[0].isupper() and len(word) > 1 and not _CALENDAR.fullmatch(word.lower())


def _runs(sentence: str) -> Iterator[list[tuple[int, str]]]:
    """Words with capitals that stand side by side, each with its place in the sentence."""
    run: list[tuple[int, str]] = []
    end = 0
    for at, match in enumerate(_WORD.finditer(sentence)):
        word = match.group()
        goes_on = bool(run) and not sentence[end : match.start()].strip()
        joins = goes_on and not _CODE.fullmatch(word) and not _CODE.fullmatch(run[-1][1])
        fits = _is_capital(word) or (joins and _NUMBER.fullmatch(word) is not None)
        if run and not (fits and joins):
            yield run
            run = []
        if fits:
            run.append((at, word))
        end = match.end()
    if run:
        yield run
