"""Reliability: whether some, or all, of several trials of a case pass."""

from collections.abc import Awaitable
from dataclasses import dataclass

from holdfast.aggregate import Aggregate, AggregateKind
from holdfast.errors import UsageError
from holdfast.later import Later
from holdfast.metric import Better, Failure, Metric, Outcome, Score, Trial
from holdfast.system import Spec

__all__ = ["PassAtK", "PassHatK"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passes:
    """1 for each trial that another metric lets pass; a case's value is made of all its trials."""

    metric: Metric
    """A trial passes where this metric's score reaches the middle of its range."""
    k: int

    def __post_init__(self) -> None:
        label = self.metric.spec.label
        if self.metric.bounds is None:
            raise UsageError(
                f"{label} has no smallest and largest score, so nothing says when a trial passes; "
                f"give {self._kind} a metric with bounds"
            )
        _ = self.aggregate

    @property
    def _kind(self) -> AggregateKind:
        raise NotImplementedError

    @property
    def aggregate(self) -> Aggregate:
        """How the trials of a case become its value."""
        return Aggregate(kind=self._kind, k=self.k)

    @property
    def spec(self) -> Spec:
        inner = self.metric.spec
        return Spec(
            name=self._kind,
            params={"k": self.k, "metric": inner.label},
            artifacts={"metric": inner.digest},
        )

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    @property
    def judge(self) -> bool:
        """It errs where the metric does."""
        return bool(getattr(self.metric, "judge", False))

    def __call__(self, trial: Trial, /) -> Outcome | Awaitable[Outcome]:
        found = self.metric(trial)
        if isinstance(found, Score | Failure):
            return self._passed(found)
        return Later(found, self._passed)

    def _passed(self, found: Outcome) -> Outcome:
        if isinstance(found, Failure):
            return found
        low, high = self.metric.bounds or (0.0, 1.0)
        share = (found.value - low) / (high - low)
        reached = share if self.metric.better == "higher" else 1.0 - share
        return Score(float(reached >= 0.5), found.why)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassAtK(_Passes):
    """Chance that at least one of k trials passes (Chen et al. 2021, arXiv:2107.03374).

    Run at least k trials of each case, better 2 k: with k alone a case is all or nothing.

    >>> from holdfast.metrics import ExactMatch
    >>> PassAtK(metric=ExactMatch(), k=3).spec.label
    'pass@k(k=3, metric=exact_match)'
    """

    @property
    def _kind(self) -> AggregateKind:
        return "pass@k"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassHatK(_Passes):
    """Chance that all of k trials pass, written pass^k (Yao et al. 2024, arXiv:2406.12045).

    The measure of an agent that must work every time. Run at least k trials of each case, better
    2 k.

    >>> from holdfast.metrics import ExactMatch
    >>> PassHatK(metric=ExactMatch(), k=3).spec.label
    'pass^k(k=3, metric=exact_match)'
    """

    @property
    def _kind(self) -> AggregateKind:
        return "pass^k"
