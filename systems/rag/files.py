"""Files: which of those in the folder of a collection hold what, as their names tell."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from holdfast.errors import DatasetError

__all__ = ["What", "find_file", "find_packed", "is_data"]

What = Literal["documents", "topics", "qrels"]

_MARKS: Mapping[What, tuple[str, ...]] = {
    "qrels": ("qrel", "rlv", ".rel"),
    "topics": ("topic", "quer", "qry"),
    "documents": ("doc", "corpus", "collection", ".all"),
}
"""Parts of names; a file is the first of these that it has a mark of."""
_NO_DATA = {
    ".md",
    ".readme",
    ".py",
    ".pdf",
    ".html",
    ".idx",
    ".zip",
    ".sh",
    ".yaml",
    ".yml",
    ".dtd",
}
_ABOUT = (".", "readme", "readchg", "readfrcg", "license", "copyright")


def is_data(path: Path) -> bool:
    """Whether a file may be part of a collection and is not about it, as its name tells."""
    name = path.name.lower()
    return path.suffix.lower() not in _NO_DATA and not name.startswith(_ABOUT)


def find_file(folder: Path, what: What) -> Path:
    """The one file of a folder, or folder in it, whose name says that it holds this.

    Raises:
        DatasetError: there is none, or more than one.
    """
    files = sorted(item for item in folder.iterdir() if is_data(item))
    found = [item for item in files if _kind(item.name.lower()) == what]
    if len(found) == 1:
        return found[0]
    seen = ", ".join(item.name for item in files) or "nothing"
    raise DatasetError(
        f"which of the files under {str(folder)!r} are the {what}? There are {seen}; "
        f"name them with --{what}"
    )


def find_packed(path: Path) -> Path:
    """The path, or that of the packed file in its place."""
    packed = path.with_name(f"{path.name}.gz")
    return packed if packed.is_file() and not path.is_file() else path


def _kind(name: str) -> What | None:
    return next((what for what, marks in _MARKS.items() if any(one in name for one in marks)), None)
