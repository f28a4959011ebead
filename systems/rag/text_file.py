"""Text files of public collections: packed or not, in UTF-8 or in Latin-1."""

import gzip
import zlib
from pathlib import Path

from holdfast.errors import DatasetError

__all__ = ["read_text"]


def read_text(path: Path) -> str:
    """Text of a file with line feeds; `.gz` is unpacked, what is not UTF-8 is read as Latin-1.

    Raises:
        DatasetError: the file cannot be read.
    """
    try:
        raw = path.read_bytes()
        data = gzip.decompress(raw) if path.suffix.lower() == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} cannot be read: {error}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The older collections of TREC are in Latin-1.
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n")
