"""Evidence: how much of what answers a question fits into a context of so many words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.system import Spec
from systems.rag.corpus import Corpus

__all__ = ["EvidenceInBudget"]

_PIECE = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceInBudget:
    """Share of the graded sections' characters within the first words of what was found.

    What was found is read from the best on, and the piece that would exceed the budget is left out,
    as it is when a prompt is filled, with all that follow; characters that stand in two pieces are
    paid for twice and count once. Sections weigh as their grades. The evidence is taken to be
    spread evenly over its section, so a small chunk that happens to hold the one sentence that
    matters earns no more than its share.
    """

    words: int
    """Number of words of the context."""
    corpus: Corpus
    """Where sections are looked up of which a retriever returned the ids alone."""

    def __post_init__(self) -> None:
        if self.words < 1:
            raise UsageError(f"a budget of {self.words!r} words holds no evidence; give 1 or more")

    @property
    def spec(self) -> Spec:
        return Spec(
            name="evidence",
            params={"words": self.words},
            artifacts={"corpus": self.corpus.digest},
        )

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        expected: Any = trial.case.expected
        grades = {key: grade for key, grade in expected["passages"].items() if grade > 0}
        if not grades:
            return Failure(
                stage="metric", error=f"case {trial.case.id!r} has no evidence to be found"
            )
        spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        used = 0
        for words, piece in self._pieces(trial):
            if used + words > self.words:
                break
            used += words
            for section, span in piece.items():
                spans[section].append(span)
        found = sum(
            grade * _length(spans[section]) / self._size(section)
            for section, grade in grades.items()
        )
        return Score(min(1.0, found / sum(grades.values())), f"{used} of {self.words} words")

    def _pieces(self, trial: Trial) -> Iterator[tuple[int, _PIECE]]:
        """Number of words and spans of sections of each piece, the best first."""
        data: Any = trial.response.data
        if isinstance(data, dict) and "chunks" in data:
            for chunk in data["chunks"]:
                spans = {key: (start, end) for key, (start, end) in chunk["sections"].items()}
                yield chunk["words"], spans
            return
        for passage in trial.response.passages:
            yield len(self._text(passage.id).split()), {passage.id: (0, self._size(passage.id))}

    def _text(self, identity: str) -> str:
        section = self.corpus.section(identity)
        return f"{section.heading}\n\n{section.text}".strip()

    def _size(self, identity: str) -> int:
        return len(self._text(identity))


def _length(spans: Iterable[tuple[int, int]]) -> int:
    """Number of places that one span or more holds."""
    total, reached = 0, 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
