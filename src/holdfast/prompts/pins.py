"""Pins: which versions of prompts are accepted, and which of them is live."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from holdfast.errors import UsageError

__all__ = ["Accepted", "Pin", "Pins", "pins_text", "read_pins"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A version whose text must not change any more."""

    digest: str
    date: str
    """Day on which it was accepted, ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One moment at which a version went live."""

    version: int
    date: str
    """The day, ISO 8601."""
    rollback: bool = False
    """Whether it took back the pin before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """The accepted versions of one prompt and the order in which they went live.

    >>> day = date(2026, 11, 20)
    >>> pins = Pins().accept(1, "aa", day).accept(2, "bb", day).pin(1, day).pin(2, day)
    >>> pins.live, pins.roll_back(day).live
    (2, 1)
    """

    accepted: Mapping[int, Accepted] = field(default_factory=dict[int, Accepted])
    moments: tuple[Pin, ...] = ()
    """Oldest first; rollbacks are added and nothing is taken away."""

    @property
    def live(self) -> int | None:
        """The version that ships; None before the first pin."""
        return self.moments[-1].version if self.moments else None

    @property
    def before(self) -> int | None:
        """The version that a rollback would make live."""
        standing: list[int] = []
        for moment in self.moments:
            if moment.rollback:
                standing.pop()
            else:
                standing.append(moment.version)
        return standing[-2] if len(standing) > 1 else None

    def accept(self, version: int, digest: str, day: date) -> "Pins":
        """The same with a version frozen; one that is frozen already keeps its day."""
        if version in self.accepted:
            return self
        new = Accepted(digest=digest, date=day.isoformat())
        return replace(self, accepted=dict(sorted({**self.accepted, version: new}.items())))

    def pin(self, version: int, day: date) -> "Pins":
        """The same with an accepted version live."""
        if version == self.live:
            return self
        moment = Pin(version=version, date=day.isoformat())
        return replace(self, moments=(*self.moments, moment))

    def roll_back(self, day: date) -> "Pins":
        """The same with the version live that was so before the last pin.

        Raises:
            UsageError: no version was live before.
        """
        if self.before is None:
            raise UsageError("no other version was live before; choose one by `pin`")
        moment = Pin(version=self.before, date=day.isoformat(), rollback=True)
        return replace(self, moments=(*self.moments, moment))


def read_pins(text: str, *, where: str) -> dict[str, Pins]:
    """Pins by name of the prompt.

    Raises:
        UsageError: the file is broken, for instance by a merge.
    """
    try:
        rows = cast("dict[str, Any]", json.loads(text))["prompts"]
        found = {name: _pins(row) for name, row in rows.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{where} cannot be read: {type(error).__name__}: {error}; restore it from the "
            "repository, or settle the merge that it holds"
        ) from error
    for name, pins in found.items():
        _check(name, pins, where=where)
    return found


def pins_text(pins: Mapping[str, Pins]) -> str:
    """The file of all pins; equal pins give equal text."""
    rows = {name: _row(one) for name, one in sorted(pins.items())}
    return json.dumps({"prompts": rows}, indent=2) + "\n"


def _check(name: str, pins: Pins, *, where: str) -> None:
    for version in {moment.version for moment in pins.moments} - set(pins.accepted):
        raise UsageError(
            f"{where}: {name}/v{version} was pinned and is not among the accepted versions; "
            "restore the file from the repository"
        )
    depth = 0
    for moment in pins.moments:
        depth += -1 if moment.rollback else 1
        if depth < 1:
            raise UsageError(f"{where}: {name} rolls back beyond its first pin; restore the file")


def _pins(row: Mapping[str, Any]) -> Pins:
    accepted = {
        _number(version): Accepted(digest=_text(one["digest"]), date=_text(one["date"]))
        for version, one in row["accepted"].items()
    }
    moments = tuple(
        Pin(
            version=_number(one["version"]),
            date=_text(one["date"]),
            rollback=one.get("rollback", False) is True,
        )
        for one in row["live"]
    )
    return Pins(accepted=dict(sorted(accepted.items())), moments=moments)


def _row(pins: Pins) -> dict[str, object]:
    return {
        "accepted": {
            f"v{version}": {"digest": one.digest, "date": one.date}
            for version, one in pins.accepted.items()
        },
        "live": [
            {"version": f"v{one.version}", "date": one.date}
            | ({"rollback": True} if one.rollback else {})
            for one in pins.moments
        ],
    }


def _number(text: str) -> int:
    if not text.startswith("v") or not text[1:].isdecimal():
        raise ValueError(f"{text!r} is no version such as v3")
    return int(text[1:])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {value!r}")
    return value
