"""Classifier: how likely a question is an order, off topic or harmful, by its mean state."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from holdfast.errors import UsageError
from holdfast.system import Spec
from systems.once import Once
from systems.rag.guardrails.meaning import MeanStates
from systems.rag.retrieval.encoder import Encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["WEIGHTS", "Classifier", "Head", "Weights"]

Head = Literal["order", "topic", "harm"]
"""`order`: a sentence that tells a language model what to do. `topic`: a question about the
company's work. `harm`: a question that asks for help with something harmful."""

_MOST = 512
WEIGHTS = Path(__file__).resolve().parent / "weights.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A logistic regression over the embedding."""

    bias: float
    weights: tuple[float, ...]

    def probability(self, vector: Sequence[float]) -> float:
        total = self.bias + sum(a * float(b) for a, b in zip(self.weights, vector, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


class _Latest:
    """The vector of the question that several guards ask about one after another."""

    __slots__ = ("_found",)

    holdfast_derived = True
    """It follows from the question and the encoder."""

    def __init__(self) -> None:
        self._found: dict[str, NDArray[np.float32]] = {}

    def __reduce__(self) -> tuple[type["_Latest"], tuple[()]]:
        return (type(self), ())

    def get(self, text: str, encoder: Encoder) -> "NDArray[np.float32]":
        """The vectors of one text; threads that ask at once may both make them."""
        found = self._found.get(text)
        if found is None:
            if len(self._found) >= _MOST:
                self._found.clear()
            found = self._found.setdefault(text, encoder([text]))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """One logistic regression per head, learned by `python -m systems.rag.guardrails.learning`."""

    encoder: Encoder = field(default_factory=MeanStates)
    path: Path = WEIGHTS
    _heads: Once[Mapping[str, Weights]] = field(
        default_factory=Once[Mapping[str, Weights]], init=False, repr=False, compare=False
    )

    _latest: _Latest = field(default_factory=_Latest, init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        return Spec(
            name="guard-classifier",
            artifacts={"weights": digest, "encoder": self.encoder.spec.digest},
        )

    def __call__(self, head: Head, texts: Sequence[str], /) -> tuple[float, ...]:
        """Probability for each text."""
        if not texts:
            return ()
        weights = self._heads.get(self._read).get(head)
        if weights is None:
            raise UsageError(f"{str(self.path)!r} has no weights for {head!r}; learn them again")
        one = len(texts) == 1
        vectors = self._latest.get(texts[0], self.encoder) if one else self.encoder(texts)
        # Rounded, so that the last bits of another machine do not decide.
        return tuple(round(weights.probability(vector), 4) for vector in vectors)

    def _read(self) -> Mapping[str, Weights]:
        rows = json.loads(self.path.read_text(encoding="utf-8"))
        return {
            name: Weights(bias=row["bias"], weights=tuple(row["weights"]))
            for name, row in rows.items()
        }
