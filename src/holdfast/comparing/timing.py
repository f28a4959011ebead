"""Timing: the evidence behind a change in seconds."""

from dataclasses import dataclass

__all__ = ["Rate", "Timing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How much each arm did in a second of the time in which it was at work."""

    baseline: float
    candidate: float
    low: float
    """Lower one-sided bound of the change, as a share of the baseline; positive is faster."""
    estimate: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What a quantile of seconds was measured on."""

    quantile: float
    requests: int
    """Requests of each arm that were compared, warm-up left out."""
    blocks: int
    """Interleaved blocks; 0 where the runs are of separate sessions."""
    floor: float = 0.0
    """Noise floor, as a share: two equal systems differ by less in 95 of 100 such comparisons."""
    adjusted: bool = False
    """The seconds are those at the median length of the baseline's answers."""
    requests_per_second: Rate | None = None
    """Throughput of the runs, told once: beside the first metric in seconds."""
    tokens_per_second: Rate | None = None
    """Output tokens; None where they are not reported."""

    @property
    def name(self) -> str:
        """The quantile as it is called, such as `p95`."""
        return f"p{100 * self.quantile:.10g}"
