"""Recall: how much of what answers the case was found."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.cutoff import check_cutoff, cutoff_params
from holdfast.metrics.ranking import read_hits
from holdfast.system import Spec

__all__ = ["Recall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Share of the case's relevant passages among the first k.

    As `recall_k` of trec_eval (NIST). The divisor is the number of relevant passages, so a case
    with more of them than k cannot reach 1.

    >>> Recall(k=5).spec.label
    'recall(k=5)'
    """

    k: int
    """Number of passages looked at, from the best rank."""
    level: float = 1.0
    """Lowest grade that counts as relevant."""

    def __post_init__(self) -> None:
        check_cutoff("recall", self.k, level=self.level)

    @property
    def spec(self) -> Spec:
        return Spec(name="recall", params=cutoff_params(self.k, self.level))

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
        return Score(len(hits.ranks) / hits.relevant, hits.told)
