"""Mixture: lessons of every skill, in the shares in which they are learned."""

import random
from collections.abc import Callable, Iterator

from systems.models.training.chance import USUAL, Chance
from systems.models.training.extraction import extraction
from systems.models.training.lesson import Lesson
from systems.models.training.passages import passages
from systems.models.training.recall import recall
from systems.models.training.renaming import renamed
from systems.models.training.rewriting import rewriting
from systems.models.training.tone import tone
from systems.models.training.tool_use import tool_use

__all__ = ["SHARES", "lessons"]

SHARES: dict[Callable[[Chance], Lesson], float] = {
    recall: 0.16,
    extraction: 0.27,
    passages: 0.28,
    tool_use: 0.24,
    rewriting: 0.03,
    tone: 0.02,
}
"""Share of the lessons of each skill, beside plain looking-up that comes on top."""

RAMP = 30_000
"""Lessons over which their size grows."""

SIZES = (0.4, USUAL, USUAL, USUAL, 1.0)
"""Sizes of the lessons after that."""


def lessons(
    *,
    seed: int,
    start: int = 0,
    stride: int = 1,
    reserved: frozenset[str] = frozenset(),
    words: tuple[str, ...] = (),
) -> Iterator[Lesson]:
    """Lessons without end; lesson n is the same whatever came before, so training can go on.

    Args:
        seed: seed of all choices.
        start: number of the first lesson.
        stride: from one lesson to the next, where several processes share them.
        reserved: names in lower case that are never made.
        words: pieces of which words are made that take the place of others; none changes nothing.
    """
    skills, shares = list(SHARES), list(SHARES.values())
    at = start
    while True:
        source = random.Random(f"{seed}-{at}")
        size = min(source.choice(SIZES), 0.1 + at / RAMP)
        # What is looked up plainly comes often at first, and still in small lessons later.
        skill = recall if source.random() < 0.5 * (1 - size) else source.choices(skills, shares)[0]
        chance = Chance(random=source, reserved=reserved, size=size, words=words)
        yield renamed(chance, skill(chance))
        at += stride
