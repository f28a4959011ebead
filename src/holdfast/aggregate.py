"""Aggregate: how the trials of a case become one value, where that is not their mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.errors import UsageError
from holdfast.stats.pass_k import any_of, every_of

__all__ = ["Aggregate", "AggregateKind"]

AggregateKind = Literal["pass@k", "pass^k"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """Some, or all, of k trials pass.

    >>> Aggregate(kind="pass^k", k=2).value([1.0, 1.0, 0.0])
    0.3333333333333333
    """

    kind: AggregateKind
    k: int

    def __post_init__(self) -> None:
        if self.k < 1:
            raise UsageError(f"{self.kind} needs k of at least 1, got {self.k!r}")

    def value(self, scores: Sequence[float]) -> float | None:
        """Value of a case from the scores of its trials, 1 for a pass; None for fewer than k."""
        if len(scores) < self.k:
            return None
        passes = sum(score >= 0.5 for score in scores)
        chance = any_of if self.kind == "pass@k" else every_of
        return chance(passes, len(scores), k=self.k)
