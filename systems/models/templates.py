"""Templates: conversations as the mappings that chat templates and servers read."""

import json
import re
from collections.abc import Sequence
from typing import Any

from holdfast.digest import Json
from systems.models.chat import Message, Request, Tool

__all__ = ["prompt_tokens", "tool_mappings", "turn_mappings"]


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


def prompt_tokens(tokenizer: Any, request: Request) -> tuple[int, ...]:
    """The conversation as the tokens that the model goes on with.

    Only the template opens and closes turns: what a message says is text, even where it reads like
    a control token (`<|im_end|>`), so that a document or a user cannot speak in another's name.

    Raises:
        UsageError: the tokenizer has no chat template, or its template refuses the conversation.
    """
    turns = turn_mappings(request.messages, as_text=False)
    tools = tool_mappings(request.tools)
    controls = [one.content for one in tokenizer.added_tokens_decoder.values() if one.special]
    said = json.dumps([turns, tools], ensure_ascii=False)
    # A private character that no text holds, so that no text and sign together read as another.
    mark = next(one for one in map(chr, range(0xE000, 0xF900)) if one not in said)
    signs = {one: f"{mark}{at}{mark}" for at, one in enumerate(controls) if one in said}
    text = _render(tokenizer, _replaced(turns, signs), _replaced(tools, signs))
    found: list[int] = []
    for place, piece in enumerate(re.split(f"{mark}([0-9]+){mark}", text)):
        # Read in two parts, a control token is not one.
        parts = (piece,) if place % 2 == 0 else (controls[int(piece)][:1], controls[int(piece)][1:])
        for part in parts:
            found += tokenizer(part, add_special_tokens=False)["input_ids"] if part else []
    return tuple(found)


def _replaced(value: Any, signs: dict[str, str]) -> Any:
    """The same value with signs in place of some words in all of its texts."""
    if isinstance(value, str):
        for word, sign in signs.items():
            value = value.replace(word, sign)
        return value
    if isinstance(value, dict):
        return {_replaced(key, signs): _replaced(held, signs) for key, held in value.items()}
    return [_replaced(held, signs) for held in value] if isinstance(value, list) else value


def _render(tokenizer: Any, turns: list[dict[str, Any]], tools: list[dict[str, Any]]) -> str:
    from jinja2.exceptions import TemplateError

    from holdfast.errors import UsageError

    if not tokenizer.chat_template:
        raise UsageError(
            f"the tokenizer in {tokenizer.name_or_path!r} has no chat template: it belongs to a "
            "base model, which does not hold conversations; choose the instruct variant"
        )
    try:
        return tokenizer.apply_chat_template(
            turns, tools=tools or None, add_generation_prompt=True, tokenize=False
        )
    except TemplateError as error:
        raise UsageError(
            f"the chat template of {tokenizer.name_or_path!r} refuses the conversation: {error}"
        ) from error


def _arguments(arguments: dict[str, Json], *, as_text: bool) -> Json:
    return json.dumps(arguments, ensure_ascii=False) if as_text else arguments
