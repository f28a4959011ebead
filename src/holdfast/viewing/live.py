"""Live: the runs of a store that are not finished, and whether somebody is at work on them."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from holdfast.errors import RecordError
from holdfast.store import Header
from holdfast.viewing.shelf import Shelf
from holdfast.viewing.tail import Standing, Tail

__all__ = ["Live", "LiveRun", "State"]

State = Literal["running", "interrupted", "finished"]

_FRESH = 0.4
"""Seconds for which several tabs get the same answer."""
_QUIET = 60.0
"""Where locks cannot be seen, a journal that grew in the last minute is somebody's work."""
_JUST_NOW = 5.0
"""A journal that grew in these seconds is somebody's work, whose lock cannot be seen from here."""
_LOCKS = Path("/proc/locks")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRun:
    """One run that is being made, was interrupted, or ended since the viewer began."""

    header: Header
    state: State
    standing: Standing | None
    """None where the record cannot be read yet, and where the run is finished."""


class Live:
    """Follows all unfinished runs of a store by reading alone; safe to use from several threads.

    It never takes a lock of a run: a run that is continued in that moment would find it held.
    """

    def __init__(self, shelf: Shelf, *, locks: Path = _LOCKS) -> None:
        self._shelf = shelf
        self._locks = locks
        self._lock = threading.Lock()
        self._tails: dict[str, Tail] = {}
        self._ended: dict[str, None] = {}
        self._last: tuple[float, tuple[LiveRun, ...]] = (-1.0, ())

    def look(self) -> tuple[LiveRun, ...]:
        """The runs as they are now, newest first."""
        with self._lock:
            now = time.monotonic()
            if self._last[0] < 0 or now - self._last[0] > _FRESH:
                self._last = (now, self._looked())
            return self._last[1]

    def _looked(self) -> tuple[LiveRun, ...]:
        held = self._held()
        found: list[LiveRun] = []
        for header in self._shelf.headers():
            if header.complete:
                if header.id in self._tails:
                    del self._tails[header.id]
                    self._ended[header.id] = None
                if header.id in self._ended:
                    found.append(LiveRun(header=header, state="finished", standing=None))
                continue
            tail = self._tails.setdefault(header.id, Tail(header.path))
            try:
                standing = tail.look()
            except RecordError:
                standing = None
            state: State = "running" if held(header, standing) else "interrupted"
            found.append(LiveRun(header=header, state=state, standing=standing))
        return tuple(found)

    def _held(self) -> "Callable[[Header, Standing | None], bool]":
        """Says whether a process works on a run."""
        nodes = _locked(self._locks)

        def held(header: Header, standing: Standing | None) -> bool:
            quiet = _QUIET if nodes is None else _JUST_NOW
            if standing is not None and standing.silent < quiet:
                return True
            if nodes is None:
                return False
            try:
                return (header.path / ".lock").stat().st_ino in nodes
            except OSError:
                return False

        return held


def _locked(file: Path) -> frozenset[int] | None:
    """Inodes of all files that a process has locked; None where the system does not tell."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    found: set[int] = set()
    for line in lines:
        # 1: FLOCK  ADVISORY  WRITE 4242 08:02:1572884 0 EOF
        fields = line.split()
        place = next((field for field in fields if field.count(":") == 2), "")  # major:minor:inode
        if place and place.rpartition(":")[2].isdecimal():
            found.add(int(place.rpartition(":")[2]))
    return frozenset(found)
