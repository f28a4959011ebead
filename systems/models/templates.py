"""Templates: conversations as the mappings that chat templates and servers read."""

import json
from collections.abc import Sequence
from typing import Any

from holdfast.digest import Json
from systems.models.chat import Message, Request, Tool

__all__ = ["render", "tool_mappings", "turn_mappings"]


def tool_mappings(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """Tools as OpenAI's API and chat templates name them."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters) or {"type": "object", "properties": {}},
            },
        }
        for tool in tools
    ]


def turn_mappings(messages: Sequence[Message], *, as_text: bool) -> list[dict[str, Any]]:
    """Turns as OpenAI's API (arguments as text) and chat templates (as mappings) name them."""
    names = {call.id: call.name for turn in messages for call in turn.tool_calls if call.id}
    turns: list[dict[str, Any]] = []
    for message in messages:
        turn: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.tool_calls:
            turn["tool_calls"] = [
                {
                    "id": call.id or f"call_{number}",
                    "type": "function",
                    "function": {
                        "name": call.name,
                        "arguments": _arguments(dict(call.arguments), as_text=as_text),
                    },
                }
                for number, call in enumerate(message.tool_calls)
            ]
        if message.tool_call_id is not None:
            turn["tool_call_id"] = message.tool_call_id
            if not as_text and message.tool_call_id in names:
                turn["name"] = names[message.tool_call_id]
        turns.append(turn)
    return turns


def render(tokenizer: Any, request: Request) -> str:
    """The conversation as the text that the model goes on with.

    Raises:
        UsageError: the tokenizer has no chat template, or its template refuses the conversation.
    """
    from jinja2.exceptions import TemplateError

    from holdfast.errors import UsageError

    if not tokenizer.chat_template:
        raise UsageError(
            f"the tokenizer in {tokenizer.name_or_path!r} has no chat template: it belongs to a "
            "base model, which does not hold conversations; choose the instruct variant"
        )
    try:
        return tokenizer.apply_chat_template(
            turn_mappings(request.messages, as_text=False),
            tools=tool_mappings(request.tools) or None,
            add_generation_prompt=True,
            tokenize=False,
        )
    except TemplateError as error:
        raise UsageError(
            f"the chat template of {tokenizer.name_or_path!r} refuses the conversation: {error}"
        ) from error


def _arguments(arguments: dict[str, Json], *, as_text: bool) -> Json:
    return json.dumps(arguments, ensure_ascii=False) if as_text else arguments
