"""Mutation: what a callable changes while it is called, and which is therefore not a setting of it.

A system that counts its calls in a list that it captured is the same system after ten calls.
"""

import ast
import functools
import types
from collections.abc import Iterator
from pathlib import Path

__all__ = ["changed_attributes", "changed_names"]

_CHANGING_METHODS = frozenset(
    {
        "add",
        "append",
        "appendleft",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "popleft",
        "put",
        "put_nowait",
        "remove",
        "setdefault",
        "sort",
        "subtract",
        "update",
        "write",
    }
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def changed_names(function: types.FunctionType) -> frozenset[str]:
    """Variables from outside a function that its body rebinds, fills or empties."""
    outside = set(function.__code__.co_freevars)
    found: set[str] = set()
    for node in _nodes(function):
        found |= {path[0] for path in _changed(node)}
    return frozenset(found & outside)


@functools.cache
def changed_attributes(kind: type) -> frozenset[str]:
    """Attributes that a class changes when its objects are called, helper methods included."""
    found: set[str] = set()
    seen: set[str] = set()
    pending = ["__call__"]
    while pending:
        name = pending.pop()
        function = next((p.__dict__[name] for p in kind.__mro__ if name in p.__dict__), None)
        if name in seen or not isinstance(function, types.FunctionType):
            continue
        seen.add(name)
        if not function.__code__.co_argcount:
            continue
        owner = function.__code__.co_varnames[0]
        for node in _nodes(function):
            found |= {path[1] for path in _changed(node) if path[0] == owner and len(path) > 1}
            pending.extend(path[1] for path in _called(node) if path[0] == owner and len(path) == 2)
    return frozenset(found)


def _changed(node: ast.AST) -> Iterator[tuple[str, ...]]:
    """Dotted paths that are assigned to, deleted from, or changed by a method."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute | ast.Subscript):
            if isinstance(part.ctx, ast.Store | ast.Del):
                yield _path(part)
        elif isinstance(part, ast.Call):
            if isinstance(part.func, ast.Attribute) and part.func.attr in _CHANGING_METHODS:
                yield _path(part.func.value)
            elif isinstance(part.func, ast.Name) and part.func.id == "next" and part.args:
                yield _path(part.args[0])


def _called(node: ast.AST) -> Iterator[tuple[str, ...]]:
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            yield _path(part.func)


def _path(node: ast.AST) -> tuple[str, ...]:
    """Names of `self.calls[question]`: ("self", "calls"); one empty name for anything else."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute):
            attributes.append(node.attr)
        node = node.value
    name = node.id if isinstance(node, ast.Name) else ""
    return (name, *reversed(attributes))


def _nodes(function: types.FunctionType) -> list[_Function]:
    """Syntax of a function; several where one line holds several lambdas, none without a file."""
    path = Path(function.__code__.co_filename)
    try:
        modified = path.stat().st_mtime_ns
    except OSError:
        return []
    return _functions(str(path), modified).get(function.__code__.co_firstlineno, [])


# The time is in the key so that an edited file is read again.
@functools.lru_cache(maxsize=256)
def _functions(path: str, _modified: int) -> dict[int, list[_Function]]:
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    found: dict[int, list[_Function]] = {}
    for node in ast.walk(tree):
        if isinstance(node, _Function):
            decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
            first = min([node.lineno, *(item.lineno for item in decorators)])
            found.setdefault(first, []).append(node)
    return found
