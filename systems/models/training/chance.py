"""Chance: a seeded source of choices that keeps what is learned apart from what is asked later."""

import random
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zlib import crc32

from systems.models.training.phrases import Phrases

__all__ = ["NO_PHRASES", "USUAL", "Chance"]

Item = TypeVar("Item")

USUAL = 0.6
"""Size of the texts that are measured: one to four keys, one to six passages, one to four tools."""

NO_PHRASES: Phrases[Any] = Phrases()

_PLAIN = re.compile(r"(?<![{\w'])[A-Za-z]+(?![\w}'])")
"""A word of a pattern that is no place to fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """Choices for one text.

    Entities are set aside by a checksum of their name and patterns by their place in a list: the
    last sixth is used for measuring alone, so that what is measured was never learned.
    """

    random: random.Random
    held_out: bool = False
    """Draw from what is set aside for measuring, and not from what is learned."""
    reserved: frozenset[str] = field(default_factory=frozenset[str], repr=False)
    """Names in lower case that are never made: those of the data sets."""

    size: float = 1.0
    """How large texts are, 0 to 1: the first lessons are short, because what is near is found
    first."""

    words: tuple[str, ...] = field(default=(), repr=False)
    """Pieces from which words are made that no text holds: the tokens of letters."""

    @property
    def free(self) -> bool:
        """Whether another wording may take the place of a pattern: half of the time in lessons."""
        return bool(self.words) and not self.held_out and self.random.random() < 0.5

    def word(self, *, taken: Collection[str] = ()) -> str:
        """A word of one to three pieces that is neither taken nor a name of a data set."""
        while True:
            first, *rest = (self.one(self.words) for _ in range(self.one((1, 1, 1, 2, 2, 3))))
            made = first + "".join(rest).lower()
            if len(made) > 2 and made.lower() not in taken and self.allows(made):
                return made

    def worn(self, pattern: str) -> str:
        """The pattern, mostly with some of its words exchanged or nearly all, in lessons.

        What a text tells stands in the places to fill; around them may be words that were never
        seen, so the model must learn to do without them.
        """
        if not self.words or self.held_out or self.maybe(0.35):
            return pattern
        share = self.one((0.15, 0.3, 0.5, 0.9))
        return _PLAIN.sub(
            lambda found: self.word().lower() if self.maybe(share) else found[0], pattern
        )

    def upto(self, low: int, high: int) -> int:
        """An integer of the closed range, the upper end of which grows with the size."""
        return self.between(low, low + round((high - low) * self.size))

    def one(self, items: Sequence[Item]) -> Item:
        """Any of the items."""
        return items[self.random.randrange(len(items))]

    def pattern(self, patterns: Sequence[Item], more: Phrases[Item] = NO_PHRASES) -> Item:
        """One of this side's patterns or phrases: two times in three a phrase, in lessons.

        A list of less than six patterns is shared by both sides.
        """
        return self.one(self._pool(patterns, more))

    def early(self, patterns: Sequence[Item], first: int, more: Phrases[Item] = NO_PHRASES) -> Item:
        """As `pattern`, but of the first few alone while texts are small."""
        known = self._pool(patterns, more if self.size > 0.5 else NO_PHRASES)
        return self.one(known[: max(first, round(len(known) * (2 * self.size - 0.2)))])

    def several(self, patterns: Sequence[Item], more: Phrases[Item] = NO_PHRASES) -> Sequence[Item]:
        """Up to five different ones, as `pattern`."""
        return self.some(self._pool(patterns, more), 5)

    def _pool(self, patterns: Sequence[Item], more: Phrases[Item]) -> Sequence[Item]:
        if self.held_out:
            return (*self.side(patterns), *more.measured)
        if not patterns or (self.words and more.learned and self.maybe(0.65)):
            return more.learned
        return self.side(patterns)

    def side(self, patterns: Sequence[Item]) -> Sequence[Item]:
        """The patterns of this side: the last sixth where it is held out, else the others."""
        aside = len(patterns) // 6
        if not aside:
            return patterns
        return patterns[-aside:] if self.held_out else patterns[:-aside]

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """Several different items in any order."""
        return self.random.sample(list(items), min(count, len(items)))

    def maybe(self, share: float) -> bool:
        """True in this share of the calls."""
        return self.random.random() < share

    def between(self, low: int, high: int) -> int:
        """An integer of the closed range."""
        return self.random.randint(low, high)

    def allows(self, name: str) -> bool:
        """Whether the name is of this side and in no data set."""
        plain = name.lower()
        return (crc32(plain.encode()) % 8 == 0) == self.held_out and plain not in self.reserved
