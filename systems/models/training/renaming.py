"""Renaming: words of a lesson exchanged for others throughout.

A few hundred words come back in every lesson, and a small model learns them by heart where it should
learn to copy: of words that it had never seen it copied hardly one. With the words exchanged, in the
prompt, the tools and the answers alike, what must be copied can be anything, and every token of the
vocabulary is copied at some time.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from systems.models.training.chance import Chance
from systems.models.training.lesson import Lesson

__all__ = ["renamed"]

_WORD = re.compile(r"[A-Za-z]{3,}")
_KEPT = frozenset(
    """
    about additional after again all also and answer answers any are array ask because been boolean
    call cannot cite context default description did documents does don done eight eleven enum error
    every exactly extract failed false field fields five for found four from give had has have how
    integer into its json key keys line lines many missing more name nine none not nothing null
    number numbered object once one only order other our passage passages please properties question
    read required return right schema search see seven she should six something sorry source stand
    string tell tells ten text than that the their them then there these they this three too tool
    tools true try turn twelve two type unknown use was what when where which who whom whose why
    will with without work would yes you your zero
    """.split()
)
"""Words that lessons are made with, rather than about."""


def renamed(chance: Chance, lesson: Lesson) -> Lesson:
    """The lesson with some of its words exchanged: none, some or most of them.

    What a model must copy, it can still copy. A word that stands in one place of the prompt alone
    is seldom exchanged, and one that only an answer holds is never: there is nothing to copy.
    """
    share = chance.one((0.0, 0.0, 0.0, 0.3, 0.6, 0.8))
    if not chance.words or chance.held_out or not share:
        return lesson
    asked, said = _counts(lesson)
    new: dict[str, str] = {}
    for word in sorted(asked):
        if word in _KEPT or word in lesson.kept:
            continue
        again = asked[word] > 1 or word in said
        if chance.maybe(share if again else 0.4 * share):
            new[word] = chance.word(taken=asked.keys() | set(new.values()))
    return _mapped(lesson, lambda text: _WORD.sub(lambda found: _other(found[0], new), text))


def _counts(lesson: Lesson) -> tuple[Counter[str], set[str]]:
    """How often a word stands in prompts, and the words of answers, in lower case."""
    asked: Counter[str] = Counter()
    said: set[str] = set()
    for message in lesson.messages:
        words = [word.lower() for word in _words([message.content, message.tool_calls])]
        if message.role == "assistant":
            said.update(words)
        else:
            asked.update(words)
    asked.update(word.lower() for word in _words(lesson.tools))
    return asked, said


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _WORD.findall(value)
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from _words(key)
            yield from _words(held)
    elif isinstance(value, tuple | list):
        for held in value:
            yield from _words(held)
    elif hasattr(value, "arguments"):
        yield from _words((value.name, value.arguments))
    elif hasattr(value, "parameters"):
        yield from _words((value.name, value.description, value.parameters))


def _other(word: str, new: Mapping[str, str]) -> str:
    found = new.get(word.lower())
    if found is None or (word.isupper() and len(word) > 1):
        return word
    return found[:1].upper() + found[1:] if word[0].isupper() else found.lower()


def _mapped(lesson: Lesson, change: Callable[[str], str]) -> Lesson:
    def of(value: Any) -> Any:
        if isinstance(value, str):
            return change(value)
        if isinstance(value, Mapping):
            return {change(key): of(held) for key, held in value.items()}
        return [of(held) for held in value] if isinstance(value, tuple | list) else value

    messages = tuple(
        replace(
            message,
            content=change(message.content),
            tool_calls=tuple(
                replace(call, name=change(call.name), arguments=of(call.arguments))
                for call in message.tool_calls
            ),
        )
        for message in lesson.messages
    )
    tools = tuple(
        replace(
            tool,
            name=change(tool.name),
            description=change(tool.description),
            parameters=of(tool.parameters),
        )
        for tool in lesson.tools
    )
    return replace(lesson, messages=messages, tools=tools)
