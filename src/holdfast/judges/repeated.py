"""Repeated: a judge that is asked several times about each answer, and averaged."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from inspect import isawaitable

from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Metric, Outcome, Score, Trial
from holdfast.running.scoring import outcome_of
from holdfast.system import Spec

__all__ = ["Repeated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """The mean of several scores of one answer: its noise is that of one divided by `times`.

    >>> from holdfast.metrics import ExactMatch
    >>> Repeated(metric=ExactMatch(), times=3).spec.params["times"]
    3
    """

    metric: Metric
    times: int
    """How often the judge is asked about each answer."""

    def __post_init__(self) -> None:
        if self.times < 2:
            raise UsageError(f"a judge is repeated at least twice, got times={self.times}")

    @property
    def spec(self) -> Spec:
        inner = self.metric.spec
        return replace(inner, params={**inner.params, "times": self.times})

    @property
    def better(self) -> Better:
        return self.metric.better

    @property
    def bounds(self) -> tuple[float, float] | None:
        return self.metric.bounds

    @property
    def judge(self) -> bool:
        """It gates after it was admitted itself; what is averaged is repeated because it errs."""
        return True

    @property
    def declared(self) -> bool:
        """Whether scores may be kept, as with the judge itself."""
        return bool(getattr(self.metric, "declared", True))

    def __call__(self, trial: Trial, /) -> Outcome | Awaitable[Outcome]:
        first = self.metric(trial)
        if isawaitable(first):
            # It has not begun: closed, it costs nothing, and all askings begin together.
            close = getattr(first, "close", None)
            if close is not None:
                close()
            return self._later(trial)
        return self._mean([first, *(self.metric(trial) for _ in range(self.times - 1))])

    async def _later(self, trial: Trial) -> Outcome:
        asked = await asyncio.gather(*(self._asked(trial) for _ in range(self.times)))
        return self._mean(list(asked))

    async def _asked(self, trial: Trial) -> Outcome:
        outcome = self.metric(trial)
        return await outcome if isawaitable(outcome) else outcome

    def _mean(self, values: list[object]) -> Outcome:
        """Mean score; a failure where the judge failed once, so that luck selects nothing."""
        scores: list[float] = []
        for value in values:
            outcome = outcome_of(value, label=self.spec.label, bounds=self.bounds)
            if isinstance(outcome, Failure):
                return outcome
            scores.append(outcome.value)
        said = ", ".join(f"{score:g}" for score in scores)
        return Score(sum(scores) / len(scores), f"mean of {said}")
