"""Foreign: metrics of other libraries, whose every end becomes an outcome."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module, metadata
from threading import Lock
from typing import Any

from holdfast.digest import Json, canonical
from holdfast.errors import MissingExtra, UsageError
from holdfast.metric import Failure, Metric, Outcome
from holdfast.running.calls import described, guarded
from holdfast.running.limits import diagnose
from holdfast.running.scoring import outcome_of

__all__ = ["Library", "settled", "split_settings"]

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


def settled(metric: Metric, score: Callable[[], object]) -> Outcome:
    """Outcome of a call into another library, whatever it returns or raises.

    No number, or one that is not finite or outside the bounds, is a failure of the metric, and so
    is an error of the library.

    Raises:
        HoldfastError: the metric was set up wrongly.
        Exception: a server did not answer, or refused; the runner calls again, and in the end
            says that infrastructure failed.
    """
    reply = guarded(score)
    error = reply.error
    if error is None:
        return outcome_of(reply.value, label=metric.spec.label, bounds=metric.bounds)
    wrong_setup = isinstance(error, MissingExtra | UsageError)
    if wrong_setup or not isinstance(error, Exception) or diagnose(error).kind != "own":
        raise error
    return Failure(stage="metric", error=described(error))


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
