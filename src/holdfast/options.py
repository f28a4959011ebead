"""Options of a run: how fast, how long, how often, and where to stop."""

import math
from dataclasses import dataclass, field
from typing import Literal, TextIO

from holdfast.errors import UsageError
from holdfast.sequence import SequentialMethod

__all__ = ["Budget", "ProgressStyle", "RunOptions"]

ProgressStyle = Literal["auto", "bar", "plain", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one session of a run may spend; answers from the cache cost nothing."""

    tokens: int | None = None
    """Input and output tokens, as the system's responses report them."""
    cost: float | None = None
    """Money in US dollars, as the system's responses report it."""
    seconds: float | None = None
    """Wall time."""

    def __post_init__(self) -> None:
        for name in ("tokens", "cost", "seconds"):
            limit = getattr(self, name)
            if limit is not None and not limit > 0:
                raise UsageError(f"the budget of {name} must be positive, got {limit!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a run is made; none of it changes what is measured but `seed` and `repeats`."""

    concurrency: int = 8
    """Calls under way at once; fewer while the provider answers 429."""
    timeout: float = 120.0
    """Seconds that one call of the system, or of a metric, may take."""
    attempts: int = 6
    """Calls made for one trial while the infrastructure fails, the first included."""
    seed: int = 0
    repeats: int | None = None
    """Trials of each case; None takes the suite's."""
    fresh: bool = False
    """Ask the system again even where the cache knows the answer."""
    sequential: SequentialMethod | None = None
    """Stop a run that is judged as soon as its verdict is decided: `hsd` plans up to 20 looks,
    `betting` may look any time and needs more cases."""
    extend_to: int | None = None
    """Trials of each case up to which `on_inconclusive="extend"` may go; None is twice as many as
    are made at first."""
    budget: Budget = field(default_factory=Budget)
    progress: ProgressStyle = "auto"
    """`auto` draws a bar on a terminal and writes a plain line now and then elsewhere."""
    stream: TextIO | None = None
    """Where progress is shown; None is standard error."""

    def __post_init__(self) -> None:
        for name in ("concurrency", "attempts", "repeats", "extend_to"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(f"{name} must be at least 1, got {value!r}")
        if not (math.isfinite(self.timeout) and self.timeout > 0):
            raise UsageError(
                f"timeout must be a positive number of seconds, got {self.timeout!r}; "
                "a call that may hang for ever would hang the run"
            )
        if self.sequential not in (None, "hsd", "betting"):
            raise UsageError(
                f"unknown sequential method {self.sequential!r} (known: 'hsd', 'betting')"
            )
        if self.progress not in ("auto", "bar", "plain", "none"):
            raise UsageError(
                f"unknown progress {self.progress!r} (known: 'auto', 'bar', 'plain', 'none')"
            )
