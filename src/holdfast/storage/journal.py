"""Journal: a file of finished trials that only grows: a killed run loses half a line at most."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from holdfast.errors import RecordError, StoreError
from holdfast.storage.codec import Row

__all__ = ["DAMAGED", "Journal", "disk_refused", "read_lines", "write_whole"]

DAMAGED = "the file is damaged: take it from git again, or remove it and make it anew"
"""What to do about a file that holdfast itself did not leave like this."""


class Journal:
    """An open file of finished trials; each `append` is one write of whole lines.

    Appending to an existing file first cuts off a last line that was only half written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._dirty = False
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
            self._file = os.open(path, flags, 0o644)
            with path.open("rb") as written:
                os.ftruncate(self._file, _whole_lines(written))
        except OSError as error:
            raise disk_refused(path, error) from error

    def append(self, data: bytes) -> None:
        """Add whole lines; they survive the death of the process once this returns."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError as error:
            raise disk_refused(self.path, error) from error
        self._dirty = True

    def sync(self) -> None:
        """Make what was appended survive a power cut, too."""
        if not self._dirty or self._file < 0:
            return
        self._dirty = False
        try:
            os.fsync(self._file)
        except OSError as error:
            raise disk_refused(self.path, error) from error

    def close(self) -> None:
        """Sync and close the file."""
        if self._file < 0:
            return
        try:
            self.sync()
        finally:
            os.close(self._file)
            self._file = -1


def _whole_lines(file: BinaryIO) -> int:
    """Length of the file up to and including its last line break."""
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - 65536)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def read_lines(path: Path, *, tolerant: bool = False) -> Iterator[Row]:
    """JSON objects of a file, one a line.

    `tolerant` passes over a last line without its line break: the writer was killed half-way.

    Raises:
        RecordError: a line is not a JSON object, or the file cannot be read.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise RecordError(f"cannot read {str(path)!r}: {error.strerror}") from error
    with file:
        for number, text in enumerate(file, start=1):
            try:
                # Given bytes, json looks for their encoding first, at a third of its cost.
                row = json.loads(text.decode())
            except ValueError as error:
                if tolerant and not text.endswith(b"\n"):
                    return
                raise RecordError(f"{path}:{number}: broken JSON: {error}; {DAMAGED}") from error
            if not isinstance(row, dict):
                raise RecordError(
                    f"{path}:{number}: expected a JSON object, got {row!r:.80}; {DAMAGED}"
                )
            yield row


def write_whole(path: Path, data: Iterator[bytes]) -> None:
    """Write a file that is there completely or not at all (temporary file, then rename)."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.writelines(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise disk_refused(path, error) from error


def disk_refused(path: Path, error: OSError) -> StoreError:
    """The error to raise where the disk refused a write; it says what to do."""
    return StoreError(
        f"cannot write {str(path)!r}: {error.strerror or error}; free space or make the folder "
        "writable, then run again: finished trials are kept"
    )
