"""Curriculum: the lessons from which the adapter learns, and those held out to choose by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from holdfast.verifying.sentences import split
from systems.verifier.balancing import balanced
from systems.verifier.drills import Drill, drills
from systems.verifier.groups import about_groups, read_groups, written_lessons
from systems.verifier.lesson import Lesson
from systems.verifier.retelling import over_texts, own_texts
from systems.verifier.telling import about_events

__all__ = ["held_out", "learned"]

_TENTH = 10
"""Every tenth text is held out."""
_FIRST = 5
"""Sentences from the start of a passage that are the window of half of its drills."""
_SCENES = 90
"""Events told for drills by rule; with as many over texts they are what is mixed in."""


def learned(*, seed: int, rules: int) -> Sequence[Drill]:
    """Drills of the written groups, balanced, with so many made by rule, in random order."""
    dice = Random(seed)  # noqa: S311  # lessons need no secrecy
    groups = [one for one in read_groups() if not one.held_out]
    found = list(balanced(_windowed(about_groups(groups, seed=seed), dice), dice))
    made = list(_by_rule(seed))
    found += dice.sample(made, min(rules, len(made)))
    dice.shuffle(found)
    return found


def held_out() -> dict[str, Sequence[Drill]]:
    """Drills about groups, events and texts that are in no lesson."""
    groups = [one for one in read_groups() if one.held_out]
    written = [lesson for one in groups for lesson in written_lessons(one)]
    texts = [one for at, one in enumerate(own_texts()) if at % _TENTH == _TENTH // 2]
    return {
        "written": list(drills(written)),
        "events": list(drills(about_events(seed=99, count=60, held_out=True))),
        "texts": list(drills(over_texts(texts, seed=99))),
    }


def _windowed(lessons: Iterable[Lesson], dice: Random) -> Iterator[Drill]:
    for drill in drills(lessons):
        if dice.random() < 0.5:
            yield drill
        else:
            parts = [one for text in drill.lesson.evidence for one in split(text)]
            yield replace(drill, window=tuple(parts[:_FIRST]))


def _by_rule(seed: int) -> Iterator[Drill]:
    texts = [one for at, one in enumerate(own_texts()) if at % _TENTH != _TENTH // 2]
    dice = Random(seed)  # noqa: S311  # likewise
    some = dice.sample(texts, min(_SCENES, len(texts)))
    yield from drills(about_events(seed=seed, count=_SCENES))
    yield from drills(over_texts(some, seed=seed))
