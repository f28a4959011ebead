"""Retelling: lessons over texts whose sentences are given, by edits of each sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from systems.rag.training.written import read_elsewhere
from systems.verifier.claims import handbook, passages
from systems.verifier.edits import CHANGES, KEEPS, Edit, Source
from systems.verifier.exchanges import GENTLE, STRONGER, WRONG
from systems.verifier.lesson import Label, Lesson, differing
from systems.verifier.nearness import Nearness

__all__ = ["over_texts", "own_texts"]

_SHORTEST, _LONGEST = 6, 40
"""Words of a sentence of which claims are made."""
_AROUND = 4
"""Sentences on each side of it that are its evidence, as far as they go."""
_SUPPORTED, _CHANGED = 3, 4
"""Claims of each sentence."""
_VERBATIM_LOST = 0.6
"""Share of the sentences left as they are that are no claims: they teach little."""
_JOINED_LOST = 0.3
"""Share of the sentences that are not joined with the next one."""
_LINKS = (", and ", "; ", ", while ", ", and ")
_CAUSES = (" because ", " since ", ", so that ", " in order that ", " after ", " although ")
"""What the text does not say of two sentences that follow one another."""
_COMMON = r"(?:The|A|An|It|He|She|They|In|On|At|This|These|Each|Every|All|No|Its|His|Her|There)\b"
_MORE = ("scope", *STRONGER)
"""Kinds that say more than the text, which does not contradict them."""
_END = re.compile(r"(?<=[a-z0-9)%][.!?]) +(?=[A-Z\"(])")
_KEEP: Mapping[str, Edit] = {**KEEPS, **GENTLE}

Text = Sequence[str]


def own_texts() -> Iterator[Text]:
    """Texts of this project that no test is about, as sentences."""
    yield from handbook()
    yield from passages("dev")
    for section in read_elsewhere()[0]:
        yield tuple(_END.split(section.text))
    yield from passages("news-dev", tag="news-summary")
    yield from passages("web-dev", tag="web-page")


def over_texts(texts: Iterable[Text], *, seed: int) -> Iterator[Lesson]:
    """Lessons about each sentence of the texts."""
    dice = Random(seed)  # noqa: S311  # lessons need no secrecy
    known = list(texts)
    near = Nearness.over(known)
    changes: Mapping[str, Edit] = {
        **CHANGES, **WRONG, **STRONGER,
        "near": lambda source, dice: near.exchange(source.text, dice),
    }  # fmt: skip
    for text in known:
        for number, sentence in enumerate(text):
            if _SHORTEST <= len(sentence.split()) <= _LONGEST and sentence.endswith("."):
                yield from _about(text, number, changes=changes, dice=dice)


def _about(
    text: Text, number: int, *, changes: Mapping[str, Edit], dice: Random
) -> Iterator[Lesson]:
    first, last = max(0, number - _AROUND), number + _AROUND + 1
    evidence, rest = tuple(text[first:last]), (*text[first:number], *text[number + 1 : last])
    for _ in range(_SUPPORTED):
        kind, claim = _kept(text[number], rest, dice)
        if claim == text[number] and dice.random() < _VERBATIM_LOST:
            continue
        yield _lesson(claim, evidence, label="supported", wrong=(), kind=kind)
    kinds = dice.sample(list(changes), len(changes))
    left = _CHANGED
    for kind in kinds:
        _, twin = _kept(text[number], rest, dice)
        claim = changes[kind](Source(text=twin, around=rest), dice)
        if claim is None or claim == twin:
            continue
        label: Label = "unsupported" if kind in _MORE else "contradicted"
        yield _lesson(claim, evidence, label=label, wrong=differing(claim, twin), kind=kind)
        left -= 1
        if not left:
            break
    if dice.random() < 0.4 and rest:
        kind, claim = _kept(text[number], rest, dice)
        yield _lesson(claim, rest, label="unsupported", wrong=None, kind="removed")
    yield from _joined(text, number, changes=changes, dice=dice)


def _joined(
    text: Text, number: int, *, changes: Mapping[str, Edit], dice: Random
) -> Iterator[Lesson]:
    """Two sentences as one: as they are, or with something wrong in a part or between them."""
    if number + 1 >= len(text) or dice.random() < _JOINED_LOST:
        return
    first, last = max(0, number - _AROUND), number + _AROUND + 2
    evidence = tuple(text[first:last])
    halves = [_kept(text[at], (), dice)[1] for at in (number, number + 1)]
    both = _fused(halves, dice.choice(_LINKS))
    if len(both.split()) > _LONGEST:
        return
    draw = dice.random()
    if draw < 0.4:
        yield _lesson(both, evidence, label="supported", wrong=(), kind="merged")
    elif draw < 0.55:
        gone = dice.choice((0, 1))
        less = [one for one in evidence if one != text[number + gone]]
        begin = len(halves[0]) - 1
        span = (begin + 1, len(both)) if gone else (0, begin)
        yield _lesson(both, less, label="unsupported", wrong=(span,), kind="half-removed")
    elif draw < 0.7:
        cause = dice.choice(_CAUSES)
        claim = _fused(halves, cause)
        begin = len(halves[0]) - 1
        span = (begin + cause.index(" ") + 1, begin + len(cause.rstrip()))
        yield _lesson(claim, evidence, label="unsupported", wrong=(span,), kind="discourse")
    else:
        yield from _partly(halves, evidence, changes=changes, dice=dice)


def _partly(
    halves: Sequence[str], evidence: Text, *, changes: Mapping[str, Edit], dice: Random
) -> Iterator[Lesson]:
    """Two sentences as one, of which one was changed."""
    at, kind, link = dice.choice((0, 1)), dice.choice(list(changes)), dice.choice(_LINKS)
    changed = changes[kind](Source(text=halves[at], around=[halves[1 - at]]), dice)
    if changed is None or changed == halves[at]:
        return
    parts = [changed, halves[1]] if at == 0 else [halves[0], changed]
    claim, twin = _fused(parts, link), _fused(halves, link)
    label: Label = "unsupported" if kind in _MORE else "contradicted"
    yield _lesson(claim, evidence, label=label, wrong=differing(claim, twin), kind="partial")


def _fused(halves: Sequence[str], link: str) -> str:
    first, second = halves
    if re.match(_COMMON, second):
        second = second[0].lower() + second[1:]
    return f"{first[:-1]}{link}{second}"


def _kept(sentence: str, rest: Text, dice: Random) -> tuple[str, str]:
    """The sentence after up to two edits that leave its meaning."""
    text, kinds = sentence, list[str]()
    for kind in dice.sample(list(_KEEP), len(_KEEP))[: dice.choice((2, 4, 6))]:
        changed = _KEEP[kind](Source(text=text, around=rest), dice)
        if changed is not None and changed != text and len(kinds) < 2:
            text = changed
            kinds.append(kind)
    return "+".join(kinds) or "verbatim", text


def _lesson(
    claim: str, evidence: Text, *, label: Label, wrong: Sequence[tuple[int, int]] | None, kind: str
) -> Lesson:
    marked = None if wrong is None else tuple(wrong)
    return Lesson(claim=claim, evidence=tuple(evidence), label=label, wrong=marked, kind=kind)
