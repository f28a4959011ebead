"""Placing: where a case is written down, as anybody with a copy of the repository finds it."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.dataset import Source

__all__ = ["ShownPlaces"]


@dataclass(frozen=True, slots=True)
class ShownPlaces:
    """Turns absolute places into places inside one folder, once for each file.

    What lies elsewhere has no place: a record holds no path of one machine.
    """

    root: Path
    _known: dict[str, str | None] = field(default_factory=dict[str, str | None])

    @classmethod
    def here(cls) -> "ShownPlaces":
        """Places inside the repository that the working directory belongs to, else inside it."""
        folder = Path.cwd()
        for parent in (folder, *folder.parents):
            if (parent / ".git").exists():
                return cls(parent)
        return cls(folder)

    def of(self, source: Source | None) -> Source | None:
        """The place relative to the folder; None where it lies outside."""
        if source is None:
            return None
        if source.file not in self._known:
            self._known[source.file] = self._inside(Path(source.file))
        file = self._known[source.file]
        return None if file is None else Source(file, source.line)

    def _inside(self, file: Path) -> str | None:
        # The same file may be reached through a link, and so may the folder.
        for found, root in ((file.absolute(), self.root), (file.resolve(), self.root.resolve())):
            path = Path(os.path.normpath(found))
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        return None
