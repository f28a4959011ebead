"""Reciprocal rank: how far down the first useful passage stands."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.cutoff import check_cutoff, cutoff_params
from holdfast.metrics.ranking import read_ranking
from holdfast.system import Spec

__all__ = ["MRR"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MRR:
    """One divided by the rank of the first relevant passage, 0 where there is none.

    Its mean over cases is the mean reciprocal rank (Voorhees 1999, the TREC-8 question answering
    track). As `recip_rank` of trec_eval (NIST) where no k is given.
    """

    k: int | None = None
    """Number of passages looked at, None for all."""
    level: float = 1.0
    """Lowest grade that counts as relevant."""

    def __post_init__(self) -> None:
        check_cutoff("mrr", self.k, level=self.level)

    @property
    def spec(self) -> Spec:
        return Spec(name="mrr", params=cutoff_params(self.k, self.level))

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
        for rank, hit in enumerate(ranking.hits(self.level)[: self.k], start=1):
            if hit:
                return Score(1 / rank, f"the first relevant passage has rank {rank}")
        return Score(0.0, "no relevant passage was retrieved")
