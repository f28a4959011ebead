"""Hit rate: whether anything that answers the case was found."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.cutoff import check_cutoff, cutoff_params
from holdfast.metrics.ranking import read_ranking
from holdfast.system import Spec

__all__ = ["HitRate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRate:
    """1 where a relevant passage is among the first k, else 0.

    As `success_k` of trec_eval (NIST).
    """

    k: int
    """Number of passages looked at, from the best rank."""
    level: float = 1.0
    """Lowest grade that counts as relevant."""

    def __post_init__(self) -> None:
        check_cutoff("hit_rate", self.k, level=self.level)

    @property
    def spec(self) -> Spec:
        return Spec(name="hit_rate", params=cutoff_params(self.k, self.level))

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
        if any(ranking.hits(self.level)[: self.k]):
            return Score(1.0, f"a relevant passage is among the first {self.k}")
        return Score(0.0, f"no relevant passage is among the first {self.k}")
