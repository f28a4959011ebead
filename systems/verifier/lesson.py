"""Lesson: a claim with evidence, what the evidence says of it, and which of its words are wrong."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["Label", "Lesson", "Span", "differing"]

Label = Literal["supported", "contradicted", "unsupported"]
"""What the evidence says: the same, something else, or nothing."""

Span = tuple[int, int]
"""Where words begin and end in a claim."""

_WORD = re.compile(r"\w+(?:[.,:'’-]\w+)*|[^\w\s]")

_FEW = 4
"""Words that differ, up to which texts of equal length are compared place by place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One claim from which an adapter learns."""

    claim: str
    evidence: tuple[str, ...]
    label: Label
    wrong: tuple[Span, ...] | None
    """Words that the evidence does not bear out; None where nobody knows which they are."""
    kind: str
    """How the claim was made."""


def differing(claim: str, twin: str) -> tuple[Span, ...]:
    """The words of a claim that its twin has otherwise; where words fell out, their neighbours.

    >>> differing("The ferry carries 120 people.", "The ferry carries 210 people.")
    ((18, 21),)
    """
    ours, theirs = list(_WORD.finditer(claim)), _WORD.findall(twin)
    if len(ours) == len(theirs):
        odd = [one for one, other in zip(ours, theirs, strict=True) if one.group() != other]
        if len(odd) <= _FEW:
            return tuple(one.span() for one in odd)
    match = SequenceMatcher(None, [one.group() for one in ours], theirs, autojunk=False)
    found: list[Span] = []
    for tag, begin, end, _, _ in match.get_opcodes():
        if tag == "equal":
            continue
        first, last = (begin, end) if end > begin else (max(0, begin - 1), begin + 1)
        found += [one.span() for one in ours[first:last]]
    return tuple(found)


def placed(claim: str, words: Sequence[str]) -> tuple[Span, ...]:
    """Where each of the words or phrases stands first in a claim."""
    found = [(claim.find(one), len(one)) for one in words]
    return tuple((at, at + length) for at, length in found if at >= 0)
