"""Bridges: passages that a name joins to what was found, and that tell what is missing there."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from systems.once import Once
from systems.rag.graph.knowledge import Knowledge
from systems.rag.retrieval.terms import read_terms

__all__ = ["Bridge", "Bridges"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A way over a name to a passage."""

    start: str
    """The passage that it begins at; the name itself where the question spells it."""
    name: str
    passage: str
    strength: float
    """From 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """Terms of every section, and how rare each is."""

    held: Mapping[str, frozenset[str]]
    rarity: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridges:
    """Goes from passages over their names to passages of other documents.

    A bridge is strong where its name is rare, where it begins at one of the best passages, and
    where it leads to those terms of the question that the passage at its beginning lacks: who asks
    for the head of the team that owns what failed finds the failure first, the name of what failed
    in it, and over this name the passage on the team.
    """

    knowledge: Knowledge
    _terms: Once[_Terms] = field(
        default_factory=Once[_Terms], init=False, repr=False, compare=False
    )

    def __call__(self, question: str, starts: Sequence[str], /) -> Mapping[str, Bridge]:
        """The strongest bridge to each passage that one leads to.

        Args:
            question: what is asked; names that it spells are starts as well.
            starts: ids of passages, best first; one at rank r counts 1 / sqrt(r).
        """
        best: dict[str, Bridge] = {}
        for bridge in self._all(question, starts):
            known = best.get(bridge.passage)
            if bridge.strength > 0 and (known is None or bridge.strength > known.strength):
                best[bridge.passage] = bridge
        return best

    def _all(self, question: str, starts: Sequence[str]) -> Iterator[Bridge]:
        asked = frozenset(read_terms(question))
        spelled = sorted(self.knowledge.names.find(question))
        held = self._terms.get(self._read).held
        inside = frozenset(term for name in spelled for term in read_terms(name))
        for name in spelled:
            yield from self._over(name, start=name, missing=asked - inside, weight=1.0)
        for rank, start in enumerate(starts, start=1):
            for name in self.knowledge.names_in(start):
                missing = asked - held[start]
                yield from self._over(name, start=start, missing=missing, weight=rank**-0.5)

    def _over(
        self, name: str, *, start: str, missing: frozenset[str], weight: float
    ) -> Iterator[Bridge]:
        terms = self._terms.get(self._read)
        wanted = sum(terms.rarity.get(term, 0.0) for term in sorted(missing))
        # A name may be spelled like the id of a document, and leads to that one as well.
        document = start.partition("#")[0] if start != name else ""
        for passage in self.knowledge.holders(name):
            told = sorted(missing & terms.held[passage])
            if told and passage.partition("#")[0] != document:
                share = sum(terms.rarity[term] for term in told) / wanted
                strength = weight * self.knowledge.rarity(name) * share
                yield Bridge(start=start, name=name, passage=passage, strength=round(strength, 9))

    def _read(self) -> _Terms:
        sections = self.knowledge.corpus.sections
        held = {section.id: frozenset(read_terms(section.searchable)) for section in sections}
        counts = Counter(term for terms in held.values() for term in terms)
        rarity = {term: math.log(1 + len(sections) / count) for term, count in counts.items()}
        return _Terms(held=held, rarity=rarity)
