"""Prompt folder: prompts by name and version, and which of them is live."""

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from holdfast.config import did_you_mean
from holdfast.errors import StoreError, UsageError
from holdfast.prompts.pins import Pins, pins_text, read_pins
from holdfast.prompts.prompt import Prompt, text_digest

__all__ = ["PINS", "PromptFolder", "State", "version_number"]

PINS = "pins.json"
"""File of the accepted and live versions, beside the prompts; commit it."""

State = Literal["live", "accepted", "draft", "edited", "missing"]
"""`edited` and `missing`: the text of an accepted version is no longer what was accepted."""

_FILE = re.compile(r"v([1-9][0-9]{0,5})\.md")
_VERSION = re.compile(r"v?([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class PromptFolder:
    """Prompts as files `<name>/v<number>.md`.

    A version is a draft until it is accepted. From then on it cannot be read with another text, so
    that a run that names it used exactly that text; what should change is written as a new version.
    One accepted version of each prompt is live.
    """

    path: Path

    def names(self) -> tuple[str, ...]:
        """Names of the prompts, in alphabetical order."""
        found = {
            path.parent.name for path in self.path.glob("*/v*.md") if _FILE.fullmatch(path.name)
        }
        return tuple(sorted(found | set(self._all_pins())))

    def versions(self, name: str) -> tuple[int, ...]:
        """Versions of a prompt, oldest first; accepted ones whose file is gone among them.

        Raises:
            UsageError: there is no prompt of that name.
        """
        files = {
            int(found[1])
            for path in (self.path / name).glob("v*.md")
            if (found := _FILE.fullmatch(path.name))
        }
        known = files | set(self._all_pins().get(name, Pins()).accepted)
        if not known:
            guess = did_you_mean(name, self.names())
            raise UsageError(f"there is no prompt {name!r} in {str(self.path)!r}{guess}")
        return tuple(sorted(known))

    def pins(self, name: str) -> Pins:
        """What is accepted of a prompt, and what is and was live."""
        return self._all_pins().get(name, Pins())

    def live(self, name: str) -> int:
        """The version that ships.

        Raises:
            UsageError: there is no such prompt, or none of its versions was pinned.
        """
        newest = self.versions(name)[-1]
        found = self.pins(name).live
        if found is None:
            raise UsageError(
                f"no version of the prompt {name!r} is live; make one so with: "
                f"holdfast prompts pin {name} v{newest}"
            )
        return found

    def file(self, name: str, version: int) -> Path:
        """Where a version is written down."""
        return self.path / name / f"v{version}.md"

    def read(self, name: str, *, version: int | None = None) -> Prompt:
        """A version of a prompt, the live one where no version is given.

        Raises:
            UsageError: there is no such version, its file is broken, or it was accepted and its
                text is another one now.
        """
        chosen = self.live(name) if version is None else version
        prompt = self._found(name, chosen)
        frozen = self.pins(name).accepted.get(chosen)
        if frozen is not None and frozen.digest != prompt.digest:
            fresh = self.versions(name)[-1] + 1
            raise UsageError(
                f"{prompt.label} was accepted on {frozen.date} with the digest {frozen.digest[:8]} "
                f"and its file now has {prompt.digest[:8]}; an accepted version keeps its text: "
                f"write v{fresh}.md and restore v{chosen}.md"
            )
        return prompt

    def state(self, name: str, version: int) -> State:
        """What a version is, by its pins and its file."""
        pins = self.pins(name)
        frozen = pins.accepted.get(version)
        text = _text(self.file(name, version))
        if frozen is None:
            return "draft"
        if text is None:
            return "missing"
        if text_digest(text) != frozen.digest:
            return "edited"
        return "live" if pins.live == version else "accepted"

    def accept(self, name: str, version: int, *, today: date) -> Prompt:
        """Freeze the text of a version, so that runs of it stay comparable.

        Raises:
            UsageError: there is no such version, or it was accepted with another text.
            StoreError: the disk refused.
        """
        prompt = self.read(name, version=version)
        self._write(name, self.pins(name).accept(version, prompt.digest, today))
        return prompt

    def pin(self, name: str, version: int, *, today: date) -> Prompt:
        """Accept a version and make it live.

        Raises:
            UsageError: there is no such version, or it was accepted with another text.
            StoreError: the disk refused.
        """
        prompt = self.read(name, version=version)
        accepted = self.pins(name).accept(version, prompt.digest, today)
        self._write(name, accepted.pin(version, today))
        return prompt

    def roll_back(self, name: str, *, today: date) -> Prompt:
        """Make the version live that was so before the last pin; calling it again goes further.

        Raises:
            UsageError: no other version was live before, or its text was changed.
            StoreError: the disk refused.
        """
        self.live(name)
        pins = self.pins(name).roll_back(today)
        prompt = self.read(name, version=pins.live)
        self._write(name, pins)
        return prompt

    def _found(self, name: str, version: int) -> Prompt:
        known = self.versions(name)
        text = _text(self.file(name, version))
        if text is not None:
            return Prompt(name=name, version=version, text=text)
        if version in known:
            raise UsageError(
                f"the accepted version {name}/v{version} has no file; restore "
                f"{str(self.file(name, version))!r} from the repository"
            )
        raise UsageError(
            f"there is no version v{version} of the prompt {name!r} (known: "
            f"{', '.join(f'v{one}' for one in known)})"
        )

    def _all_pins(self) -> dict[str, Pins]:
        path = self.path / PINS
        text = _text(path)
        return {} if text is None else read_pins(text, where=str(path))

    def _write(self, name: str, pins: Pins) -> None:
        path = self.path / PINS
        text = pins_text({**self._all_pins(), name: pins})
        fresh = path.with_name(f".{PINS}.{os.getpid()}")
        try:
            fresh.write_text(text, encoding="utf-8", newline="\n")
            fresh.replace(path)
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error.strerror}") from error


def version_number(text: str) -> int:
    """The number of a version as people write it.

    >>> version_number("v3"), version_number("3")
    (3, 3)
    """
    found = _VERSION.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no version; write v3 or 3")
    return int(found[1])


def _text(path: Path) -> str | None:
    """Text of a file with line feeds alone, so that a checkout on Windows has the same digest."""
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
