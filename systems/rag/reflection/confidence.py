"""Confidence: how likely the first passages of a ranking hold what a question needs."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.system import Passage, Spec
from systems.once import Once
from systems.rag.corpus import Corpus
from systems.rag.logistic import Logistic, read_logistic
from systems.rag.retrieval.retriever import Retriever
from systems.rag.retrieval.terms import TERMS_VERSION, read_terms

__all__ = ["FEATURES", "FIRST", "WEIGHTS", "Confidence"]

WEIGHTS = Path(__file__).parent / "confidence.safetensors"
"""Weights that were fitted on the development questions."""
FIRST = 5
"""Number of passages among which it should be."""
FEATURES = ("likeness", "first", "covered", "code")
"""What is looked at, in the order of the weights.

`likeness`: best likeness of any passage to the question; `first`: that of the first passage;
`covered`: share of the question's terms that stand in the first passage, rare terms counting more;
`code`: whether the question spells a code or number that the corpus holds.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """A chance from features of a question and its ranking, calibrated by logistic regression.

    Everything is computed for the question as it was asked: a rewritten one always agrees with the
    passages that it finds.
    """

    corpus: Corpus
    likeness: Retriever
    """Scores every passage by its likeness to the question, up to 1."""
    weights: Path = WEIGHTS
    _model: Once[Logistic] = field(
        default_factory=Once[Logistic], init=False, repr=False, compare=False
    )
    _rarity: Once[Mapping[str, float]] = field(
        default_factory=Once[Mapping[str, float]], init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        likeness = self.likeness.spec
        return Spec(
            name="confidence",
            version=f"1-terms-{TERMS_VERSION}",
            artifacts={
                "corpus": self.corpus.digest,
                "likeness": likeness.digest,
                "weights": self._model.get(self._read).digest,
            },
        )

    def __call__(self, question: str, passages: Sequence[Passage], /) -> float:
        """Chance that the first passages hold something that the question needs."""
        import numpy as np

        if not passages:
            return 0.0
        model = self._model.get(self._read)
        chances = model(np.array([self.features(question, passages)]))[0]
        return round(float(chances[model.classes.index("found")]), 6)

    def features(self, question: str, passages: Sequence[Passage]) -> tuple[float, ...]:
        """The numbers behind the chance, in the order of `FEATURES`."""
        alike = {passage.id: passage.score or 0.0 for passage in self.likeness(question).passages}
        rarity = self._rarity.get(self._count)
        unknown = math.log(1 + len(self.corpus.sections))
        terms = set(read_terms(question))
        weights = {term: rarity.get(term, unknown) for term in sorted(terms)}
        seen = set(read_terms(self.corpus.section(passages[0].id).searchable))
        covered = sum(weight for term, weight in weights.items() if term in seen)
        code = any(term in rarity and any(map(str.isdigit, term)) for term in terms)
        return (
            max(alike.values(), default=0.0),
            alike.get(passages[0].id, 0.0),
            covered / (sum(weights.values()) or 1.0),
            float(code),
        )

    def _count(self) -> Mapping[str, float]:
        """Logarithm of how rare each term is."""
        held = Counter(
            term for section in self.corpus.sections for term in set(read_terms(section.searchable))
        )
        return {
            term: math.log(1 + len(self.corpus.sections) / count) for term, count in held.items()
        }

    def _read(self) -> Logistic:
        return read_logistic(self.weights)
