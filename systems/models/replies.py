r"""Replies: the text that a model wrote, read as thoughts, text and calls of tools.

Known forms of calls, by what the text begins with or holds:

- Hermes, Qwen 2.5 and 3, nano: `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`
- Qwen 3 Coder: `<tool_call><function=NAME><parameter=KEY>VALUE</parameter></function></tool_call>`
- Mistral: `[TOOL_CALLS] [{"name": ..., "arguments": {...}}]`
- Llama 3: `<|python_tag|>` or nothing, then `{"name": ..., "parameters": {...}}`

A reply whose tokenizer carries a response template is parsed by transformers instead. What looks
like a call and cannot be read as one stays in the text.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from holdfast.digest import Json
from holdfast.system import ToolCall
from systems.models.chat import Tool

__all__ = ["Reply", "read_parsed", "read_reply"]

_THOUGHTS = re.compile(r"^\s*(?:<think>)?((?:(?!<think>).)*?)</think>\s*", re.DOTALL)
_BLOCK = re.compile(r"\s*<tool_call>\s*(.*?)\s*(?:</tool_call>\s*|\Z)", re.DOTALL)
_FUNCTION = re.compile(r"<function=([^>\s]+)>(.*?)</function>", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([^>\s]+)>\n?(.*?)\n?</parameter>", re.DOTALL)
_MISTRAL = re.compile(r"\s*\[TOOL_CALLS\]\s*(\[.*\])\s*\Z", re.DOTALL)
_LLAMA = re.compile(r"\A\s*(?:<\|python_tag\|>)?\s*(\{.*\})\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A turn of the assistant, taken apart."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    reasoning: str = ""
    """What a reasoning model thought before it answered."""


def read_reply(text: str, *, tools: Sequence[Tool]) -> Reply:
    """The reply that a text is; calls are looked for only where tools were offered.

    >>> tools = [Tool(name="add", description="Adds.")]
    >>> reply = read_reply('<tool_call>{"name": "add"}</tool_call>', tools=tools)
    >>> [call.name for call in reply.tool_calls]
    ['add']
    """
    reasoning = ""
    thoughts = _THOUGHTS.match(text)
    if thoughts:
        reasoning, text = thoughts.group(1).strip(), text[thoughts.end() :]
    if not tools:
        return Reply(text=text, reasoning=reasoning)
    rest, found = _take_calls(text, {tool.name: tool for tool in tools})
    calls = tuple(
        ToolCall(name=call.name, arguments=call.arguments, id=f"call_{number}")
        for number, call in enumerate(found)
    )
    return Reply(text=rest, tool_calls=calls, reasoning=reasoning)


def read_parsed(parsed: Mapping[str, Any]) -> Reply | None:
    """The reply that transformers parsed by a response template; None where a call is broken."""
    calls: list[ToolCall] = []
    for number, entry in enumerate(parsed.get("tool_calls") or ()):
        found = _calls_of(entry.get("function", entry)) if isinstance(entry, Mapping) else None
        if not found:
            return None
        calls.append(
            ToolCall(name=found[0].name, arguments=found[0].arguments, id=f"call_{number}")
        )
    thoughts = parsed.get("reasoning_content") or parsed.get("thinking") or ""
    return Reply(
        text=parsed.get("content") or "", tool_calls=tuple(calls), reasoning=thoughts.strip()
    )


def _take_calls(text: str, tools: Mapping[str, Tool]) -> tuple[str, list[ToolCall]]:
    if "<tool_call>" in text:
        return _take_blocks(text, tools)
    for form in (_MISTRAL, _LLAMA):
        match = form.search(text)
        calls = _calls_of(_json(match.group(1))) if match else None
        # A bare object is a call only where it names a tool: JSON may be the answer itself.
        if match and calls and (form is _MISTRAL or all(call.name in tools for call in calls)):
            return text[: match.start()].strip(), calls
    return text, []


def _take_blocks(text: str, tools: Mapping[str, Tool]) -> tuple[str, list[ToolCall]]:
    calls: list[ToolCall] = []

    def take(block: re.Match[str]) -> str:
        found = _calls_of(_json(block.group(1))) or _marked_calls(block.group(1), tools)
        if not found:
            return block.group(0)
        calls.extend(found)
        return "\n"

    rest = _BLOCK.sub(take, text)
    return (rest.strip(), calls) if calls else (text, [])


def _calls_of(value: Any) -> list[ToolCall] | None:
    """The calls that a JSON value states; None where one of them is no call."""
    calls: list[ToolCall] = []
    for item in cast("list[Any]", value) if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            return None
        entry = cast("dict[str, Any]", item)
        name = entry.get("name")
        arguments = entry.get("arguments", entry.get("parameters", {}))
        if isinstance(arguments, str):
            arguments = _json(arguments)
        if not isinstance(name, str) or not isinstance(arguments, dict):
            return None
        calls.append(ToolCall(name=name, arguments=cast("dict[str, Json]", arguments)))
    return calls


def _marked_calls(block: str, tools: Mapping[str, Tool]) -> list[ToolCall]:
    return [
        ToolCall(
            name=name,
            arguments={
                key: _typed(value, _schema(tools.get(name), key))
                for key, value in _PARAMETER.findall(body)
            },
        )
        for name, body in _FUNCTION.findall(block)
    ]


def _schema(tool: Tool | None, key: str) -> Mapping[str, Any]:
    properties = cast("dict[str, Any]", tool.parameters.get("properties", {})) if tool else {}
    schema = properties.get(key)
    return cast("dict[str, Any]", schema) if isinstance(schema, dict) else {}


def _typed(value: str, schema: Mapping[str, Any]) -> Json:
    """A value without quotes: text where the schema says so, else JSON where it reads as that."""
    if schema.get("type") == "string":
        return value
    read = _json(value)
    return value if read is None and value.strip() != "null" else read


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None
