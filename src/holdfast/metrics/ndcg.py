"""Normalized discounted cumulative gain: how close the order is to the best possible one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.cutoff import check_cutoff, cutoff_params
from holdfast.metrics.ranking import read_ranking
from holdfast.system import Spec

__all__ = ["NDCG", "Gain"]

Gain = Literal["linear", "exponential"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NDCG:
    """Discounted gain of the retrieved order, divided by that of the best order.

    Each passage adds its gain divided by log2(rank + 1) (Järvelin and Kekäläinen 2002). The gain is
    the grade itself by default, as `ndcg` and `ndcg_cut_k` of trec_eval (NIST) have it; with
    `gain="exponential"` it is 2^grade - 1 (Burges and others 2005), which many leaderboards of
    learned rankers use. The two agree where grades are 0 and 1, and differ elsewhere. Grades below
    zero gain nothing. The best order is cut at k too.

    >>> NDCG(k=10).spec.label, NDCG(gain="exponential").spec.label
    ('ndcg(k=10)', 'ndcg(gain=exponential)')
    """

    k: int | None = None
    """Number of passages looked at, None for all."""
    gain: Gain = "linear"
    """What a grade is worth."""

    def __post_init__(self) -> None:
        check_cutoff("ndcg", self.k)
        if self.gain not in ("linear", "exponential"):
            raise UsageError(f"gain of 'ndcg' must be 'linear' or 'exponential', got {self.gain!r}")

    @property
    def spec(self) -> Spec:
        params = cutoff_params(self.k)
        if self.gain != "linear":
            params["gain"] = self.gain
        return Spec(name="ndcg", params=params)

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
        highest = ranking.ideal[0]
        best = self._discounted(ranking.ideal, highest)
        value = self._discounted(ranking.grades, highest) / best
        found = sum(grade > 0 for grade in ranking.grades[: self.k])
        return Score(min(1.0, value), f"{found} of {len(ranking.ideal)} relevant passages")

    def _discounted(self, grades: Sequence[float], highest: float) -> float:
        return math.fsum(
            self._worth(grade, highest) / math.log2(rank + 1)
            for rank, grade in enumerate(grades[: self.k], start=1)
            if grade > 0
        )

    def _worth(self, grade: float, highest: float) -> float:
        # Gains are taken relative to the highest grade, which leaves the ratio as it is and keeps
        # 2^grade within the range of a float.
        match self.gain:
            case "linear":
                return grade / highest
            case "exponential":
                return -math.expm1(-grade * math.log(2)) * math.exp2(grade - highest)
            case _:
                assert_never(self.gain)
