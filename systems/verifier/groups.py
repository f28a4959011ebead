"""Groups: passages with claims that people wrote about them, and what rules make of both."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from random import Random

from holdfast.verifying.sentences import split
from systems.verifier.edits import CHANGES, KEEPS, Edit, Source
from systems.verifier.exchanges import GENTLE, STRONGER, WRONG
from systems.verifier.lesson import Label, Lesson, Span, differing

__all__ = ["Group", "about_groups", "read_groups", "written_lessons"]

_FOLDER = Path(__file__).with_name("lessons")
_BEYOND = ("addition", "partial", "unrelated", "cause")
"""Kinds that say more than the evidence, which does not contradict them."""
_TWIN = 0.75
"""Likeness from which a wrong claim counts as a change of a right one."""
_WORDS = range(6, 36)
"""Words of a sentence of the evidence that is a claim itself."""
_KEEP: Mapping[str, Edit] = {**KEEPS, **GENTLE}
_CHANGE: Mapping[str, Edit] = {**CHANGES, **WRONG}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One passage with its claims."""

    evidence: tuple[str, ...] = field(repr=False)
    supported: tuple[str, ...]
    unsupported: tuple[tuple[str, str], ...]
    """Kind and text."""
    held_out: bool
    """Whether it is kept from training: one in twelve is."""


def about_groups(groups: Sequence[Group], *, seed: int) -> Iterator[Lesson]:
    """Lessons of groups: the written claims, sentences of the evidence, and edits of both.

    Written right claims have few words of the evidence and wrong ones many, so that words alone
    would tell them apart the wrong way round. Sentences themselves as right claims, and edited or
    foreign right ones as wrong claims, make up for it.
    """
    dice = Random(seed)  # noqa: S311  # lessons need no secrecy
    for group in groups:
        yield from written_lessons(group)
        yield from _near(group, dice)
        yield from _far(group, groups, dice)


def written_lessons(group: Group) -> Iterator[Lesson]:
    """The written claims of a group."""
    for claim in group.supported:
        yield _lesson(group.evidence, claim, label="supported", wrong=(), kind="written")
    for kind, claim in group.unsupported:
        twin = _twin(claim, [*group.supported, *group.evidence])
        label: Label = "unsupported" if kind in _BEYOND else "contradicted"
        wrong = None if twin is None else differing(claim, twin)
        yield _lesson(group.evidence, claim, label=label, wrong=wrong, kind=kind)


def _near(group: Group, dice: Random) -> Iterator[Lesson]:
    """Right claims near the words of the evidence."""
    sentences = [one for text in group.evidence for one in split(text)]
    for sentence in sentences:
        if len(sentence.split()) not in _WORDS:
            continue
        if dice.random() < 0.45:
            claim = sentence if sentence.endswith(".") else f"{sentence}."
            yield _lesson(group.evidence, claim, label="supported", wrong=(), kind="verbatim")
        if dice.random() < 0.3 and (made := _edited(sentence, group, _KEEP, dice)):
            yield _lesson(group.evidence, made[1], label="supported", wrong=(), kind=made[0])


def _far(group: Group, groups: Sequence[Group], dice: Random) -> Iterator[Lesson]:
    """Wrong claims far from the words of the evidence."""
    for claim in group.supported:
        for edits, share in ((_CHANGE, 0.35), (STRONGER, 0.12)):
            if dice.random() < share and (made := _edited(claim, group, edits, dice)):
                label: Label = "contradicted" if edits is _CHANGE else "unsupported"
                wrong = differing(made[1], claim)
                yield _lesson(group.evidence, made[1], label=label, wrong=wrong, kind=made[0])
        if dice.random() < 0.12:
            others = [one.evidence for one in groups if one.evidence != group.evidence]
            if others:
                foreign = dice.choice(others)
                yield _lesson(foreign, claim, label="unsupported", wrong=None, kind="foreign")


def _edited(
    text: str, group: Group, edits: Mapping[str, Edit], dice: Random
) -> tuple[str, str] | None:
    for kind in dice.sample(list(edits), len(edits)):
        made = edits[kind](Source(text=text, around=group.evidence), dice)
        if made is not None and made != text:
            return kind, made
    return None


def _twin(claim: str, options: Sequence[str]) -> str | None:
    """What the claim was likely made from; None where nothing is near enough."""
    likeness = {one: _likeness(claim, one) for one in options}
    best = max(likeness, key=likeness.__getitem__)
    return best if likeness[best] > _TWIN else None


def _likeness(claim: str, other: str) -> float:
    return SequenceMatcher(None, claim.split(), other.split(), autojunk=False).ratio()


def _lesson(
    evidence: Sequence[str], claim: str, *, label: Label, wrong: Sequence[Span] | None, kind: str
) -> Lesson:
    marked = None if wrong is None else tuple(wrong)
    return Lesson(claim=claim, evidence=tuple(evidence), label=label, wrong=marked, kind=kind)


@cache
def read_groups() -> tuple[Group, ...]:
    """The groups that ship, of `lessons/*.jsonl`."""
    found: list[Group] = []
    for path in sorted(_FOLDER.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            group = Group(
                evidence=tuple(row["evidence"]),
                supported=tuple(row["supported"]),
                unsupported=tuple((kind, claim) for kind, claim in row["unsupported"]),
                held_out=number % 12 == 5,
            )
            found.append(group)
    return tuple(found)
