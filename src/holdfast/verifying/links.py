"""Links: which words of the evidence stand for which words of a claim."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from holdfast.verifying.evidence import Evidence, Sentence
from holdfast.verifying.meanings import Meanings
from holdfast.verifying.polarity import OPPOSITES
from holdfast.verifying.sameness import same
from holdfast.verifying.words import related

__all__ = ["Links", "choose", "link"]

_ALIKE = 0.62
"""Cosine above which two words may stand for one another; antonyms reach it too."""
_RELATED = 0.8
_MOST = 3
"""Sentences that may support one claim together."""
_CANDIDATES = 36
"""Sentences with most words of the claim, among which is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """A claim's content words with what stands for them in the chosen sentences."""

    claim: Sentence
    chosen: tuple[int, ...]
    """Numbers of the sentences that together cover the claim best, best first."""
    sentences: tuple[Sentence, ...]
    """The chosen sentences."""
    weights: Mapping[str, float] = field(repr=False)
    """How much each stem of the claim tells."""
    credit: Mapping[str, Mapping[str, float]] = field(repr=False)
    """For each stem of the claim, how well stems of the evidence stand for it, 0 to 1."""

    def covered(self, stem: str, content: Collection[str] | None = None) -> float:
        """Best credit of a stem, in one sentence or in all that were chosen."""
        return max(
            (
                credit
                for other, credit in self.credit[stem].items()
                if content is None or other in content
            ),
            default=0.0,
        )

    def share(self, content: Collection[str] | None = None) -> float:
        """Weighted share of the claim's content that is covered."""
        total = sum(self.weights.values())
        if not total:
            return 0.0
        found = sum(self.weights[stem] * self.covered(stem, content) for stem in self.weights)
        return found / total


def link(
    claim: Sentence, evidence: Evidence, *, sentences: Mapping[int, Sentence], meanings: Meanings
) -> Links:
    """Links of a claim to the chosen sentences of its evidence."""
    pool = {stem for one in sentences.values() for stem in one.content}
    weights = {one.stem: evidence.weight(one.stem) for one in claim.words if one.content}
    named = {stem for one in claim.names for stem in one.stems}
    missing = [stem for stem in weights if stem not in pool]
    free = [stem for stem in missing if stem not in named and stem.isalpha()]
    credit: dict[str, dict[str, float]] = {
        stem: {stem: 1.0} if stem in pool else {} for stem in weights
    }
    for stem in missing:
        credit[stem] = {other: _RELATED for other in pool if related(stem, other)}
    for (ours, theirs), cosine in meanings.alike(free, sorted(pool)).items():
        if cosine > _ALIKE and theirs not in OPPOSITES.get(ours, ()):
            credit[ours][theirs] = max(credit[ours].get(theirs, 0.0), (cosine - 0.4) / 0.6)
    _credit_numbers(claim, sentences.values(), credit)
    return Links(
        claim=claim,
        chosen=tuple(sentences),
        sentences=tuple(sentences.values()),
        weights=weights,
        credit=credit,
    )


def _credit_numbers(
    claim: Sentence, sentences: Iterable[Sentence], credit: Mapping[str, dict[str, float]]
) -> None:
    """Numbers stand for one another by value: `4,200,000` for `4.2 million`."""
    for found in sentences:
        for ours in claim.quantities:
            theirs = next((one for one in found.quantities if same(ours, one)), None)
            if theirs is not None:
                for word in claim.words[ours.place : ours.end]:
                    if word.content and not credit[word.stem]:
                        credit[word.stem][found.words[theirs.place].stem] = 1.0


def choose(claim: Sentence, evidence: Evidence) -> tuple[int, ...]:
    """Numbers of up to three sentences that cover a claim's words best, best first.

    Greedy: each next sentence adds the most weight that is not covered yet.
    """
    gains = _gains(claim, evidence)
    total = sum(evidence.weight(one) for one in claim.content)
    sums = {number: sum(gain.values()) for number, gain in gains.items()}
    # Among equals the text decides and not its place, so that the order of evidence is no matter.
    ranked = sorted(gains, key=lambda number: (-sums[number], evidence.texts[number]))
    left, chosen = ranked[:_CANDIDATES], list[int]()
    have: dict[str, float] = {}
    while left and len(chosen) < _MOST:
        added = {number: _added(gains[number], have) for number in left}
        best = max(left, key=added.__getitem__)
        if added[best] <= 0.03 * total:
            break
        chosen.append(best)
        left.remove(best)
        for stem, gain in gains[best].items():
            have[stem] = max(gain, have.get(stem, 0.0))
    return tuple(chosen)


def _gains(claim: Sentence, evidence: Evidence) -> dict[int, dict[str, float]]:
    """For each sentence with a word of the claim: what each stem of the claim adds."""
    gains: dict[int, dict[str, float]] = {}
    for stem in dict.fromkeys(one.stem for one in claim.words if one.content):
        found = evidence.counterpart(stem)
        if found is not None:
            weight = evidence.weight(stem) * (1.0 if found == stem else _RELATED)
            for number in evidence.holding(found):
                gains.setdefault(number, {})[stem] = weight
    return gains


def _added(gains: Mapping[str, float], have: Mapping[str, float]) -> float:
    return sum(max(0.0, gain - have.get(stem, 0.0)) for stem, gain in gains.items())
