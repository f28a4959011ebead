"""Curriculum: the lessons from which the adapter learns, and those held out to choose by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from holdfast.verifying.sentences import split
from systems.verifier.balancing import balanced
from systems.verifier.drills import Drill, drills
from systems.verifier.groups import about_groups, read_groups, written_lessons
from systems.verifier.lesson import Lesson
from systems.verifier.neighbours import Neighbours
from systems.verifier.retelling import over_texts, own_texts
from systems.verifier.telling import about_events

__all__ = ["held_out", "learned"]

_TENTH = 10
"""Every tenth text is held out."""
_FIRST = 5
"""Sentences from the start of a passage that are the window of a third of its drills."""
_SCENES = 90
"""Events told for drills by rule; with as many over texts they are what is mixed in."""


def learned(*, seed: int, rules: int, near: Neighbours, share: float = 1.0) -> Sequence[Drill]:
    """Drills of the written groups, balanced, with those made by rule, in random order.

    Args:
        seed: of every choice.
        rules: how many are made by rule.
        near: chooses the sentences to read.
        share: how much of either is made.
    """
    dice = Random(seed)  # noqa: S311  # lessons need no secrecy
    groups = [one for one in read_groups() if not one.held_out]
    lessons = [one for one in about_groups(groups, seed=seed) if dice.random() < share]
    found = list(balanced(_windowed(lessons, near, dice), dice))
    made = list(_by_rule(seed))
    found += drills(dice.sample(made, min(int(share * rules), len(made))), near=near)
    dice.shuffle(found)
    return found


def held_out(near: Neighbours) -> dict[str, Sequence[Drill]]:
    """Drills about groups, events and texts that are in no lesson."""
    groups = [one for one in read_groups() if one.held_out]
    written = [lesson for one in groups for lesson in written_lessons(one)]
    texts = [one for at, one in enumerate(own_texts()) if at % _TENTH == _TENTH // 2]
    events = about_events(seed=99, count=60, held_out=True)
    return {
        "written": list(drills(written, near=near)),
        "events": list(drills(events, near=near)),
        "texts": list(drills(over_texts(texts, seed=99), near=near)),
    }


def _windowed(lessons: Iterable[Lesson], near: Neighbours, dice: Random) -> Iterator[Drill]:
    """A third of the drills as they are at use, the others by words alone or from the start."""
    for drill in drills(lessons, near=near):
        parts = [one for text in drill.lesson.evidence for one in split(text)]
        window = dice.choice((drill.window, drill.words, tuple(parts[:_FIRST])))
        yield replace(drill, window=window)


def _by_rule(seed: int) -> Iterator[Lesson]:
    texts = [one for at, one in enumerate(own_texts()) if at % _TENTH != _TENTH // 2]
    dice = Random(seed)  # noqa: S311  # likewise
    some = dice.sample(texts, min(_SCENES, len(texts)))
    yield from about_events(seed=seed, count=_SCENES)
    yield from over_texts(some, seed=seed)
