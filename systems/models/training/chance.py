"""Chance: a seeded source of choices that keeps what is learned apart from what is asked later."""

import random
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from zlib import crc32

__all__ = ["USUAL", "Chance"]

Item = TypeVar("Item")

USUAL = 0.6
"""Size of the texts that are measured: one to four keys, one to six passages, one to four tools."""

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

    def pattern(self, patterns: Sequence[Item], more: Sequence[Item] = ()) -> Item:
        """One of this side's patterns, or in lessons one of `more`, which nothing measures.

        A list of less than six is shared by both sides.
        """
        return self.one(more if self._learns(more) else self.side(patterns))

    def _learns(self, more: Sequence[Item]) -> bool:
        """Whether to take one of those that are never measured: two times in three, in lessons."""
        return bool(more and self.words) and not self.held_out and self.maybe(0.65)

    def early(self, patterns: Sequence[Item], first: int, more: Sequence[Item] = ()) -> Item:
        """One of this side's patterns, as `pattern`; of the first few only, while texts are small."""
        if self.size > 0.5 and self._learns(more):
            return self.one(more)
        known = self.side(patterns)
        return self.one(known[: max(first, round(len(known) * (2 * self.size - 0.2)))])

    def several(self, patterns: Sequence[Item], more: Sequence[Item] = ()) -> Sequence[Item]:
        """All patterns of this side, or a dozen of `more`."""
        return self.some(more, 12) if self._learns(more) else self.side(patterns)

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
