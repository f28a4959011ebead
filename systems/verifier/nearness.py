"""Nearness: words of texts that stand near another in meaning, and yet mean something else."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from holdfast.verifying.meanings import read_meanings
from holdfast.verifying.words import stem, tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Nearness"]

_LOWEST, _HIGHEST = 0.30, 0.52
"""Cosine between words of a kind: what is nearer may be a synonym."""
_MOST = 12
_ENDINGS = ("ing", "ed", "ly", "s")
_LEAST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """Words with their vectors."""

    words: Sequence[str]
    vectors: "NDArray[np.float32]" = field(repr=False)

    @classmethod
    def over(cls, texts: Iterable[Sequence[str]]) -> "Nearness":
        """The words with content that occur in texts, written small."""
        meanings = read_meanings()
        found = {
            word.text: None
            for text in texts
            for sentence in text
            for word in tokens(sentence)
            if word.content and len(word.text) >= _LEAST and word.text.islower()
        }
        words = sorted(word for word in found if stem(word) in meanings.rows)
        rows = [meanings.rows[stem(word)] for word in words]
        return cls(words=words, vectors=meanings.vectors[rows])

    def other(self, word: str, dice: Random) -> str | None:
        """A word with the same ending, near in meaning; None where there is none."""
        meanings = read_meanings()
        row = meanings.rows.get(stem(word))
        if row is None:
            return None
        cosines = self.vectors @ meanings.vectors[row]
        ranked = [int(at) for at in (-cosines).argsort()[:400]]
        fitting = [
            self.words[at]
            for at in ranked
            if _LOWEST < cosines[at] < _HIGHEST and _ending(self.words[at]) == _ending(word)
        ]
        return dice.choice(fitting[:_MOST]) if fitting else None

    def exchange(self, text: str, dice: Random) -> str | None:
        """A text with one word exchanged for one that is near; None where no word can be."""
        words = [
            one.text
            for one in tokens(text)
            if one.content and len(one.text) >= _LEAST and one.text.islower()
        ]
        for word in dice.sample(words, len(words)):
            if new := self.other(word, dice):
                return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", new, text, count=1)
        return None


def _ending(word: str) -> str:
    return next((one for one in _ENDINGS if word.endswith(one)), "")
