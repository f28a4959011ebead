"""Findings: what speaks for and against a claim, each as one number that may only help."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from holdfast.verifying.evidence import Evidence, read_sentence
from holdfast.verifying.links import Links, choose, link
from holdfast.verifying.meanings import Meanings
from holdfast.verifying.polarity import OPPOSITES, SCOPES, hedges, scopes
from holdfast.verifying.sameness import same
from holdfast.verifying.slots import Clashes, name_clashes, quantity_clashes
from holdfast.verifying.words import Token, fold

__all__ = ["SIGNALS", "Findings", "examine"]

SIGNALS = (
    "best_sentence", "few_sentences", "whole", "order", "words_lost", "little", "number_here",
    "number_anywhere", "number_place", "number_side", "name_anywhere", "name_here", "name_place",
    "name_side", "negation", "opposite", "scope", "certainty",
)  # fmt: skip


_LITTLE = 0.6
"""Share of a claim below which what is missing counts more and more."""

_TURNS = (
    "number_place", "number_side", "name_place", "name_side", "negation", "opposite", "scope",
    "certainty",
)  # fmt: skip
"""Signals that compare a claim with a sentence, and say little where that is about other things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """One claim held against its evidence."""

    chosen: tuple[int, ...]
    """Numbers of the sentences that bear on it, best first."""
    signals: Mapping[str, float] = field(repr=False)
    """By name, higher where more speaks for the claim."""
    reasons: tuple[str, ...]
    """What speaks against it, gravest first."""


def examine(claim: str, evidence: Evidence, *, meanings: Meanings) -> Findings:
    """Findings about one claim, which should be one sentence."""
    read = read_sentence(claim)
    chosen = choose(read, evidence)
    links = link(
        read,
        evidence,
        sentences={number: read_sentence(evidence.texts[number]) for number in chosen},
        meanings=meanings,
    )
    reasons: list[str] = []
    signals = _coverage(links, evidence)
    for part in (_numbers, _names, _turns):
        found, why = part(links, evidence)
        signals.update(found)
        reasons += why
    about = signals["best_sentence"] ** 2
    signals.update({name: signals[name] * about for name in _TURNS})
    return Findings(chosen=chosen, signals=signals, reasons=(*reasons, *_lost(links)))


def _coverage(links: Links, evidence: Evidence) -> dict[str, float]:
    total = sum(links.weights.values()) or 1.0
    whole = sum(
        weight * (1.0 if found == stem else 0.8)
        for stem, weight in links.weights.items()
        if (found := evidence.counterpart(stem)) is not None
    )
    lost = sum(1 - links.covered(stem) for stem in links.weights)
    share = links.share()
    return {
        "best_sentence": max((links.share(one.content) for one in links.sentences), default=0.0),
        "few_sentences": share,
        "whole": whole / total,
        "order": _order(links),
        "words_lost": -min(lost, 8.0),
        "little": -max(0.0, _LITTLE - share),
    }


def _order(links: Links) -> float:
    """Weighted share of neighbouring content words that stand near, in order, in one sentence."""
    places: list[dict[str, list[int]]] = []
    for one in links.sentences:
        spots: dict[str, list[int]] = {}
        for index, word in enumerate(one.words):
            spots.setdefault(word.stem, []).append(index)
        places.append(spots)
    content = [(index, one.stem) for index, one in enumerate(links.claim.words) if one.content]
    matched = total = 0.0
    for (before, first), (behind, second) in pairwise(content):
        weight = links.weights[first] + links.weights[second]
        total += weight
        gap = behind - before + 4
        if any(_follow(spots, links.credit[first], links.credit[second], gap) for spots in places):
            matched += weight
    return matched / total if total else links.share()


def _follow(
    spots: Mapping[str, Sequence[int]],
    first: Mapping[str, float],
    second: Mapping[str, float],
    gap: int,
) -> bool:
    return any(
        0 < right - left <= gap
        for one in first
        for other in second
        if one != other
        for left in spots.get(one, ())
        for right in spots.get(other, ())
    )


def _numbers(links: Links, evidence: Evidence) -> tuple[dict[str, float], list[str]]:
    claimed = [one for one in links.claim.quantities if not one.weak]
    near = [one for sentence in links.sentences for one in sentence.quantities]
    here = [one for one in claimed if not any(same(one, other) for other in near)]
    anywhere = list(evidence.quantities()) if here else []
    absent = [one for one in here if not any(same(one, other) for other in anywhere)]
    clashes = quantity_clashes(links)
    reasons, told = _told(clashes), {one.said for one in clashes.clear}
    reasons += [f"{one.text!r} is not in the evidence" for one in absent if one.text not in told]
    signals = {
        "number_here": -min(len(here), 2.0),
        "number_anywhere": -min(len(absent), 2.0),
        "number_place": -float(bool(clashes.near)),
        "number_side": -clashes.sided_margin,
    }
    return signals, reasons


def _names(links: Links, evidence: Evidence) -> tuple[dict[str, float], list[str]]:
    claimed = {stem: one for one in links.claim.names if one.sure for stem in one.stems}
    here = [stem for stem in claimed if not links.covered(stem)]
    absent = [stem for stem in here if evidence.counterpart(stem) is None]
    if any(claimed[stem].text.isupper() for stem in absent):
        initials = evidence.initials()
        absent = [stem for stem in absent if stem not in initials]
    clashes = name_clashes(links)
    lost = dict.fromkeys(claimed[stem].text for stem in absent)
    reasons = [f"the name {text!r} is not in the evidence" for text in lost]
    reasons += _told(clashes, lost)
    signals = {
        "name_anywhere": -min(len(absent), 3.0),
        "name_here": -min(len(here), 3.0),
        "name_place": -clashes.margin,
        "name_side": -clashes.sided_margin,
    }
    return signals, reasons


def _told(clashes: Clashes, lost: Collection[str] = ()) -> list[str]:
    return [
        f"the claim says {one.said!r} where the evidence has {one.found!r}"
        for one in clashes.clear
        if one.said not in lost
    ]


def _turns(links: Links, evidence: Evidence) -> tuple[dict[str, float], list[str]]:
    negated = _negated(links)
    opposed = _opposed(links)
    scopes, hedged = _scopes(links), _hedged(links)
    reasons = list(negated)
    reasons += [f"the claim says {ours!r}, the evidence {theirs!r}" for ours, theirs in opposed]
    reasons += [f"{word!r} is not in the evidence" for word in scopes]
    reasons += [f"the evidence says only {word!r}" for word in hedged]
    signals = {
        "negation": -min(len(negated), 1.0),
        "opposite": -min(len(opposed), 1.0),
        "scope": -min(len(scopes), 2.0),
        "certainty": -min(len(hedged), 1.0),
    }
    return signals, reasons


def _negated(links: Links) -> list[str]:
    """Negations that only one side has, in the sentence that bears on the claim most."""
    best = max(links.sentences, key=lambda one: links.share(one.content), default=None)
    if best is None:
        return []
    found: list[str] = []
    for one in links.claim.negations:
        touched = _linked(links, one.around) & best.content
        if touched and not any(touched & other.around for other in best.negations):
            found.append("the claim denies what the evidence says")
    covered = _linked(links, frozenset(links.weights))
    for one in best.negations:
        hit = one.around & covered
        answered = any(_linked(links, ours.around) & one.around for ours in links.claim.negations)
        if len(hit) >= max(1, min(2, len(one.around))) and not answered:
            found.append("the evidence denies what the claim says")
    return found


def _linked(links: Links, stems: frozenset[str]) -> set[str]:
    return {other for stem in stems for other in links.credit.get(stem, ())}


def _opposed(links: Links) -> list[tuple[str, str]]:
    theirs = {stem for one in links.sentences for stem in one.stems}
    ours = links.claim.stems
    return [
        (stem, other)
        for stem in sorted(ours - theirs)
        for other in sorted(OPPOSITES.get(stem, ()))
        if other in theirs and other not in ours
    ][:1]


def _scopes(links: Links) -> list[str]:
    theirs = {SCOPES[word] for one in links.sentences for word in scopes(one.words)}
    return [word for word in scopes(links.claim.words) if SCOPES[word] not in theirs]


def _hedged(links: Links) -> list[str]:
    """Hedges before words that the claim states as facts."""
    # What can happen may happen: such a claim states no fact either.
    if hedges(links.claim.words) or "can" in map(_folded, links.claim.words):
        return []
    covered = _linked(links, frozenset(links.weights))
    words = links.sentences[0].words if links.sentences else ()
    return [
        fold(words[place].text)
        for place in hedges(words)
        if any(other.stem in covered for other in words[place + 1 : place + 4] if other.content)
    ][:1]


def _folded(word: Token) -> str:
    return fold(word.text)


def _lost(links: Links) -> list[str]:
    lost = {stem for stem in links.weights if not links.covered(stem)}
    words = dict.fromkeys(one.text for one in links.claim.words if one.stem in lost and one.content)
    return [f"nothing in the evidence for {', '.join(map(repr, words))}"] if words else []
