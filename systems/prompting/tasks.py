"""Tasks: which object a text should become, by the name of its schema."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from holdfast.config import did_you_mean
from holdfast.digest import Json, digest_json
from holdfast.errors import UsageError
from systems.once import Once

__all__ = ["Key", "Task", "Tasks"]

_NAMES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
}
_KEPT = ("type", "properties", "required", "additionalProperties")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of the object that is asked for."""

    name: str
    about: str
    kind: str
    """Its values in words, such as `whole number` or `one of cat, dog`."""
    nullable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One kind of text and the object that is asked for."""

    name: str
    about: str
    keys: tuple[Key, ...]
    schema: Mapping[str, Json]
    """JSON Schema of the object, without what only people read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """The tasks of a folder of JSON Schemas, `<name>.json`; read at first use."""

    folder: Path
    _read: Once[dict[str, Task]] = field(
        default_factory=Once[dict[str, Task]], init=False, repr=False, compare=False
    )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._all())

    @property
    def digest(self) -> str:
        """Digest of all schemas."""
        return digest_json({name: task.schema for name, task in self._all().items()})

    def __getitem__(self, name: str) -> Task:
        found = self._all().get(name)
        if found is None:
            raise UsageError(f"unknown schema {name!r}{did_you_mean(name, self._all())}")
        return found

    def _all(self) -> dict[str, Task]:
        return self._read.get(self._load)

    def _load(self) -> dict[str, Task]:
        paths = sorted(self.folder.glob("*.json"))
        if not paths:
            raise UsageError(f"there is no schema in {str(self.folder)!r}")
        return {path.stem: _task(path) for path in paths}


def _task(path: Path) -> Task:
    schema = cast("dict[str, Json]", json.loads(path.read_text(encoding="utf-8")))
    properties = cast("Mapping[str, Mapping[str, Json]]", schema["properties"])
    return Task(
        name=path.stem,
        about=str(schema["description"]),
        keys=tuple(_key(name, one) for name, one in properties.items()),
        schema={key: schema[key] for key in _KEPT if key in schema},
    )


def _key(name: str, schema: Mapping[str, Json]) -> Key:
    types = schema["type"]
    several = types if isinstance(types, list) else [types]
    kind = next(_NAMES[str(one)] for one in several if one != "null")
    if "enum" in schema:
        options = cast("list[str]", schema["enum"])
        kind = f"one of {', '.join(options)}"
    return Key(name=name, about=str(schema["description"]), kind=kind, nullable="null" in several)
