"""Foreign: libraries of metrics, loaded when the first of their metrics is needed."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module, metadata
from threading import Lock
from typing import Any

from holdfast.digest import Json, canonical
from holdfast.errors import MissingExtra

__all__ = ["Library", "split_settings"]

_LOADING = Lock()
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library of metrics that is loaded when its first metric is needed."""

    name: str
    first: tuple[int, ...]
    """Oldest version that is known to work."""
    last: int
    """Major version, or minor of version 0, up to which this was tried."""
    install: str
    """What to give to pip."""
    quiet: Mapping[str, str] = field(default_factory=dict[str, str])
    """Environment variables, set before the import, by which it tells nobody that it was used."""

    @property
    def version(self) -> str:
        """The installed version.

        Raises:
            MissingExtra: it is not installed, or in a version that this does not know.
        """
        try:
            found = metadata.version(self.name)
        except metadata.PackageNotFoundError as error:
            raise MissingExtra(
                f"metrics of {self.name} need: pip install {self.install}"
            ) from error
        numbers = tuple(int(part) for part in found.split(".")[:3] if part.isdigit())
        major = numbers[: 2 if numbers[:1] == (0,) else 1]
        if numbers < self.first or major[-1:] > (self.last,):
            raise MissingExtra(
                f"{self.name} {found} is installed, and its metrics are known here from "
                f"{'.'.join(map(str, self.first))} on, up to {self._newest}: "
                f"pip install {self.install}"
            )
        return found

    def load(self, module: str) -> Any:
        """A module of the library.

        Raises:
            MissingExtra: the library, or one that it needs, is not installed.
        """
        import os

        version = self.version
        with _LOADING:
            os.environ.update(self.quiet)
            try:
                # What a library warns of in its own imports is nobody's here to mend.
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    return import_module(module)
            except ImportError as error:
                raise MissingExtra(
                    f"{self.name} {version} cannot be imported ({error}): "
                    f"pip install {self.install}"
                ) from error

    @property
    def _newest(self) -> str:
        return f"{self.first[0]}.{self.last}" if self.first[0] == 0 else f"{self.last}"


def split_settings(settings: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, str]]:
    """What of the settings stands in a label, and the texts that hold the rest.

    >>> split_settings({"mode": "f1", "steps": ["Read.", "Judge."]})
    ({'mode': 'f1'}, {'settings.json': '{"steps":["Read.","Judge."]}'})
    """
    shown = {name: value for name, value in settings.items() if _is_short(value)}
    rest = {name: value for name, value in settings.items() if name not in shown}
    return shown, {"settings.json": canonical(rest)} if rest else {}


def _is_short(value: Json) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_SHOWN and value.isprintable()
    return value is None or isinstance(value, bool | int | float)
