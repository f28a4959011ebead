"""Provenance: with what a run is made; no host names, user names or environment values."""

import functools
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from holdfast.identity.fingerprint import parts_of
from holdfast.identity.implementation import sources_behind
from holdfast.record import Provenance

__all__ = ["observe"]

_GIT_SECONDS = 10.0


def observe(system: object, *, seed: int) -> Provenance:
    """Provenance of a run that begins now."""
    commit, dirty = _git(Path.cwd())
    return Provenance(
        started=datetime.now(UTC).astimezone().isoformat(timespec="milliseconds"),
        seed=seed,
        holdfast=_version("holdfast") or "",
        python=platform.python_version(),
        platform=f"{sys.platform} {platform.machine()}",
        packages=_packages(system),
        git_commit=commit,
        git_dirty=dirty,
    )


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


def _git(folder: Path) -> tuple[str | None, bool | None]:
    commit = _ask_git(folder, "rev-parse", "HEAD")
    if commit is None:
        return None, None
    changes = _ask_git(folder, "status", "--porcelain", "--untracked-files=no")
    return commit, None if changes is None else bool(changes)


def _ask_git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "--no-optional-locks", *arguments]
    try:
        answer = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=True, timeout=_GIT_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
