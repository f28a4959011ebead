"""Renaming: other words, the same task."""

import itertools
import json
import random
import re

import pytest

from systems.models.training.chance import Chance
from systems.models.training.mixture import lessons
from systems.models.training.renaming import renamed
from systems.models.training.tokenizer import letters

WORD = re.compile(r"[A-Za-z]{3,}")


@pytest.fixture(scope="module")
def pairs(tokenizer):
    """Lessons as they were made, and renamed."""
    words = letters(tokenizer)
    made = list(itertools.islice(lessons(seed=5, start=40_000), 150))
    chances = [Chance(random=random.Random(at), words=words) for at in range(len(made))]
    return [(one, renamed(chance, one)) for one, chance in zip(made, chances, strict=True)]


def texts(lesson, *, answers):
    shown = []
    for message in lesson.messages:
        if (message.role == "assistant") == answers:
            calls = [[call.name, dict(call.arguments)] for call in message.tool_calls]
            shown += [message.content, json.dumps(calls)]
    if not answers:
        shown += [f"{t.name} {t.description} {json.dumps(t.parameters)}" for t in lesson.tools]
    return "\n".join(shown)


def test_many_lessons_get_other_words_and_some_none(pairs):
    changed = sum(old != new for old, new in pairs)
    assert 0.3 * len(pairs) < changed < 0.7 * len(pairs)


def test_what_could_be_copied_still_can(pairs):
    for old, new in pairs:
        before = WORD.findall(texts(old, answers=True))
        after = WORD.findall(texts(new, answers=True))
        prompts = {word.lower() for word in WORD.findall(texts(old, answers=False))}
        exchanged = {word.lower() for word in WORD.findall(texts(new, answers=False))}
        assert len(before) == len(after)
        for word, other in zip(before, after, strict=True):
            if word.lower() in prompts:
                assert other.lower() in exchanged
            else:
                assert other == word


def test_two_words_never_become_one(pairs):
    for old, new in pairs:
        before = WORD.findall(texts(old, answers=False).lower())
        after = WORD.findall(texts(new, answers=False).lower())
        forward, backward = (
            dict(zip(before, after, strict=True)),
            dict(zip(after, before, strict=True)),
        )
        assert [forward[word] for word in before] == after
        assert [backward[word] for word in after] == before


def test_what_is_held_out_keeps_its_words(tokenizer, pairs):
    for old, _ in pairs[:20]:
        chance = Chance(random=random.Random(1), words=letters(tokenizer), held_out=True)
        assert renamed(chance, old) == old
