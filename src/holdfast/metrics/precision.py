"""Precision: how much of what was found answers the case."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.cutoff import check_cutoff, cutoff_params
from holdfast.metrics.ranking import read_ranking
from holdfast.system import Spec

__all__ = ["Precision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Share of relevant passages among the first k.

    As `P_k` of trec_eval (NIST): the divisor is k even where fewer passages were retrieved.
    """

    k: int
    """Number of passages looked at, from the best rank."""
    level: float = 1.0
    """Lowest grade that counts as relevant."""

    def __post_init__(self) -> None:
        check_cutoff("precision", self.k, level=self.level)

    @property
    def spec(self) -> Spec:
        return Spec(name="precision", params=cutoff_params(self.k, self.level))

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        ranking = read_ranking(trial)
        if isinstance(ranking, Failure):
            return ranking
        found = sum(ranking.hits(self.level)[: self.k])
        return Score(found / self.k, f"{found} of the first {self.k} passages are relevant")
