"""Mixture: lessons of every skill, in the shares in which they are learned."""

import random
from collections.abc import Callable, Iterator

from systems.models.training.chance import Chance
from systems.models.training.extraction import extraction
from systems.models.training.lesson import Lesson
from systems.models.training.passages import passages
from systems.models.training.rewriting import rewriting
from systems.models.training.tone import tone
from systems.models.training.tool_use import tool_use

__all__ = ["SHARES", "lessons"]

SHARES: dict[Callable[[Chance], Lesson], float] = {
    extraction: 0.30,
    passages: 0.34,
    tool_use: 0.27,
    rewriting: 0.05,
    tone: 0.04,
}
"""Share of the lessons of each skill."""

RAMP = 40_000
"""Lessons over which their size grows."""


def lessons(
    *, seed: int, start: int = 0, reserved: frozenset[str] = frozenset()
) -> Iterator[Lesson]:
    """Lessons without end; lesson n is the same whatever came before, so training can go on."""
    skills, shares = list(SHARES), list(SHARES.values())
    at = start
    while True:
        source = random.Random(f"{seed}-{at}")
        skill = source.choices(skills, shares)[0]
        size = min(1.0, 0.1 + at / RAMP)
        yield skill(Chance(random=source, reserved=reserved, size=size))
        at += 1
