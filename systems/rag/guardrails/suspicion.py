"""Suspicion: how likely a sentence speaks to a machine, or of how its answer is to be made."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from holdfast.system import Spec
from systems.once import Once
from systems.rag.guardrails.classifier import Weights
from systems.rag.guardrails.meaning import LAYERS, mean_state
from systems.rag.guardrails.orders import ORDERS_VERSION, find_order, is_order
from systems.rag.guardrails.signs import SIGNS_VERSION, read_signs
from systems.rag.reranking.states import States

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SUSPICION", "Suspects", "Suspicion", "features", "pairs"]

SUSPICION = Path(__file__).resolve().parent / "suspicion.json"

_SIGN = 0.2
_MOST = 4096


def pairs(sentences: Sequence[str]) -> tuple[str, ...]:
    """Neighbours joined: an order may need two sentences to be one."""
    return tuple(f"{one} {two}" for one, two in pairwise(sentences))


def features(states: States, text: str) -> "NDArray[np.float64]":
    """What a sentence is judged by: its mean state, its signs, and whether its wording is known."""
    import numpy as np

    signs = (*read_signs(text), float(bool(find_order(text))), float(is_order(text)))
    return np.concatenate([mean_state(states, text), _SIGN * np.asarray(signs)])


class Suspects(Protocol):
    """Tells how likely each of some sentences is an order to a machine."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, texts: Sequence[str], /) -> tuple[float, ...]: ...


class _Kept:
    """Chances by sentence: passages come again with other questions."""

    __slots__ = ("found",)

    holdfast_derived = True
    """It follows from the sentences, the weights and the encoder."""

    def __init__(self) -> None:
        self.found: dict[str, float] = {}

    def __reduce__(self) -> tuple[type["_Kept"], tuple[()]]:
        return (type(self), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A logistic regression over the lower layers of MiniLM and over signs.

    Learned by `python -m systems.rag.guardrails.learning`.
    """

    states: States = field(default_factory=lambda: States(layers=LAYERS, folder=None))
    path: Path = SUSPICION
    _weights: Once[Weights] = field(
        default_factory=Once[Weights], init=False, repr=False, compare=False
    )
    _kept: _Kept = field(default_factory=_Kept, init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        return Spec(
            name="suspicion",
            version=f"1-{SIGNS_VERSION}-{ORDERS_VERSION}",
            artifacts={
                "weights": hashlib.sha256(self.path.read_bytes()).hexdigest(),
                "states": self.states.spec.digest,
            },
        )

    def __call__(self, texts: Sequence[str], /) -> tuple[float, ...]:
        """Probability for each text."""
        return tuple(self._chance(text) for text in texts)

    def _chance(self, text: str) -> float:
        kept = self._kept.found
        chance = kept.get(text)
        if chance is None:
            if len(kept) >= _MOST:
                kept.clear()
            weights = self._weights.get(self._read)
            # Rounded, so that the last bits of another machine do not decide.
            chance = kept[text] = round(weights.probability(features(self.states, text)), 4)
        return chance

    def _read(self) -> Weights:
        row = json.loads(self.path.read_text(encoding="utf-8"))
        return Weights(bias=row["bias"], weights=tuple(row["weights"]))
