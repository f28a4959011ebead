"""Diff: two texts side by side with the words that differ marked."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["MarkedPair", "equal_pairs", "marked_pair", "shared"]

# A word carries the space before it: bare spaces match everywhere and would shred the marks.
_TOKEN = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPair:
    """Baseline and candidate text as escaped HTML."""

    baseline: "Markup"
    candidate: "Markup"
    work: int
    """Cost of the comparison: pairs of equal words that it had to weigh."""


def marked_pair(baseline: str, candidate: str) -> MarkedPair:
    """Both texts, escaped, with `<del>` around removed and `<ins>` around added words."""
    old, new = _TOKEN.findall(baseline), _TOKEN.findall(candidate)
    head = shared(old, new)
    tail = shared(old[head:][::-1], new[head:][::-1])
    old_core = old[head : len(old) - tail]
    new_core = new[head : len(new) - tail]
    matcher = SequenceMatcher(None, old_core, new_core)
    left, right = [("", old[:head])], [("", new[:head])]
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        changed = kind != "equal"
        left.append(("del" if changed else "", old_core[i1:i2]))
        right.append(("ins" if changed else "", new_core[j1:j2]))
    if tail:
        left.append(("", old[-tail:]))
        right.append(("", new[-tail:]))
    return MarkedPair(
        baseline=_markup(left), candidate=_markup(right), work=equal_pairs(old_core, new_core)
    )


def shared(old: Sequence[str], new: Sequence[str]) -> int:
    """Number of tokens (words, or lines) at the beginning that both share."""
    length = 0
    for first, second in zip(old, new, strict=False):
        if first != second:
            break
        length += 1
    return length


def equal_pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """Pairs of equal tokens, which a comparison has to weigh."""
    counts = Counter(new)
    return sum(times * counts[token] for token, times in Counter(old).items())


def _markup(parts: Sequence[tuple[str, Sequence[str]]]) -> "Markup":
    from markupsafe import Markup, escape

    pieces: list[str] = []
    for tag, tokens in parts:
        text = "".join(tokens)
        words = text.lstrip()
        space = text[: len(text) - len(words)]
        if tag and words:
            pieces.append(f"{space}<{tag}>{escape(words)}</{tag}>")
        else:
            pieces.append(str(escape(text)))
    return Markup("".join(pieces))  # noqa: S704 - every piece was escaped above
