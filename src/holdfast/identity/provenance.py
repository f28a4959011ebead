"""Provenance: with what a run is made; no host names, user names or environment values."""

import functools
import platform
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from holdfast.identity.fingerprint import parts_of
from holdfast.identity.hardware import hardware, operating_system
from holdfast.identity.implementation import files_of, sources_behind
from holdfast.identity.sources import installed, sources_of
from holdfast.record import Provenance

__all__ = ["observe", "own_sources"]

_GIT_SECONDS = 10.0
_MOST_FILES = 500
_ENGINE = ("holdfast/", "src/holdfast/")


def observe(system: object, *, seed: int) -> Provenance:
    """Provenance of a run that begins now."""
    commit, branch, dirty = _git(Path.cwd())
    return Provenance(
        started=datetime.now(UTC).astimezone().isoformat(timespec="milliseconds"),
        seed=seed,
        holdfast=_version("holdfast") or "",
        python=platform.python_version(),
        platform=f"{sys.platform} {platform.machine()}",
        os=operating_system(),
        hardware=hardware(),
        packages=_packages(system),
        sources=own_sources([system]),
        git_commit=commit,
        git_branch=branch,
        git_dirty=dirty,
    )


def own_sources(callables: Iterable[object]) -> dict[str, str]:
    """Digests by path of the project's own files behind callables; none where they are too many.

    Files of holdfast itself and of installed packages are named by their versions.
    """
    found: dict[str, str] = {}
    for part in parts_of(list(callables)):
        for file, module in files_of(part):
            if not installed(file):
                files = sources_of(file, module=module).files
                found.update(pair for pair in files if not pair[0].startswith(_ENGINE))
    return dict(sorted(found.items())) if len(found) <= _MOST_FILES else {}


def _packages(system: object) -> dict[str, str]:
    names: set[str] = set()
    for part in parts_of(system):
        for sources in sources_behind(part):
            names |= sources.foreign
    found: dict[str, str] = {}
    for name in sorted(names):
        version = _version(name)
        if version is not None:
            found[name] = version
            continue
        for distribution in _distributions().get(name, ()):
            found[distribution] = metadata.version(distribution)
    return dict(sorted(found.items()))


@functools.cache
def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


# Reading every installed distribution takes a noticeable part of a second.
@functools.cache
def _distributions() -> dict[str, list[str]]:
    return {name: sorted(set(found)) for name, found in metadata.packages_distributions().items()}


def _git(folder: Path) -> tuple[str | None, str | None, bool | None]:
    """Commit, branch (None where there is none) and whether tracked files were changed since."""
    commit = _ask_git(folder, "rev-parse", "HEAD")
    if commit is None:
        return None, None, None
    branch = _ask_git(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    changes = _ask_git(folder, "status", "--porcelain", "--untracked-files=no")
    return commit, branch or None, None if changes is None else bool(changes)


def _ask_git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "--no-optional-locks", *arguments]
    try:
        answer = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=True, timeout=_GIT_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
