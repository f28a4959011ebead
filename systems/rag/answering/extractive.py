"""Extractive: the sentences that go best with a question are the answer; no language model."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.system import Passage, Spec
from systems.rag.answering.citations import without_citations
from systems.rag.answering.declining import UNTOLD
from systems.rag.answering.ranking import SentenceRanking
from systems.rag.answering.reader import Reading

__all__ = ["ExtractiveReader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractiveReader:
    """Quotes the likeliest sentences with the numbers of their passages.

    What it says always stands in a passage, so it is never unfaithful; whether it answers the
    question is another matter.
    """

    ranking: SentenceRanking
    count: int = 2
    """Number of sentences that are quoted."""
    threshold: float = 0.0
    """Score of the best sentence below which the question is declined; 0 quotes nearly always.
    Scores depend on the corpus and the encoder, so a threshold is chosen on questions to them."""

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"sentences": self.count, "threshold": self.threshold}
        return Spec(
            name="extractive",
            params=params,
            version="2",
            artifacts={"ranking": self.ranking.spec.digest},
        )

    def __call__(self, question: str, passages: Sequence[Passage], /, *, seed: int) -> Reading:
        best = self.ranking(question, passages)[: self.count]
        if not best or best[0].score < self.threshold:
            return Reading(text=UNTOLD, abstained=True)
        return Reading(text=" ".join(_cited(one.text, one.passage + 1) for one in best))


def _cited(sentence: str, number: int) -> str:
    """The sentence with its mark before the full stop, so that nobody takes it for the next one's.

    Marks of its own would be read as citations of passages that it does not rest on.

    >>> _cited("Nine days [7].", 2)
    'Nine days [2].'
    """
    plain = without_citations(sentence)
    bare = plain.rstrip(".!?")
    return f"{bare} [{number}]{plain[len(bare) :] or '.'}"
