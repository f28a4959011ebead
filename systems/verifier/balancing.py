"""Balancing: drills of which the coverage of words tells nothing, so that a model must read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from holdfast.verifying.evidence import prepare
from holdfast.verifying.findings import examine
from holdfast.verifying.meanings import read_meanings
from holdfast.verifying.sentences import split
from systems.verifier.drills import Drill
from systems.verifier.neighbours import Neighbours

__all__ = ["balanced", "coverage", "distracted"]

_BINS = 8
_MOST_TIMES = 3
"""How often a drill may come at most."""
_SOME = 60
"""Sentences among which a distractor is chosen."""
_WIDEST = 5
"""Sentences of a window with distractors."""


def coverage(drill: Drill) -> float:
    """Share of a claim's content that the sentences of its evidence cover, 0 to 1."""
    parts = [one for text in drill.lesson.evidence for one in split(text)]
    found = examine(drill.lesson.claim, prepare(parts), meanings=read_meanings())
    return found.signals["few_sentences"]


def balanced(drills: Iterable[Drill], dice: Random) -> Iterator[Drill]:
    """Drills drawn so that claims covered alike are about as often supported as not."""
    bins: dict[int, tuple[list[Drill], list[Drill]]] = {}
    for one in drills:
        sides = bins.setdefault(int(coverage(one) * _BINS), ([], []))
        sides[one.lesson.label == "supported"].append(one)
    for _, sides in sorted(bins.items()):
        few, many = sorted(map(len, sides))
        room = max(2 * few, int((few * many) ** 0.5))
        for side in sides:
            yield from _drawn(side, room, dice)


def _drawn(side: Sequence[Drill], room: int, dice: Random) -> Iterator[Drill]:
    if len(side) >= room:
        yield from dice.sample(side, room)
        return
    yield from side
    for _ in range(min(room, _MOST_TIMES * len(side)) - len(side)):
        yield dice.choice(side)


def distracted(drills: Sequence[Drill], dice: Random) -> Iterator[Drill]:
    """The drills; to the windows of one in two of them, sentences of others are added.

    Half of those are the nearest among some, as what a long text has beside the right sentences is
    about the same things.
    """
    # As few are read as are chosen: by the table of words alone, which is quick.
    near = Neighbours(words=0, most=2, read=2)
    pool = sorted({one for drill in drills for one in drill.window})
    for drill in drills:
        window = list(drill.window)
        if dice.random() < 0.5:
            count = min(dice.choice((1, 1, 2)), _WIDEST - len(window))
            window += _foreign(drill, count, pool=pool, dice=dice, near=near)
        yield replace(drill, window=tuple(window))


def _foreign(
    drill: Drill, count: int, *, pool: Sequence[str], dice: Random, near: Neighbours
) -> Sequence[str]:
    own = {part for text in drill.lesson.evidence for part in split(text)}
    some = [one for one in dice.sample(pool, min(_SOME, len(pool))) if one not in own]
    if dice.random() < 0.5:
        (some,) = near([drill.lesson.claim], some, known=[()])
    return some[: max(0, count)]
