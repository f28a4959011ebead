"""Sources: the files of a project that a module is made of, found by reading its imports."""

import ast
import functools
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.digest import digest_bytes

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
    root = _root(file, module)
    files: dict[str, str] = {}
    own: set[str] = set()
    foreign: set[str] = set()
    pending = [(file, module)]
    while pending:
        path, name = pending.pop()
        key = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        if key in files:
            continue
        scan = _scan_file(path)
        own.add(name.partition(".")[0])
        files[key] = scan.digest
        for imported in _imported(scan, path, name):
            found = _locate(imported, root=root, near=path)
            if found is None:
                foreign.add(imported.partition(".")[0])
            elif found != path:
                pending.append((found, imported))
    known = foreign - own - set(sys.stdlib_module_names)
    return Sources(files=tuple(sorted(files.items())), foreign=frozenset(known))


def installed(path: Path) -> bool:
    """Whether a file belongs to an installed package or to the standard library."""
    return any(place in path.parts for place in _INSTALLED) or path.is_relative_to(
        _standard_library()
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


def _scan_file(path: Path) -> _Scan:
    status = path.stat()
    return _scan(str(path), status.st_mtime_ns, status.st_size)


# Time and size are in the key so that an edited file is read again.
@functools.lru_cache(maxsize=4096)
def _scan(path: str, _modified: int, _size: int) -> _Scan:
    content = Path(path).read_bytes()
    imports: list[tuple[int, str, tuple[str, ...]]] = []
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return _Scan(digest=digest_bytes(content), imports=())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports.extend((0, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            imports.append((node.level, node.module or "", names))
    return _Scan(digest=digest_bytes(content), imports=tuple(imports))


def _imported(scan: _Scan, path: Path, module: str) -> Iterator[str]:
    """Dotted names that may be modules, every parent package included."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
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


def _locate(module: str, *, root: Path, near: Path) -> Path | None:
    """File of a module of the project, without importing anything."""
    if not _inside(module):
        return None
    loaded = getattr(sys.modules.get(module), "__file__", None)
    if loaded is not None:
        path = Path(loaded)
        return path if _belongs(path, root) else None
    relative = Path(*module.split("."))
    bases = [root, root / "src", root.parent, *near.parents]
    for base in bases:
        for candidate in (base / relative / "__init__.py", (base / relative).with_suffix(".py")):
            if _belongs(candidate, root) and candidate.is_file():
                return candidate
    return None


@functools.cache
def _standard_library() -> Path:
    return Path(sysconfig.get_paths()["stdlib"])


def _belongs(path: Path, root: Path) -> bool:
    if path.suffix != ".py" or not path.is_relative_to(root):
        return False
    below = path.relative_to(root).parts
    return not any(place in below for place in _INSTALLED) and not path.is_relative_to(
        _standard_library()
    )
