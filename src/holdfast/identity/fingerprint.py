"""Fingerprint: what a callable is, so that a changed one never gets an old one's answers."""

import datetime
import decimal
import enum
import functools
import re
import sys
import types
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, is_dataclass
from pathlib import Path, PurePath
from typing import cast

from holdfast.digest import Json, canonical, digest_bytes, digest_json
from holdfast.errors import UsageError
from holdfast.identity.captures import captures_of
from holdfast.identity.implementation import code_digest, target_of
from holdfast.identity.sources import installed
from holdfast.storage.codec import spec_row
from holdfast.system import Spec

__all__ = ["Fingerprint", "code_digest", "fingerprint", "parts_of", "spec_of"]

_SHOWN = 80
# What these hold cannot change an answer.
_NEUTRAL = ("_thread", "threading", "asyncio.locks", "logging", "_contextvars")
_BY_TEXT = (
    PurePath,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    decimal.Decimal,
    uuid.UUID,
    range,
    complex,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Identity of a system or metric as far as it can be told."""

    spec: Spec
    code: str
    """Digest of its source and of the project's modules that it imports."""
    state: str = ""
    """Digest of what a callable with a spec of its own carries beside it."""
    declared: bool = True
    """Its author says in a spec what its answers depend on. Code cannot tell: a prompt file or an
    environment variable may change the answers of an unchanged function."""
    obstacle: str | None = None
    """Why equal fingerprints may still hide different behaviour, or None where they cannot."""


class _Unstable(Exception):
    """An object whose content has no stable digest."""


def fingerprint(system: object) -> Fingerprint:
    """Fingerprint of any callable; a `spec` attribute is its author's word and is believed.

    A value whose class sets `holdfast_derived = True` is left out: it says that it follows from the
    rest, as an index does that is built at its first use.

    Beside it the public attributes and captured values count, as far as they can be told: a spec
    that forgot one must not hand the answers of one object to another.
    """
    spec = getattr(system, "spec", None)
    if isinstance(spec, Spec):
        try:
            canonical(spec_row(spec))
        except (TypeError, ValueError) as error:
            raise UsageError(f"the spec of {spec.name!r} is not JSON: {error}") from error
        return Fingerprint(spec=spec, code=code_digest(system), state=_carried(system))
    spec, obstacle = _inferred(system)
    return Fingerprint(spec=spec, code=code_digest(system), declared=False, obstacle=obstacle)


def spec_of(system: object) -> Spec:
    """Spec of any callable: its own, or one inferred from its name, settings and captures."""
    return fingerprint(system).spec


def parts_of(system: object) -> list[object]:
    """A callable and every callable and dataclass that it carries, at any depth."""
    found: list[object] = []
    seen: dict[int, object] = {}  # keeps what it names alive, so that no id is used twice
    waiting = [system]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        if isinstance(part, Mapping):
            waiting += list(cast("Mapping[object, object]", part).values())
        elif isinstance(part, list | tuple | set | frozenset):
            waiting += list(cast("list[object]", part))
        elif callable(part) or is_dataclass(part):
            found.append(part)
            waiting += [value for _, value in captures_of(part)]
    return found


def _carried(system: object) -> str:
    state: dict[str, Json] = {}
    for name, value in captures_of(system):
        if not name.startswith("_") and name != "spec":
            with suppress(_Unstable):
                state[name] = _stable(value, frozenset({id(system)}))
    return digest_json(state)


def _inferred(system: object) -> tuple[Spec, str | None]:
    params: dict[str, Json] = {}
    artifacts: dict[str, str] = {}
    obstacle = None
    for name, value in captures_of(system):
        try:
            content = _stable(value, frozenset({id(system)}))
        except _Unstable as error:
            obstacle = obstacle or f"captures {name} ({error}) without a stable digest"
            continue
        if _shown(content):
            params[name] = content
        else:
            artifacts[name] = digest_json(content)
    return Spec(name=_name(system), params=params, artifacts=artifacts), obstacle


def _shown(content: Json) -> bool:
    if isinstance(content, Mapping):
        return False
    return len(canonical(content)) <= _SHOWN


def _name(system: object) -> str:
    target = target_of(system)
    owner = target if hasattr(target, "__qualname__") else type(target)
    module = getattr(owner, "__module__", None) or ""
    if module == "__main__":
        module = Path(getattr(sys.modules["__main__"], "__file__", None) or "main").stem
    name = getattr(owner, "__qualname__", type(system).__name__).replace("<locals>.", "")
    return f"{module}.{name}" if module else name


def _stable(value: object, seen: frozenset[int]) -> Json:
    """JSON value that is equal exactly when the two objects behave the same.

    Raises:
        _Unstable: nobody can tell.
    """
    if value is None or isinstance(value, bool | int | str):
        return value.name if isinstance(value, enum.Enum) else value
    if isinstance(value, float):
        return value if value - value == 0 else repr(value)
    if id(value) in seen:
        return "itself"
    seen = seen | {id(value)}
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {repr(_stable(key, seen)): _stable(item, seen) for key, item in pairs}
    if isinstance(value, list | tuple):
        return [_stable(item, seen) for item in cast("list[object]", value)]
    if isinstance(value, set | frozenset):
        items = [_stable(item, seen) for item in cast("set[object]", value)]
        return sorted(items, key=canonical)
    return _stable_object(value, seen)


def _stable_object(value: object, seen: frozenset[int]) -> Json:
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    if isinstance(value, bytes | bytearray):
        return {kind: digest_bytes(bytes(value))}
    if isinstance(value, _BY_TEXT):
        return {kind: str(value)}
    if isinstance(value, enum.Enum):
        return {kind: value.name}
    if isinstance(value, re.Pattern):
        pattern = cast("re.Pattern[str]", value)
        return {kind: [str(pattern.pattern), pattern.flags]}
    if isinstance(value, types.ModuleType):
        return {kind: value.__name__}
    if type(value).__module__ in _NEUTRAL or getattr(type(value), "holdfast_derived", False):
        return {kind: "holds nothing that changes an answer"}
    return {kind: _stable_behaviour(value, seen, kind)}


def _stable_behaviour(value: object, seen: frozenset[int], kind: str) -> Json:
    spec = getattr(value, "spec", None)
    if isinstance(spec, Spec):
        return [spec.digest, code_digest(value)]
    if isinstance(value, type | types.BuiltinFunctionType):
        return [f"{value.__module__}.{value.__qualname__}", code_digest(value)]
    known = isinstance(value, types.FunctionType | types.MethodType | functools.partial)
    if not known and not is_dataclass(value) and not _of_the_project(type(value)):
        raise _Unstable(f"an object of {kind}")
    owner = cast("object", value)
    carried = {name: _stable(item, seen) for name, item in captures_of(owner)}
    return [code_digest(owner), carried]


def _of_the_project(kind: type) -> bool:
    """Whether all state of an object is in its attributes: no class is compiled or foreign."""
    for parent in kind.__mro__[:-1]:
        file = getattr(sys.modules.get(parent.__module__), "__file__", None) or ""
        if parent.__module__ != "typing" and (not file.endswith(".py") or installed(Path(file))):
            return False
    return True
