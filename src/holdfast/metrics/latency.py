"""Latency: how long an answer took."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.system import Spec

__all__ = ["Latency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Seconds that one successful call took, waiting and retries left out.

    >>> Latency(timing="time_to_first_token").spec.label
    'latency(timing=time_to_first_token)'
    """

    timing: str | None = None
    """Name of a timing that the system reports, None for the wall time of the whole call."""

    @property
    def spec(self) -> Spec:
        return Spec(name="latency", params={"timing": self.timing} if self.timing else {})

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> None:
        return None

    @property
    def unit(self) -> str:
        return "seconds"

    def __call__(self, trial: Trial, /) -> Outcome:
        if self.timing is None:
            return Score(trial.seconds)
        seconds = trial.response.timings.get(self.timing)
        if seconds is None:
            known = ", ".join(sorted(trial.response.timings)) or "none"
            return Failure(
                stage="metric",
                error=f"the response has no timing {self.timing!r} (it has: {known}); "
                "let the system report it in Response.timings",
            )
        return Score(seconds)
