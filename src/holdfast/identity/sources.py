"""Sources: the files of a project that a module is made of, found by reading its imports."""

# ruff: noqa: PTH112, PTH113, PTH116, PTH118, PTH119, PTH120, PTH206  # Path takes ten times as long

import ast
import functools
import os
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.digest import digest_bytes
from holdfast.syntax import parse

__all__ = ["Sources", "installed", "sources_of"]

_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
_INSTALLED = ("site-packages", "dist-packages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a module is made of."""

    files: tuple[tuple[str, str], ...]
    """Path under the project's root and content digest, for the module and what it imports."""
    foreign: frozenset[str]
    """Top-level names of imported modules from outside the project and the standard library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    digest: str
    imports: tuple[tuple[int, str, tuple[str, ...]], ...]
    """Number of leading dots, module name, and names imported from it."""


def sources_of(file: Path, *, module: str) -> Sources:
    """The module of a file and everything of the same project that it imports, wherever it does.

    The project is the nearest folder above with a pyproject.toml or a repository in it; of an
    installed package it is that package.
    """
    known = _KNOWN.get((file, module))
    if known is None or any(_stamp(path) != stamp for path, stamp in known[1].items()):
        known = _KNOWN[file, module] = _walk(file, module)
    return known[0]


# A run asks for the sources of a system and of each metric, which are mostly the same files.
_KNOWN: "dict[tuple[Path, str], tuple[Sources, dict[str, tuple[int, int]]]]" = {}


def _walk(file: Path, module: str) -> "tuple[Sources, dict[str, tuple[int, int]]]":
    """Sources of a module, and when their files were changed last."""
    project = _Project(_root(file, module))
    files: dict[str, str] = {}
    stamps: dict[str, tuple[int, int]] = {}
    own: set[str] = set()
    foreign: set[str] = set()
    pending = [(str(file), module)]
    while pending:
        path, name = pending.pop()
        key = project.relative(path)
        if key in files:
            continue
        stamps[path] = _stamp(path)
        scan = _scan(path, stamps[path])
        files[key] = scan.digest
        own.add(name.partition(".")[0])
        for imported in _imported(scan, path, name):
            found = project.locate(imported, near=path)
            if found is None:
                foreign.add(imported.partition(".")[0])
            elif found != path:
                pending.append((found, imported))
    foreign -= own | set(sys.stdlib_module_names)
    return Sources(files=tuple(sorted(files.items())), foreign=frozenset(foreign)), stamps


def installed(path: Path) -> bool:
    """Whether a file belongs to an installed package or to the standard library."""
    return any(place in path.parts for place in _INSTALLED) or path.is_relative_to(
        _standard_library()
    )


class _Project:
    """The files below one root; remembers what it looked up, for imports repeat themselves."""

    def __init__(self, root: Path) -> None:
        self._root = str(root) + os.sep
        self._bases = (str(root), str(root / "src"), str(root.parent))
        self._found: dict[tuple[str, str], str | None] = {}

    def relative(self, path: str) -> str:
        """Path as it is on every machine."""
        inside = path.startswith(self._root)
        return path[len(self._root) :].replace(os.sep, "/") if inside else os.path.basename(path)

    def locate(self, module: str, *, near: str) -> str | None:
        """File of a module of the project, without importing anything."""
        if not _inside(module):
            return None
        loaded = getattr(sys.modules.get(module), "__file__", None)
        if loaded is not None:
            return loaded if self._belongs(loaded) else None
        folder = os.path.dirname(near)
        if (module, folder) not in self._found:
            self._found[module, folder] = self._search(module, folder)
        return self._found[module, folder]

    def _search(self, module: str, folder: str) -> str | None:
        top, _, rest = module.partition(".")
        for base in (*self._bases, folder):
            start = os.path.join(base, top)
            if not (os.path.isdir(start) or os.path.isfile(f"{start}.py")):
                continue
            below = os.path.join(start, *rest.split(".")) if rest else start
            for candidate in (os.path.join(below, "__init__.py"), f"{below}.py"):
                if self._belongs(candidate) and os.path.isfile(candidate):
                    return candidate
        return None

    def _belongs(self, path: str) -> bool:
        if not path.endswith(".py") or not path.startswith(self._root):
            return False
        below = path[len(self._root) :].split(os.sep)
        return not any(place in below for place in _INSTALLED) and not path.startswith(
            str(_standard_library()) + os.sep
        )


def _root(file: Path, module: str) -> Path:
    parts = file.parts
    for place in _INSTALLED:
        if place in parts:
            top = parts.index(place) + 2
            return Path(*parts[: min(top, len(parts) - 1)])
    for folder in file.parents:
        if any((folder / marker).exists() for marker in _MARKERS):
            return folder
    depth = module.count(".") + (file.name == "__init__.py")
    return file.parents[min(depth, len(file.parents) - 1)]


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size


# Time and size are in the key so that an edited file is read again.
@functools.lru_cache(maxsize=4096)
def _scan(path: str, _changed: tuple[int, int]) -> _Scan:
    content = Path(path).read_bytes()
    imports: list[tuple[int, str, tuple[str, ...]]] = []
    try:
        tree = parse(content)
    except (SyntaxError, ValueError):
        return _Scan(digest=digest_bytes(content), imports=())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports.extend((0, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            imports.append((node.level, node.module or "", names))
    return _Scan(digest=digest_bytes(content), imports=tuple(imports))


def _imported(scan: _Scan, path: str, module: str) -> Iterator[str]:
    """Dotted names that may be modules, every parent package included."""
    package = module if os.path.basename(path) == "__init__.py" else module.rpartition(".")[0]
    for level, name, members in scan.imports:
        base = name
        if level:
            parents = package.split(".")[: max(0, package.count(".") + 2 - level)]
            base = ".".join([*parents, name] if name else parents)
        if not base:
            continue
        pieces = base.split(".")
        yield from (".".join(pieces[:end]) for end in range(1, len(pieces) + 1))
        yield from (f"{base}.{member}" for member in members if _inside(base))


def _inside(module: str) -> bool:
    return module.partition(".")[0] not in sys.stdlib_module_names


@functools.cache
def _standard_library() -> Path:
    return Path(sysconfig.get_paths()["stdlib"])
