"""Average precision: precision at every rank that helps, over all that could help."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.cutoff import check_cutoff, cutoff_params
from holdfast.metrics.ranking import read_hits
from holdfast.system import Spec

__all__ = ["AveragePrecision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragePrecision:
    """Sum of the precision at the rank of each relevant passage, over their number.

    Its mean over cases is MAP (Buckley and Voorhees 2000). As `map` of trec_eval (NIST), or
    `map_cut_k` where k is given: relevant passages that were not retrieved count as zero.
    """

    k: int | None = None
    """Number of passages looked at, None for all."""
    level: float = 1.0
    """Lowest grade that counts as relevant."""

    def __post_init__(self) -> None:
        check_cutoff("average_precision", self.k, level=self.level)

    @property
    def spec(self) -> Spec:
        return Spec(name="average_precision", params=cutoff_params(self.k, self.level))

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
        # Sums of sevenths and the like can pass 1 by a rounding error.
        return Score(min(1.0, sum(hits.precisions) / hits.relevant), hits.told)
