"""Focusing: the few sentences of the passages that a small model can read."""

from collections import defaultdict
from dataclasses import dataclass, replace

from holdfast.system import Passage, Spec
from systems.rag.answering.excerpts import part
from systems.rag.answering.ranking import SentenceRanking

__all__ = ["BestSentences"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BestSentences:
    """Keeps the likeliest sentences of all passages, each in its passage and in its order."""

    ranking: SentenceRanking
    count: int = 3
    """Number of sentences that are kept."""

    @property
    def spec(self) -> Spec:
        return Spec(
            name="best-sentences",
            params={"count": self.count},
            artifacts={"ranking": self.ranking.spec.digest},
        )

    def __call__(self, question: str, passages: tuple[Passage, ...], /) -> tuple[Passage, ...]:
        chosen: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for one in self.ranking(question, passages)[: self.count]:
            chosen[one.passage].append((one.place, one.text))
        kept: list[Passage] = []
        for at, passage in enumerate(passages):
            if at in chosen:
                head, _ = part(passage.text)
                text = " ".join(text for _, text in sorted(chosen[at]))
                kept.append(replace(passage, text=f"{head}\n{text}" if head else text))
        return tuple(kept)
