"""Latency: how long an answer took."""

from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.system import Spec

__all__ = ["Latency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Seconds that one successful call took, waiting and retries left out.

    Over the requests of a run it is a quantile, and a change of it is a ratio; two systems are
    compared by it where they were put to the suite in turns (`run_interleaved`).

    >>> Latency(timing="time_to_first_token", quantile=0.95).spec.label
    'latency(timing=time_to_first_token, quantile=0.95)'
    """

    timing: str | None = None
    """Name of a timing that the system reports, None for the wall time of the whole call."""
    quantile: float = 0.5
    """Share of the requests that are faster: 0.5 for the median, 0.95 for p95."""
    adjusted: bool = False
    """Compare at equal output length, so that a longer answer is no slower system; needs output
    tokens in Response.usage."""

    def __post_init__(self) -> None:
        if not 0.0 < self.quantile < 1.0:
            raise UsageError(
                f"a quantile lies between 0 and 1, got {self.quantile!r}; p95 is quantile=0.95"
            )

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {}
        if self.timing:
            params["timing"] = self.timing
        if self.quantile != 0.5:
            params["quantile"] = self.quantile
        if self.adjusted:
            params["adjusted"] = True
        return Spec(name="latency", params=params)

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
