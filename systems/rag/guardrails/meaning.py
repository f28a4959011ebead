"""Meaning: the mean state of a text in the lower layers of MiniLM, by which guards judge it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from holdfast.system import Spec
from systems.rag.reranking.states import States

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LAYERS", "MeanStates", "mean_state"]

LAYERS = 4
"""The upper layers are made for likeness of topics, and tell less of whom a sentence speaks to."""
_SCALE = 6.0
"""About the spread of the mean states, so that one penalty fits them and the signs."""


def mean_state(states: States, text: str) -> "NDArray[np.float64]":
    """The mean state of the tokens of a text, its marks of beginning and end left out."""
    import numpy as np

    vectors = states.of_question(text).vectors.astype(np.float64)
    return (vectors[1:-1] if len(vectors) > 2 else vectors).mean(axis=0) / _SCALE


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanStates:
    """An encoder whose vector of a text is its mean state: not of unit length."""

    states: States = field(default_factory=lambda: States(layers=LAYERS, folder=None))

    @property
    def spec(self) -> Spec:
        return Spec(
            name="mean-states",
            params={"scale": _SCALE},
            artifacts={"states": self.states.spec.digest},
        )

    def __call__(self, texts: Sequence[str], /) -> "NDArray[np.float32]":
        import numpy as np

        return np.stack([mean_state(self.states, text) for text in texts]).astype(np.float32)
