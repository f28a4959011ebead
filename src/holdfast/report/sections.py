"""Sections: parts of a Markdown text, of which as many whole rows are kept as there is room for.

Sizes are counted in bytes of UTF-8, so that a text keeps a limit however the reader counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from holdfast.judging import numbers

__all__ = ["Section", "fitted", "size_of"]

_LEFT_OUT = "The rest is in the report."


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An opening, rows below it, and a closing; a row is kept whole or not at all."""

    opening: str = ""
    rows: tuple[str, ...] = field(default=())
    closing: str = ""
    noun: str = "more row"
    """What a row is, where some are left out: `more metric`."""
    unlisted: int = 0
    """How many rows there are beside the given ones."""


def size_of(text: str) -> int:
    """Bytes of the text."""
    return len(text.encode("utf-8", "surrogatepass"))


def fitted(sections: Sequence[Section], room: int) -> str:
    """The sections one below the other, in at most `room` bytes.

    No section but the last takes more than half of what is left, so that a long one leaves room
    for those behind it. What does not fit is counted, and a section of which nothing fits is left
    out, which a last line says.
    """
    left = room - size_of(_LEFT_OUT) - 2
    kept: list[str] = []
    complete = True
    for place, section in enumerate(sections):
        last = place == len(sections) - 1
        text = _shortened(section, left if last else left // 2)
        if text:
            kept.append(text)
            left -= size_of(text) + 2
        elif section.opening or section.rows:
            complete = False
    if not complete:
        kept.append(_LEFT_OUT)
    text = "\n\n".join(kept)
    return text if size_of(text) <= room else ""


def _shortened(section: Section, room: int) -> str:
    """The section with as many rows as fit; empty where not even one does."""
    rows, used = 0, size_of(_assembled(section, 0))
    for row in section.rows:
        if used + size_of(row) + 1 > room:
            break
        used += size_of(row) + 1
        rows += 1
    if used > room or (section.rows and not rows):
        return ""
    return _assembled(section, rows)


def _assembled(section: Section, rows: int) -> str:
    missing = len(section.rows) - rows + section.unlisted
    more = f"{numbers.plural(missing, section.noun)} in the report." if missing else ""
    opening = (section.opening,) if section.opening else ()
    body = "\n".join((*opening, *section.rows[:rows]))
    return "\n\n".join(part for part in (body, more, section.closing) if part)
