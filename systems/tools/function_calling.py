"""Function calling: one completion with tools that the question brings along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.prompts import Prompt
from holdfast.system import Response, Spec, ToolCall
from systems.models.chat import ChatModel, Message, Request, Role, Tool
from systems.tools.instructions import opening

__all__ = ["FunctionCalling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCalling:
    """Says which of the given tools it would call, or what it answers.

    The input is an object with `tools`, and `question` (a text) or `messages`. Nothing is called:
    the calls stand in the response.
    """

    model: ChatModel
    prompt: Prompt
    max_tokens: int = 192
    """Largest number of new tokens."""

    @property
    def spec(self) -> Spec:
        model = self.model.spec
        return Spec(
            name="function_calling",
            params={"prompt": f"v{self.prompt.version}", "model": model.label},
            artifacts={"model": model.digest},
            texts=self.prompt.texts,
        )

    def __call__(self, given: Mapping[str, Json], /, *, seed: int = 0) -> Response:
        request = Request(
            messages=self._messages(given),
            tools=tuple(_tool(item) for item in _objects(given, "tools")),
            seed=seed,
            max_tokens=self.max_tokens,
        )
        found = self.model.complete(request)
        return Response(text=found.text.strip(), tool_calls=found.tool_calls, usage=found.usage)

    def _messages(self, given: Mapping[str, Json]) -> tuple[Message, ...]:
        question = given.get("question")
        if isinstance(question, str):
            return opening(self.prompt, question)
        told = (turn for turn in opening(self.prompt, "") if turn.role == "system")
        return (*told, *(_message(item) for item in _objects(given, "messages")))


def _message(item: Mapping[str, Any]) -> Message:
    return Message(
        role=cast("Role", item["role"]),
        content=str(item.get("content") or ""),
        tool_calls=tuple(
            ToolCall(name=call["name"], arguments=call.get("arguments", {}), id=call.get("id"))
            for call in item.get("tool_calls", ())
        ),
        tool_call_id=item.get("tool_call_id"),
    )


def _tool(item: Mapping[str, Any]) -> Tool:
    inner = item.get("function", item)
    return Tool(
        name=inner["name"],
        description=inner.get("description", ""),
        parameters=inner.get("parameters", {}),
    )


def _objects(given: Mapping[str, Json], key: str) -> Sequence[Mapping[str, Any]]:
    listed = given.get(key)
    if not isinstance(listed, list | tuple) or not all(isinstance(one, Mapping) for one in listed):
        raise UsageError(f"expected a list of objects as {key!r}, got {listed!r:.80}")
    return cast("Sequence[Mapping[str, Any]]", listed)
