"""Text diff: what changed in a prompt, line by line with the words that differ marked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from holdfast.judging import numbers
from holdfast.report.diff import equal_pairs, marked_pair, shared
from holdfast.report.untrusted import clean

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["DiffLine", "TextDiff", "text_diff", "unified"]

_CONTEXT = 3
_MOST_LINES = 400
_MOST_COMPARED = 4_000
_MOST_PAIRS = 2_000_000
_LONGEST = 2_000
_WORK = 400_000
_MOST_LIKENESS = 3_000
_ALIKE = 1 / 3

Sign = Literal["+", "\N{MINUS SIGN}", " "]
_Step = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line of a text, or a note of what is left out between two of them."""

    sign: str
    """`+`, `−` or a space; empty for a note."""
    html: "Markup | str"
    """Escaped, with the words marked that differ; text of its own is escaped by the template."""
    kind: Literal["added", "removed", "kept", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDiff:
    """Two texts as lines, unchanged ones only around changes."""

    lines: tuple[DiffLine, ...]
    says: str
    """How many lines were removed and added, in words."""


def text_diff(before: str, after: str) -> TextDiff:
    """The changed lines of two texts with three lines around them; 400 lines at most."""
    old, new = clean(before).split("\n"), clean(after).split("\n")
    old, new = _without_end(old, before), _without_end(new, after)
    steps = list(_steps(old, new))
    removed = sum(i2 - i1 for kind, i1, i2, _, _ in steps if kind != "equal")
    added = sum(j2 - j1 for kind, _, _, j1, j2 in steps if kind != "equal")
    if not removed and not added:
        return TextDiff(lines=(), says=_unseen(before, after))
    lines: list[DiffLine] = []
    budget = _Budget()
    for place, (kind, i1, i2, j1, j2) in enumerate(steps):
        if kind == "equal":
            last = place == len(steps) - 1
            lines += _kept(old[i1:i2], first=place == 0, last=last)
        else:
            lines += _changed(old[i1:i2], new[j1:j2], budget)
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], _note("more lines follow; the runs hold the whole text")]
    says = f"{numbers.plural(removed, 'line')} removed, {numbers.count(added)} added"
    return TextDiff(lines=tuple(lines), says=says)


def unified(before: str, after: str, *, name: str) -> str:
    """The two texts as a unified diff, for programs; empty where it would be too much work."""
    from difflib import unified_diff

    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > _MOST_COMPARED or equal_pairs(old, new) > _MOST_PAIRS:
        return ""
    return "\n".join(unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm=""))


class _Budget:
    """Pairs of equal words that may still be weighed."""

    def __init__(self) -> None:
        self.left = _WORK


def _without_end(lines: list[str], text: str) -> list[str]:
    """Lines without the empty one that a final line break or an empty text makes."""
    return lines[:-1] if not text or text.endswith("\n") else lines


def _unseen(before: str, after: str) -> str:
    if before == after:
        return "No difference is recorded: what differs is a secret that was left out."
    return "The texts differ in line ends alone."


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[_Step]:
    """Alternating equal and changed stretches of both texts."""
    head = shared(old, new)
    tail = shared(old[head:][::-1], new[head:][::-1])
    inner = old[head : len(old) - tail], new[head : len(new) - tail]
    if head:
        yield "equal", 0, head, 0, head
    if max(map(len, inner)) > _MOST_COMPARED or equal_pairs(*inner) > _MOST_PAIRS:
        yield "replace", head, len(old) - tail, head, len(new) - tail
    else:
        matcher = SequenceMatcher(None, *inner, autojunk=False)
        for kind, i1, i2, j1, j2 in matcher.get_opcodes():
            yield kind, head + i1, head + i2, head + j1, head + j2
    if tail:
        yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _kept(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[DiffLine]:
    head = 0 if first else _CONTEXT
    tail = 0 if last else _CONTEXT
    hidden = len(lines) - head - tail
    if hidden <= 1:
        yield from (_line(" ", line) for line in lines)
        return
    yield from (_line(" ", line) for line in lines[:head])
    yield _note(numbers.plural(hidden, "unchanged line"))
    yield from (_line(" ", line) for line in lines[len(lines) - tail :])


def _changed(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[DiffLine]:
    """Removed and added lines in order; words are marked where a line has a counterpart."""
    most = _MOST_LINES + 1
    old, new = old[:most], new[:most]
    at_old, at_new = 0, 0
    for i, j in (*_counterparts(old, new), (len(old), len(new))):
        yield from (_line("\N{MINUS SIGN}", line) for line in old[at_old:i])
        yield from (_line("+", line) for line in new[at_new:j])
        if i < len(old):
            yield from _pair(old[i], new[j], budget)
        at_old, at_new = i + 1, j + 1


def _pair(before: str, after: str, budget: _Budget) -> Iterator[DiffLine]:
    if budget.left < 0:
        yield from (_line("\N{MINUS SIGN}", before), _line("+", after))
        return
    pair = marked_pair(_cut(before), _cut(after))
    budget.left -= pair.work
    yield DiffLine(sign="\N{MINUS SIGN}", html=pair.baseline, kind="removed")
    yield DiffLine(sign="+", html=pair.candidate, kind="added")


def _counterparts(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places of lines that say nearly the same, in order: at most one for each line."""
    if len(old) * len(new) > _MOST_LIKENESS:
        return []
    words = [[Counter(line.split()) for line in side] for side in (old, new)]
    rows, columns = len(old), len(new)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    likeness = [[_alike(one, other) for other in words[1]] for one in words[0]]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            paired = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns:
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """Share of words that two lines have in common, 0 where it is less than a third."""
    total = one.total() + other.total()
    shared = 2 * (one & other).total() / total if total else 0.0
    return shared if shared >= _ALIKE else 0.0


def _line(sign: Sign, text: str) -> DiffLine:
    """One whole line, marked as a whole where it has no counterpart."""
    shown = _cut(text)
    if sign == " ":
        return DiffLine(sign=sign, html=shown, kind="kept")
    if sign == "+":
        return DiffLine(sign=sign, html=marked_pair("", shown).candidate, kind="added")
    return DiffLine(sign=sign, html=marked_pair(shown, "").baseline, kind="removed")


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _note(text: str) -> DiffLine:
    return DiffLine(sign="", html=text, kind="note")
