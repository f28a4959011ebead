"""Label file: judgements of any number of people, appended line by line and never rewritten."""

import json
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from holdfast.digest import canonical
from holdfast.errors import DatasetError
from holdfast.readers.jsonl import read_objects
from holdfast.reviewing.judgement import Judgement, is_judgement, judgement_from, judgement_row
from holdfast.storage.journal import disk_refused

__all__ = ["append_judgements", "read_judgements"]

_TAIL = 1 << 20
_FAR = 1 << 30


def read_judgements(path: Path) -> tuple[Judgement, ...]:
    """All lines of a review's file, those that later lines replace included.

    Raises:
        DatasetError: a line is no judgement.
    """
    found: list[Judgement] = []
    for row in read_objects(path):
        if not is_judgement(row.values):
            raise DatasetError(
                f"{row.where}: not a line of a review; give the file that `holdfast review` wrote"
            )
        found.append(judgement_from(row.values, where=str(row.where)))
    return tuple(found)


def append_judgements(judgements: Sequence[Judgement], path: Path) -> None:
    """Add lines at the end of the file, made where it is missing; on disk when this returns.

    Raises:
        StoreError: the disk refused.
    """
    data = b"".join(_line(one) for one in judgements)
    if not data:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file, _alone(file.fileno()):
            _end_the_last_line(file.fileno())
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise disk_refused(path, error) from error


def _line(one: Judgement) -> bytes:
    text = json.dumps(judgement_row(one), ensure_ascii=False, allow_nan=False)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        # Half a character, which UTF-8 cannot hold and a JSON escape can.
        return json.dumps(judgement_row(one), allow_nan=False).encode() + b"\n"


@contextmanager
def _alone(file: int) -> Generator[None]:
    """Hold the file: what looks half written may be the line of a person at work beside."""
    try:
        locks: Any = import_module("fcntl")
    except ImportError:  # Windows, where the bytes that are locked need not exist
        locks = import_module("msvcrt")
        os.lseek(file, _FAR, os.SEEK_SET)
        locks.locking(file, locks.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(file, _FAR, os.SEEK_SET)
            locks.locking(file, locks.LK_UNLCK, 1)
        return
    with suppress(OSError):  # some file systems know no locks
        locks.flock(file, locks.LOCK_EX)
    yield  # closing the file lets it go


def _end_the_last_line(file: int) -> None:
    """Complete a last line that has no line break, or cut it off where it was half written."""
    size = os.fstat(file).st_size
    start = max(0, size - _TAIL)
    os.lseek(file, start, os.SEEK_SET)
    tail = os.read(file, _TAIL)
    if not tail or tail.endswith(b"\n"):
        return
    last = tail[tail.rfind(b"\n") + 1 :]
    try:
        canonical(json.loads(last.decode()))
    except ValueError:
        os.ftruncate(file, size - len(last))
    else:
        os.write(file, b"\n")
