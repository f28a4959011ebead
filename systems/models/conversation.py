"""Conversation: a chat model as a system under test, asked to go on with a conversation."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Response, Spec, ToolCall
from systems.models.chat import ChatModel, Message, Request, Role, Tool

__all__ = ["Conversation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Goes on with `input["messages"]`, and may call `input["tools"]`; nothing is called."""

    model: ChatModel
    examples: bool = True
    """Show the turns between the system's and the last one; without them the model is asked with
    no example."""
    max_tokens: int = 256
    """Largest number of new tokens."""

    @property
    def spec(self) -> Spec:
        model = self.model.spec
        params: dict[str, Json] = {"model": model.label}
        if not self.examples:
            params["examples"] = False
        return Spec(name="conversation", params=params, artifacts={"model": model.digest})

    def __call__(self, given: Mapping[str, Json], /, *, seed: int = 0) -> Response:
        messages = tuple(_message(row) for row in _rows(given, "messages"))
        if not self.examples:
            messages = (*(one for one in messages[:1] if one.role == "system"), messages[-1])
        request = Request(
            messages=messages,
            tools=tuple(Tool(**row) for row in _rows(given, "tools")),
            seed=seed,
            max_tokens=self.max_tokens,
        )
        found = self.model.complete(request)
        return Response(
            text=found.text.strip(),
            data=_parsed(found.text),
            tool_calls=found.tool_calls,
            usage=found.usage,
        )


def _message(row: Mapping[str, Any]) -> Message:
    calls = tuple(ToolCall(**call) for call in row.get("tool_calls", ()))
    return Message(role=cast("Role", row["role"]), content=row["content"], tool_calls=calls)


def _rows(given: Mapping[str, Json], key: str) -> Sequence[Mapping[str, Any]]:
    rows = given.get(key, ())
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise UsageError(f"the input's {key!r} must be a list of objects, got {rows!r:.80}")
    return cast("Sequence[Mapping[str, Any]]", rows)


def _parsed(text: str) -> Json:
    """The text as JSON where it is an object, else None."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
