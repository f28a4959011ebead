"""Sections: the file of a prompt, taken apart into settings and the turns of its roles."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from holdfast.digest import Json
from holdfast.errors import UsageError

__all__ = ["Role", "Section", "Source", "parse"]

Role = Literal["system", "user", "assistant", "tool"]

_FENCE = "+++"
_HEADING = re.compile(
    r"#[ \t]+(system|user|assistant|tool)(?:[ \t]+for[ \t]+each[ \t]+(\S+))?", re.I
)
_EXACT = re.compile(r"# (?:system|user|assistant|tool)(?: for each [a-z][a-z0-9_]*)?")
_ESCAPED = re.compile(r"\\(?=# (?:system|user|assistant|tool)\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one role says, before its variables are filled in."""

    role: Role
    template: str
    line: int
    """Line of the file on which the template begins, 1 for the first."""
    each: str | None = None
    """Name under which the section is said again for every item of the list of that name with s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A prompt's file, taken apart."""

    settings: Mapping[str, Json]
    sections: tuple[Section, ...]


def parse(text: str, *, where: str) -> Source:
    """Settings and sections of a prompt file; `where` names it in errors.

    A file begins with settings in TOML between two lines `+++`, which may be left out. After them
    stand the turns, each under a line `# system`, `# user`, `# assistant` or `# tool`. Turns under
    `# user for each example` are repeated for the items of the list `examples`. A line of text that
    looks like a heading is written with a backslash before it.

    Raises:
        UsageError: the file breaks these rules; file and line are named.
    """
    lines = text.split("\n")
    settings, first = _settings(lines, where=where)
    sections = tuple(_sections(lines, first, where=where))
    if not sections:
        raise UsageError(f"{where} says nothing; write `# system` or `# user` and text below it")
    return Source(settings=settings, sections=sections)


def _settings(lines: Sequence[str], *, where: str) -> tuple[Mapping[str, Json], int]:
    """Settings and the index of the first line after them."""
    if lines[0].strip() == "---":
        raise UsageError(
            f"{where}:1: settings are TOML between two lines {_FENCE}, such as "
            f'`model = "small"`; this file begins with ---'
        )
    if lines[0].rstrip() != _FENCE:
        return {}, 0
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        raise UsageError(f"{where}:1: the settings have no end; write {_FENCE} below them")
    try:
        found = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where}: the settings are no TOML: {error}") from error
    return {key: _plain(value, key=key, where=where) for key, value in found.items()}, end + 1


def _plain(value: Any, *, key: str, where: str) -> Json:
    if isinstance(value, dict):
        rows = cast("dict[str, Any]", value)
        return {
            name: _plain(inner, key=f"{key}.{name}", where=where) for name, inner in rows.items()
        }
    if isinstance(value, list):
        return [_plain(inner, key=key, where=where) for inner in cast("list[Any]", value)]
    if isinstance(value, str | int | float) and value == value and abs(_size(value)) < float("inf"):
        return value
    raise UsageError(f"{where}: the setting {key!r} is {value!s}; write it as text, in quotes")


def _size(value: str | float) -> float:
    return 0.0 if isinstance(value, str) else value


def _sections(lines: Sequence[str], first: int, *, where: str) -> Iterator[Section]:
    start: tuple[Role, str | None, int] | None = None
    for at in range(first, len(lines) + 1):
        heading = _heading(lines[at], where=f"{where}:{at + 1}") if at < len(lines) else None
        ends = heading is not None or at == len(lines)
        if start is None and not ends and lines[at].strip():
            raise UsageError(
                f"{where}:{at + 1}: {lines[at].strip()[:60]!r} stands before the first heading; "
                "begin with `# system` or `# user`"
            )
        if start is not None and ends:
            yield _section(lines[start[2] : at], start, where=where)
        if heading is not None:
            start = (*heading, at + 1)


def _heading(line: str, *, where: str) -> tuple[Role, str | None] | None:
    found = _HEADING.fullmatch(line.rstrip())
    if found is None:
        return None
    if not _EXACT.fullmatch(line.rstrip()):
        role = found[1].lower()
        raise UsageError(
            f"{where}: {line.strip()!r} is no heading; write `# {role}`, or `# {role} for each "
            f"example`, or put a backslash before it where it is part of the text"
        )
    return cast("Role", found[1]), found[2]


def _section(lines: Sequence[str], start: tuple[Role, str | None, int], *, where: str) -> Section:
    role, each, first = start
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if not filled:
        raise UsageError(f"{where}:{first}: `# {role}` has no text; write it, or leave it out")
    body = lines[filled[0] : filled[-1] + 1]
    template = "\n".join(_ESCAPED.sub("", line, count=1) for line in body)
    return Section(role=role, each=each, template=template, line=first + filled[0] + 1)
