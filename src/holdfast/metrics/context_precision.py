"""Context precision: whether passages that help stand above those that do not."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.cutoff import check_cutoff, cutoff_params
from holdfast.metrics.ranking import read_hits
from holdfast.system import Spec

__all__ = ["ContextPrecision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextPrecision:
    """Mean precision at the ranks of the relevant passages among the first k, as ragas defines it.

    Unlike average precision, its divisor is the number of relevant passages that were found, so
    one that was missed costs nothing: measure recall beside it. 0 where none was found.

    >>> ContextPrecision(k=5).spec.label
    'context_precision(k=5)'
    """

    k: int
    """Number of passages looked at, from the best rank."""
    level: float = 1.0
    """Lowest grade that counts as relevant."""

    def __post_init__(self) -> None:
        check_cutoff("context_precision", self.k, level=self.level)

    @property
    def spec(self) -> Spec:
        return Spec(name="context_precision", params=cutoff_params(self.k, self.level))

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        hits = read_hits(trial, k=self.k, level=self.level)
        if isinstance(hits, Failure):
            return hits
        if not hits.ranks:
            return Score(0.0, f"none of the first {hits.looked} passages is relevant")
        told = ", ".join(map(str, hits.ranks))
        return Score(
            sum(hits.precisions) / len(hits.precisions), f"relevant passages at ranks {told}"
        )
