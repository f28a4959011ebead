"""Formats: instructions about placeholders, lists, sections, titles, JSON and postscripts."""

import json
import re

from holdfast.metrics.instructions.instruction import Instruction
from holdfast.metrics.instructions.pattern import compiled, is_pattern

__all__ = [
    "has_bullets",
    "has_highlights",
    "has_placeholders",
    "has_postscript",
    "has_sections",
    "has_title",
    "is_json",
    "is_one_of_options",
]

_PLACEHOLDER = re.compile(r"\[.*?\]")
_STAR_BULLET = re.compile(r"^\s*\*[^\*].*$", re.MULTILINE)
_DASH_BULLET = re.compile(r"^\s*-.*$", re.MULTILINE)
_HIGHLIGHT = re.compile(r"\*[^\n\*]*\*")
_BOLD = re.compile(r"\*\*[^\n\*]*\*\*")
_TITLE = re.compile(r"<<[^\n]+>>")
_FENCES = ("```json", "```Json", "```JSON", "```")
_OPTIONS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_POSTSCRIPTS = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}


def has_placeholders(text: str, instruction: Instruction) -> bool:
    """At least so many texts in square brackets, each within one line."""
    return len(_PLACEHOLDER.findall(text)) >= instruction.whole("num_placeholders")


def has_bullets(text: str, instruction: Instruction) -> bool:
    """Exactly so many bullet points of Markdown, by `*` and by `-` together."""
    count = len(_STAR_BULLET.findall(text)) + len(_DASH_BULLET.findall(text))
    return count == instruction.whole("num_bullets")


def has_highlights(text: str, instruction: Instruction) -> bool:
    """At least so many stretches between asterisks, one or two of them, that are not empty."""
    single = sum(1 for found in _HIGHLIGHT.findall(text) if found.strip("*").strip())
    double = sum(1 for found in _BOLD.findall(text) if found[2:-2].strip())
    return single + double >= instruction.whole("num_highlights")


def has_sections(text: str, instruction: Instruction) -> bool:
    """At least so many marks such as `Section 3`."""
    mark = instruction.text("section_spliter").strip()
    mark = mark if is_pattern(mark) else re.escape(mark)
    found = sum(1 for _ in re.finditer(rf"\s?{mark}\s?\d+\s?", text))
    return found >= instruction.whole("num_sections")


def has_title(text: str, instruction: Instruction) -> bool:
    """A title in double angular brackets that is not empty."""
    return any(found.lstrip("<").rstrip(">").strip() for found in _TITLE.findall(text))


def has_postscript(text: str, instruction: Instruction) -> bool:
    """The marker of the postscript occurs, in capitals or not."""
    marker = instruction.text("postscript_marker").strip()
    pattern = _POSTSCRIPTS.get(marker, marker.lower())
    return compiled(pattern).search(text.lower()) is not None


def is_json(text: str, instruction: Instruction) -> bool:
    """The whole text is JSON as Python reads it, within one Markdown fence or without."""
    bare = text.strip()
    for fence in _FENCES:
        bare = bare.removeprefix(fence)
    try:
        json.loads(bare.removesuffix("```").strip())
    except (ValueError, RecursionError):
        return False
    return True


def is_one_of_options(text: str, instruction: Instruction) -> bool:
    """One of the three answers that the instruction offers occurs as it stands."""
    return any(option in text for option in _OPTIONS)
