"""MaxSim: late interaction between the tokens of a question and those of a passage."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from holdfast.system import Spec
from systems.once import Once
from systems.rag.corpus import Texts
from systems.rag.reranking.states import States

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from systems.rag.reranking.states import TokenStates

__all__ = ["MaxSim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxSim:
    """Mean over the question's tokens of the largest cosine with any token of the passage.

    Late interaction is that of ColBERT (Khattab and Zaharia, SIGIR 2020), here over the token
    embeddings of a sentence encoder that was not trained for it. A passage is encoded once, so a
    question costs the encoding of the question.
    """

    states: States = field(default_factory=States)
    collection: Texts | None = None
    """Passages among which rare tokens weigh more: log(1 + N / (n + 0.5)) where n of the N passages
    hold the token; None gives every token the same weight."""
    _rarity: Once[Mapping[int, int]] = field(
        default_factory=Once[Mapping[int, int]], init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        artifacts = {"states": self.states.spec.digest}
        if self.collection is not None:
            artifacts["collection"] = self.collection.digest
        return Spec(
            name="maxsim",
            params={"weights": "none" if self.collection is None else "rarity"},
            artifacts=artifacts,
        )

    def __call__(self, question: str, texts: Sequence[str], /) -> list[float]:
        asked = self.states.of_question(question)
        wanted = self._units(asked)
        weights = self._weights(asked)
        return [self._score(wanted, weights, self.states.of_passage(text)) for text in texts]

    def _score(
        self, wanted: "NDArray[np.float32]", weights: "NDArray[np.float32]", text: "TokenStates"
    ) -> float:
        words = self._units(text)
        if not len(words) or not len(wanted):
            return 0.0
        return float(weights @ (wanted @ words.T).max(axis=1))

    def _words(self, states: "TokenStates") -> list[int]:
        marks = self.states.marks
        return [at for at, token in enumerate(states.tokens) if token not in marks]

    def _units(self, states: "TokenStates") -> "NDArray[np.float32]":
        import numpy as np

        vectors = states.vectors[self._words(states)].astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _weights(self, asked: "TokenStates") -> "NDArray[np.float32]":
        import numpy as np

        words = [asked.tokens[at] for at in self._words(asked)]
        if self.collection is None:
            weights = np.ones(len(words), dtype=np.float32)
        else:
            holders = self._rarity.get(self._count)
            count = len(self.collection.texts)
            weights = np.array(
                [math.log(1 + count / (holders.get(word, 0) + 0.5)) for word in words],
                dtype=np.float32,
            )
        return weights / max(float(weights.sum()), 1e-9)

    def _count(self) -> Mapping[int, int]:
        texts = () if self.collection is None else self.collection.texts
        return Counter(
            token for text in texts for token in set(self.states.tokens(text.searchable))
        )
