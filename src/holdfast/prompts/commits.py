"""Commits: what the repository, where there is one, remembers of a prompt's file."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Commit", "commits_of"]

_SECONDS = 20
_FORM = "%h%x1f%cs%x1f%s%x1e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit that touched a file."""

    id: str
    """Short digest of the commit."""
    date: str
    """Day on which it was committed, ISO 8601."""
    subject: str


def commits_of(path: Path) -> tuple[Commit, ...] | None:
    """Commits of a file, newest first; None where no repository or no Git is at hand."""
    command = ["git", "--no-optional-locks", "log", f"--format={_FORM}", "--", path.name]
    try:
        answer = subprocess.run(
            command,
            cwd=path.parent,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    rows = [row.strip("\n").split("\x1f") for row in answer.stdout.split("\x1e")]
    return tuple(Commit(id=row[0], date=row[1], subject=row[2]) for row in rows if len(row) == 3)
