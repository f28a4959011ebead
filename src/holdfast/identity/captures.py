"""Captures: what a callable carries with it: arguments, defaults, closures, attributes, globals."""

import functools
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, cast

from holdfast.identity.implementation import source_file

__all__ = ["captures_of", "named_texts"]


def captures_of(system: object) -> Iterator[tuple[str, object]]:
    """Name and value of everything that a callable carries with it."""
    if isinstance(system, functools.partial):
        bound = cast("functools.partial[Any]", system)
        yield from captures_of(bound.func)
        yield from ((f"argument_{place}", value) for place, value in enumerate(bound.args))
        yield from bound.keywords.items()
    elif isinstance(system, types.MethodType):
        yield from captures_of(system.__func__)
        yield from _state(system.__self__)
    elif isinstance(system, types.FunctionType):
        yield from _function_captures(system)
    elif not isinstance(system, type | types.BuiltinFunctionType):
        yield from _state(system)


def _function_captures(function: types.FunctionType) -> Iterator[tuple[str, object]]:
    code = function.__code__
    defaults = function.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    yield from zip(names[len(names) - len(defaults) :], defaults, strict=True)
    yield from (function.__kwdefaults__ or {}).items()
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # assigned later, or never
            yield name, None
    if not source_file(function):
        # Without a file to digest, the globals that the code names are its captures.
        for name in sorted(_global_names(code)):
            if name in function.__globals__:
                yield name, function.__globals__[name]


def _global_names(code: types.CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _global_names(constant)
    return names


def _state(owner: object) -> Iterator[tuple[str, object]]:
    if isinstance(owner, type | types.ModuleType):
        return
    if is_dataclass(owner):
        names = {field.name for field in fields(owner)}
        yield from ((name, getattr(owner, name, None)) for name in sorted(names))
        attributes: dict[str, object] = getattr(owner, "__dict__", {})
        yield from (pair for pair in attributes.items() if pair[0] not in names)
        return
    for kind in type(owner).__mro__:
        slots: Any = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(owner, name):
                yield name, getattr(owner, name)
    yield from getattr(owner, "__dict__", {}).items()


def named_texts(function: types.FunctionType) -> Iterator[str]:
    """Texts among the globals that the code of a function names, such as a prompt."""
    for name in sorted(_global_names(function.__code__)):
        value = function.__globals__.get(name)
        if isinstance(value, str):
            yield value
