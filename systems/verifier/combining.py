"""Combining: one probability from the shipped verifier's score and from what a reader read."""

import json
import math
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from holdfast.errors import UsageError
from systems.verifier.reading import ADAPTER

__all__ = [
    "COMBINATION",
    "Combination",
    "bounded",
    "log_odds",
    "read_combination",
    "write_combination",
]

COMBINATION = ADAPTER / "combination.json"
"""The weights that ship; the decision 0049 says how they were chosen."""

_FARTHEST = 12.0
"""Log-odds beyond which neither side is taken at its word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Logistic regression over two log-odds; neither weight is below zero."""

    shipped: float
    """Weight of the shipped verifier."""
    read: float
    """Weight of the reader."""
    bias: float
    threshold: float
    """Probability from which a claim counts as supported."""

    def __post_init__(self) -> None:
        if min(self.shipped, self.read) < 0:
            raise UsageError("a weight is below zero, so that support would count against a claim")

    def score(self, shipped: float, read: float) -> float:
        """Probability of support from the shipped score and the reader's log-odds."""
        return self.of_odds(log_odds(shipped), read)

    def of_odds(self, shipped: float, read: float) -> float:
        """Probability of support from the log-odds of both."""
        total = self.shipped * bounded(shipped) + self.read * bounded(read) + self.bias
        return 1 / (1 + math.exp(-total))


def log_odds(score: float) -> float:
    """Log-odds of a probability, bounded."""
    return bounded(math.log(max(score, 1e-9)) - math.log(max(1 - score, 1e-9)))


def bounded(value: float) -> float:
    """Log-odds that claim to be no surer than either side is believed to be."""
    return max(-_FARTHEST, min(_FARTHEST, value))


def write_combination(path: Path, combination: Combination) -> None:
    """Write the weights as `read_combination` reads them."""
    path.write_text(json.dumps(asdict(combination), indent=2) + "\n", encoding="utf-8")


@lru_cache(maxsize=4)
def read_combination(path: Path = COMBINATION) -> Combination:
    """The weights in a JSON file.

    Raises:
        UsageError: the file holds no such weights.
    """
    try:
        return Combination(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{str(path)!r} holds no combination ({error!r})") from error
