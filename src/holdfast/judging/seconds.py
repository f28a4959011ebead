"""Seconds in words: what a latency was measured on, and how much noise there was."""

from holdfast.comparing.timing import Rate, Timing
from holdfast.comparison import Delta
from holdfast.judging.advice import rounded
from holdfast.judging.numbers import Scale, count, interval_level, plural

__all__ = ["explain_noise", "measured_on", "read_timing", "throughput_in_words"]

_SHARES = Scale(factor=100.0, decimals=1, step="\N{NO-BREAK SPACE}%")


def read_timing(delta: Delta, scale: Scale) -> str:
    """A change in seconds with what it was measured on."""
    timing = delta.timing
    if timing is None:
        return ""
    levels = f"{scale.score(delta.baseline_mean)} to {scale.score(delta.candidate_mean)}"
    name = f"{timing.name} at equal length" if timing.adjusted else timing.name
    if delta.method == "none":
        return f"{name} {levels} in separate sessions, which are not compared by seconds"
    sign = 1.0 if delta.metric.better == "higher" else -1.0
    low, high = sorted((sign * delta.low, sign * delta.high))
    return (
        f"{name} {levels}, {scale.change(sign * delta.estimate)} "
        f"({interval_level(delta.alpha)} interval {scale.interval(low, high)}), "
        f"{measured_on(timing)}"
    )


def measured_on(timing: Timing) -> str:
    """Requests, blocks and noise floor, such as `400 requests per arm in 40 blocks, ...`."""
    requests = f"{plural(timing.requests, 'request')} per arm"
    if not timing.blocks:
        return requests
    floor = _SHARES.size(timing.floor)
    return f"{requests} in {plural(timing.blocks, 'block')}, noise floor {floor}"


def explain_noise(timing: Timing, margin: float) -> str:
    """Why the margin cannot be tested on so noisy a machine, and what to do."""
    # Noise falls with the root of the number of requests.
    needed = rounded(int(timing.requests * (timing.floor / margin) ** 2) + 1)
    return (
        f"two equal systems would differ by up to {_SHARES.size(timing.floor)} in 95 of 100 such "
        f"comparisons, which is more than twice the margin of {_SHARES.size(margin)}. Ask about "
        f"{count(needed)} requests per arm, measure on a quieter machine, or accept a wider margin."
    )


def throughput_in_words(timing: Timing, *, alpha: float) -> str:
    """Requests and output tokens per second, such as `41.2 to 38.5 requests/s, −6.6 %`."""
    rates = (("requests/s", timing.requests_per_second), ("tokens/s", timing.tokens_per_second))
    return "; ".join(_rate(rate, unit, alpha) for unit, rate in rates if rate is not None)


def _rate(rate: Rate, unit: str, alpha: float) -> str:
    return (
        f"{_amount(rate.baseline)} to {_amount(rate.candidate)} {unit}, "
        f"{_SHARES.change(rate.estimate)} "
        f"({interval_level(alpha)} interval {_SHARES.interval(rate.low, rate.high)})"
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.3g}"
