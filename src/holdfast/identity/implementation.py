"""Implementation: the code behind a callable, as far as the project's own files go."""

import functools
import inspect
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from holdfast.digest import Json, digest_bytes, digest_json
from holdfast.identity.sources import Sources, sources_of

__all__ = [
    "code_digest",
    "files_of",
    "functions_of",
    "source_file",
    "sources_behind",
    "target_of",
]


def code_digest(system: object) -> str:
    """Digest of the source of a callable and of the project's modules that it imports.

    Functions of one module have different digests where their code differs.
    """
    parts: list[Json] = [_own_code(function) for function in functions_of(system)]
    for file, module in files_of(system):
        parts.append([list(pair) for pair in sources_of(file, module=module).files])
    return digest_json(parts)


def sources_behind(system: object) -> list[Sources]:
    """Sources of every module that a callable's code lies in."""
    return [sources_of(file, module=module) for file, module in files_of(system)]


def target_of(system: object) -> object:
    """The function or object behind partials and bound methods."""
    while isinstance(system, functools.partial):
        system = cast("functools.partial[Any]", system).func
    return system


def functions_of(system: object) -> Iterator[types.FunctionType]:
    """The Python functions that run when a callable is called, decorators included."""
    target = target_of(system)
    if isinstance(target, types.MethodType):
        target = target.__func__
    if not isinstance(target, types.FunctionType) and not isinstance(target, type):
        target = inspect.getattr_static(type(target), "__call__", None)
    while isinstance(target, types.FunctionType):
        yield target
        target = getattr(target, "__wrapped__", None)


def _own_code(function: types.FunctionType) -> Json:
    return [function.__qualname__, _code(function.__code__)]


def _code(code: types.CodeType) -> Json:
    constants = [_constant(item) for item in code.co_consts]
    return [digest_bytes(code.co_code), list(code.co_names), list(code.co_varnames), constants]


def _constant(value: object) -> Json:
    if isinstance(value, types.CodeType):
        return _code(value)
    if isinstance(value, frozenset):  # its order differs from process to process
        return sorted(repr(item) for item in cast("frozenset[object]", value))
    return repr(value)


def files_of(system: object) -> list[tuple[Path, str]]:
    """File and module name of everything that a callable's code lies in."""
    found: dict[Path, str] = {}
    for function in functions_of(system):
        file = source_file(function)
        if file is not None:
            found.setdefault(file, function.__module__ or file.stem)
    target = target_of(system)
    kind = target if isinstance(target, type) else type(target)
    for parent in kind.__mro__:
        name = getattr(sys.modules.get(parent.__module__), "__file__", None)
        top = parent.__module__.partition(".")[0]
        if name and name.endswith(".py") and top not in sys.stdlib_module_names:
            found.setdefault(Path(name), parent.__module__)
    return sorted(found.items())


def source_file(function: types.FunctionType) -> Path | None:
    """File that a function was read from; None where it was typed in or made from text."""
    file = Path(function.__code__.co_filename)
    return file if file.suffix == ".py" and file.is_file() else None
