"""What a metric receives and returns."""

import math
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.system import Response, Spec

__all__ = ["Better", "Failure", "Metric", "Outcome", "Score", "Stage", "Trial"]

Better = Literal["higher", "lower"]
Stage = Literal["system", "metric", "infrastructure"]


@dataclass(frozen=True, slots=True)
class Score:
    """A finite number that a metric gave one trial, with its reason.

    >>> Score(0.5, "1 of 2 passages").value
    0.5
    """

    value: float
    why: str = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise UsageError(
                f"a score must be a finite number, got {self.value!r}; "
                "return a Failure where there is nothing to score"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The absence of a score, with who is to blame for it."""

    stage: Stage
    """`system`: the answer is bad, and counts as the worst score. `metric` and `infrastructure`:
    the score is missing, and is never guessed in the candidate's favour."""
    error: str


Outcome: TypeAlias = Score | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One answer of a system to one case."""

    case: Case
    repeat: int
    """0 for the first trial of the case."""
    response: Response
    seconds: float
    """Wall time of the successful call; waiting and retries are not included."""


class Metric(Protocol):
    """Scores one trial; `def` and `async def` both work. Thresholds are a policy's, not its own.

    A metric without bounds may also have an attribute `unit`: what a score counts, such as
    `seconds`, `tokens` or `USD`. Seconds are judged in interleaved runs alone.
    One that judges as a person would, and may err, says so by an attribute `judge = True`: it gates
    only after `holdfast judge check` has admitted it.
    """

    @property
    def spec(self) -> Spec:
        """Identity; its label names the metric in records and policies."""
        ...

    @property
    def better(self) -> Better: ...

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Smallest and largest possible score, or None where there are none (seconds, cost)."""
        ...

    def __call__(self, trial: Trial, /) -> Outcome | Awaitable[Outcome]: ...
