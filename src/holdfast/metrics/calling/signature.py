"""Signature: what a tool takes, as the case describes it to the system."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeGuard

from holdfast.digest import Json

__all__ = ["Kind", "Parameter", "Signature", "kind_of", "read_signatures"]

Kind: TypeAlias = Literal["str", "int", "float", "bool", "list", "dict", "none"]
"""Kind of a JSON value; 1 and 1.0 differ, and true is no number."""

# The leaderboard's names of types, and those of JSON Schema where they differ.
_KINDS: Mapping[str, Kind] = {
    "any": "str",
    "array": "list",
    "bool": "bool",
    "boolean": "bool",
    "dict": "dict",
    "float": "float",
    "int": "int",
    "integer": "int",
    "list": "list",
    "null": "none",
    "number": "float",
    "object": "dict",
    "str": "str",
    "string": "str",
    "tuple": "list",
}
_TOOLS = ("tools", "function", "functions")
_SCHEMAS = ("parameters", "input_schema", "inputSchema")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a tool."""

    kind: Kind | None = None
    """Kind of its value; None where the description leaves it open."""
    items: Kind | None = None
    """Kind of the items of a list; None for other values, and where it is open."""
    any_number: bool = False
    """JSON Schema's `number`, which whole numbers are too, inside lists as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What one tool takes."""

    name: str
    parameters: Mapping[str, Parameter]
    required: tuple[str, ...] = ()


def kind_of(value: Json) -> Kind:
    """Kind of a JSON value.

    >>> kind_of(True), kind_of(1), kind_of(1.0), kind_of(None)
    ('bool', 'int', 'float', 'none')
    """
    if value is None:
        return "none"
    plain: tuple[tuple[type, Kind], ...] = (
        (bool, "bool"),
        (int, "int"),
        (float, "float"),
        (str, "str"),
    )
    for python, kind in plain:
        if isinstance(value, python):
            return kind
    return "dict" if isinstance(value, Mapping) else "list"


def read_signatures(given: Json) -> Mapping[str, Signature]:
    """Signatures, by name, of the tools that a case's input offers; empty where it offers none.

    They stand under `tools` or `function`, as the leaderboard writes them (`name`, `parameters`) or
    as OpenAI's protocol does (the same inside `function`), Anthropic's or MCP's (`input_schema`).
    """
    if not isinstance(given, Mapping):
        return {}
    listed = next((given[key] for key in _TOOLS if key in given), None)
    return {signature.name: signature for signature in _read_all(listed)}


def _read_all(listed: Json) -> Iterator[Signature]:
    for item in listed if _is_list(listed) else ():
        inner = item.get("function", item) if isinstance(item, Mapping) else None
        name = inner.get("name") if isinstance(inner, Mapping) else None
        if isinstance(inner, Mapping) and isinstance(name, str):
            schema = next((inner[key] for key in _SCHEMAS if key in inner), None)
            yield _read(name, schema if isinstance(schema, Mapping) else {})


def _read(name: str, schema: Mapping[str, Json]) -> Signature:
    properties, required = schema.get("properties"), schema.get("required")
    return Signature(
        name=name,
        parameters={key: _parameter(value) for key, value in properties.items()}
        if isinstance(properties, Mapping)
        else {},
        required=tuple(key for key in required if isinstance(key, str))
        if _is_list(required)
        else (),
    )


def _parameter(schema: Json) -> Parameter:
    if not isinstance(schema, Mapping):
        return Parameter()
    named, kind = schema.get("type"), _kind(schema)
    items = schema.get("items")
    inner = _kind(items) if kind == "list" else None
    number = "number" in (named, items.get("type") if isinstance(items, Mapping) else None)
    return Parameter(kind=kind, items=inner, any_number=number)


def _kind(schema: Json) -> Kind | None:
    named = schema.get("type") if isinstance(schema, Mapping) else None
    return _KINDS.get(named) if isinstance(named, str) else None


def _is_list(value: Json) -> TypeGuard[list[Json] | tuple[Json, ...]]:
    return isinstance(value, list | tuple)
