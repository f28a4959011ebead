"""Held out: datasets/nano, made once from entities, words and patterns that no lesson has."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from holdfast.digest import Json
from systems.models.chat import Message
from systems.models.training.chance import USUAL, Chance
from systems.models.training.extraction import extraction
from systems.models.training.lesson import Lesson
from systems.models.training.passages import UNTOLD, passages
from systems.models.training.rewriting import rewriting
from systems.models.training.tool_use import tool_use

__all__ = ["SETS", "held_out"]

SETS: dict[str, int] = {
    "extraction": 200, "tools": 200, "passages": 150, "unanswerable": 60, "rewriting": 60,
}  # fmt: skip
"""Number of cases of each skill."""


def held_out(name: str, *, reserved: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """The cases of one skill as rows of JSON Lines, the same at every call."""
    make = _MAKERS[name]
    number, at = 0, 0
    while number < SETS[name]:
        source = random.Random(f"held out {name} {at}")
        at += 1
        row = make(Chance(random=source, held_out=True, reserved=reserved, size=USUAL))
        if row is not None:
            number += 1
            yield {"id": f"nano-{name}-{number:03}", **row}


def _row(lesson: Lesson, turn: int, expected: Json, *tags: str) -> dict[str, Any]:
    """The conversation up to the turn, and what should follow."""
    given: dict[str, Any] = {"messages": [_message(one) for one in lesson.messages[:turn]]}
    if lesson.tools:
        given["tools"] = [
            {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            }
            for tool in lesson.tools
        ]
    return {"input": given, "expected": expected, "tags": sorted(tags)}


def _message(message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        shown["tool_calls"] = [
            {"name": call.name, "arguments": dict(call.arguments)} for call in message.tool_calls
        ]
    return shown


def _extraction(chance: Chance) -> dict[str, Any] | None:
    """Three examples, then the text: a suite asks with the examples and without."""
    lesson = extraction(chance, shots=3, asked=True)
    if lesson.messages[0].role != "system":
        return None
    turn = len(lesson.messages) - 1
    record = json.loads(lesson.messages[turn].content)
    form = "schema" if '"properties"' in lesson.messages[0].content else "keys"
    missing = "missing" if None in record.values() else "complete"
    return _row(
        lesson, turn, {"answer": record}, f"prompt:{form}", missing, f"fields:{len(record)}"
    )


def _tools(chance: Chance) -> dict[str, Any] | None:
    """The first question of a conversation: which calls, or none."""
    lesson = tool_use(chance)
    turn = next(at for at, one in enumerate(lesson.messages) if one.role == "assistant")
    calls = lesson.messages[turn].tool_calls
    accepted = [
        {call.name: {key: [value] for key, value in call.arguments.items()}} for call in calls
    ]
    kind = "decline" if not calls else "single" if len(calls) == 1 else "parallel"
    return _row(lesson, turn, {"calls": accepted}, f"kind:{kind}", f"tools:{len(lesson.tools)}")


def _answers(chance: Chance, *, told: bool) -> dict[str, Any] | None:
    """The first question about the passages, where it can or cannot be answered."""
    lesson = passages(chance)
    answer = lesson.messages[2].content
    if (answer != UNTOLD) != told:
        return None
    count = lesson.messages[1].content.count("\n[") + lesson.messages[1].content.startswith("[")
    return _row(lesson, 2, {"answer": answer}, f"passages:{count}")


def _rewriting(chance: Chance) -> dict[str, Any] | None:
    lesson = rewriting(chance)
    turn = len(lesson.messages) - 1
    return _row(lesson, turn, {"answer": lesson.messages[turn].content}, f"turns:{turn // 2}")


_MAKERS: dict[str, Callable[[Chance], dict[str, Any] | None]] = {
    "extraction": _extraction,
    "tools": _tools,
    "passages": lambda chance: _answers(chance, told=True),
    "unanswerable": lambda chance: _answers(chance, told=False),
    "rewriting": _rewriting,
}
