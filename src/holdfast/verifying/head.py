"""Head: one probability from the signals of a claim, by weights that cannot change their signs."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.verifying.findings import SIGNALS

__all__ = ["HEAD", "Head", "read_head"]

HEAD = Path(__file__).with_name("head.json")
"""The weights that ship; `python -m systems.verifier fit` writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Logistic regression over the signals; every weight is zero or more."""

    weights: Mapping[str, float] = field(repr=False)
    bias: float
    threshold: float
    """Probability from which a claim counts as supported."""

    def __post_init__(self) -> None:
        if set(self.weights) != set(SIGNALS):
            odd = sorted(set(self.weights) ^ set(SIGNALS))
            raise UsageError(f"the head has other signals than are measured: {odd}; fit it again")
        if min(self.weights.values()) < 0:
            raise UsageError("a weight is below zero, so that a signal would count against itself")

    def score(self, signals: Mapping[str, float]) -> float:
        """Probability that the evidence supports the claim."""
        total = self.bias + sum(self.weights[name] * signals[name] for name in SIGNALS)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


@lru_cache(maxsize=4)
def read_head(path: Path = HEAD) -> Head:
    """The head in a JSON file.

    Raises:
        UsageError: the file is no head for these signals.
    """
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return Head(weights=row["weights"], bias=row["bias"], threshold=row["threshold"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{str(path)!r} holds no head of a verifier ({error!r})") from error
