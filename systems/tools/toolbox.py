"""Toolbox: what an assistant can do, and how its model's calls are carried out."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from holdfast.digest import Json, digest_json
from holdfast.errors import MissingExtra, UsageError
from holdfast.system import ToolCall
from systems.models.chat import Tool
from systems.tools.fetching import ServiceError

__all__ = ["Skill", "Toolbox"]

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A tool, and the function that carries it out.

    The function takes the arguments by name, and returns text or a small flat JSON object, or
    raises `ServiceError`.
    """

    tool: Tool
    function: Callable[..., str | Mapping[str, Json]]
    data: str = ""
    """Digest of the data that it answers from; empty where that is somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """Tools with their functions; calls are checked against the tools' JSON Schemas first."""

    skills: tuple[Skill, ...]

    def __post_init__(self) -> None:
        names = [skill.tool.name for skill in self.skills]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise UsageError(f"two tools are called {min(twice)!r}; a model could not tell them")

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools as the model is told of them."""
        return tuple(skill.tool for skill in self.skills)

    @property
    def digest(self) -> str:
        """Digest of what the model is told of the tools, and of the data behind them."""
        return digest_json(
            [
                [skill.tool.name, skill.tool.description, skill.tool.parameters, skill.data]
                for skill in self.skills
            ]
        )

    def carried_out(self, call: ToolCall) -> ToolCall:
        """The call with its result, or with the error that the model is told."""
        skill = next((skill for skill in self.skills if skill.tool.name == call.name), None)
        if skill is None:
            known = ", ".join(skill.tool.name for skill in self.skills)
            return _failed(call, f"there is no tool {call.name!r:.80}; the tools are {known}")
        wrong = _complaint(skill.tool, dict(call.arguments))
        if wrong:
            return _failed(call, wrong)
        try:
            found = skill.function(**call.arguments)
        except ServiceError as error:
            return _failed(call, str(error))
        text = found if isinstance(found, str) else json.dumps(dict(found), ensure_ascii=False)
        return replace(call, result=text)


def _failed(call: ToolCall, why: str) -> ToolCall:
    return replace(call, result=f"error: {why}"[:_LONGEST_REASON], failed=True)


def _complaint(tool: Tool, arguments: dict[str, Any]) -> str:
    """What is wrong with the arguments, in one sentence; empty where nothing is."""
    try:
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import best_match
    except ImportError as error:
        raise MissingExtra("the tools need: pip install httpx jsonschema") from error
    # An argument that no schema names would reach the function as an unknown one.
    schema = {"additionalProperties": False, **tool.parameters}
    found = best_match(Draft202012Validator(schema).iter_errors(arguments))
    if found is None:
        return ""
    name = ".".join(map(str, found.absolute_path))
    return f"{name}: {found.message}" if name else found.message
