"""Lines of a text file with their numbers, decoded strictly as UTF-8."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.errors import DatasetError

__all__ = ["Line", "existing_file", "read_lines"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file."""

    number: int
    """1 for the first line."""
    text: str
    """The line with its line break."""


def existing_file(path: str | Path) -> Path:
    """Absolute path of a file that exists, so that a later change of folder does not matter.

    Raises:
        DatasetError: there is no such file.
    """
    found = Path(path).absolute()
    if found.is_file():
        return found
    if found.is_dir():
        raise DatasetError(f"{str(found)!r} is a folder; give the path of a file in it")
    siblings = sorted(item.name for item in found.parent.glob(f"*{found.suffix}"))[:5]
    hint = f"; beside it are {', '.join(siblings)}" if siblings else ""
    raise DatasetError(f"there is no file {str(found)!r}{hint}")


def read_lines(path: Path) -> Iterator[Line]:
    """Lines of a file, one at a time; a byte order mark of UTF-8 is left out.

    Only a line feed ends a line, so that text may hold any other separator.

    Raises:
        DatasetError: the file cannot be opened, or a line is not UTF-8.
    """
    offset = 0
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                yield Line(number, _decode(raw, path=path, number=number, offset=offset))
                offset += len(raw)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}") from error


def _decode(raw: bytes, *, path: Path, number: int, offset: int) -> str:
    if number == 1 and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DatasetError(f"{path}:1: the file is UTF-16; save it as UTF-8")
    if number == 1:
        raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"byte {raw[error.start]:#04x} at offset {offset + error.start} of the file"
        raise DatasetError(
            f"{path}:{number}: {where} is not UTF-8 ({error.reason}); save the file as UTF-8"
        ) from error
