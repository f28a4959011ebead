"""Text from models, data files and other programs, made safe to show."""

import json
import re
from dataclasses import dataclass

from holdfast.digest import Json

__all__ = ["Excerpt", "as_text", "clean", "excerpt", "no_command", "one_line", "printable"]

_INERT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad"  # controls, soft hyphen
    "\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"  # invisible, line breaking, reordering
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # half a character, or none
    "\U000e0000-\U000e007f]"  # tags: letters that nobody sees
)
# A no-break space stays: it holds a number and its unit together.
_SPACE = re.compile(r"[ \t\n]+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of a text, with a note of what was cut."""

    text: str
    note: str
    """Says how much is missing; empty where nothing is."""


def clean(text: str) -> str:
    r"""The text with every character visible that could hide, reorder or break what is around it.

    >>> clean("bell\x07, override\u202e")
    'bell⟨U+0007⟩, override⟨U+202E⟩'
    """
    if text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return _INERT.sub(_visible, text)


def one_line(text: str, limit: int) -> str:
    """At most `limit` visible characters of the text on one line."""
    if len(text) <= limit and text.isprintable() and "  " not in text:
        return text.strip()  # most texts: nothing to hide, to join or to cut
    head = text[: limit * 4 + 200]
    line = _SPACE.sub(" ", clean(head)).strip()
    if len(line) <= limit and len(head) == len(text):
        return line
    return line[: limit - 1].rstrip() + "…"


def no_command(line: str) -> str:
    """The line, unable to be a workflow command of GitHub, whose log this may be printed to."""
    line = line.replace("##[", "# #[")
    start = line.lstrip()
    return line.replace("::", ": :", 1) if start.startswith("::") else line


def printable(text: str) -> str:
    """Lines for a terminal or a log, none of which moves the cursor or is a command."""
    return "\n".join(map(no_command, clean(text).split("\n")))


def excerpt(text: str, limit: int) -> Excerpt:
    """The first `limit` characters, made visible, with a note of how many are not shown."""
    if len(text) <= limit:
        return Excerpt(clean(text), "")
    cut = len(text) - limit
    return Excerpt(
        clean(text[:limit]),
        f"{cut:,} of {len(text):,} characters are not shown; the run holds them all.",
    )


def as_text(value: Json) -> str:
    """A value as people read it: text as it is, anything else as indented JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, indent=2, ensure_ascii=False)


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code in (0xFFFE, 0xFFFF):
        return "�"
    return f"⟨U+{code:04X}⟩"
