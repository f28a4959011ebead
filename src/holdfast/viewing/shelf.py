"""Shelf: the headers of a store's runs, read again only when one of them was written."""

import threading
from pathlib import Path

from holdfast.store import Header, runs

__all__ = ["Shelf"]


class Shelf:
    """Lists the runs of a store; a look costs one system call for each run that did not change."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known: tuple[tuple[tuple[str, int, int], ...], list[Header]] | None = None

    def headers(self) -> list[Header]:
        """Headers of all readable runs, newest first."""
        with self._lock:
            marks = self._marks()
            if self._known is None or self._known[0] != marks:
                self._known = (marks, runs(self._store))
            return list(self._known[1])

    def _marks(self) -> tuple[tuple[str, int, int], ...]:
        found: list[tuple[str, int, int]] = []
        for file in (self._store / "runs").glob("*/manifest.json"):
            try:
                status = file.stat()
            except OSError:
                continue  # removed in this moment
            found.append((str(file), status.st_mtime_ns, status.st_ino))
        return tuple(sorted(found))
