"""Latency: seconds of two runs, compared where both were made in turns and nowhere else.

A metric whose unit is seconds is a quantile over requests: that of its parameter `quantile`, the
median without one. Between separate sessions the quantiles are shown and nothing is said of the
change, because sessions differ by more than systems do. Within one interleaved session the change
is a ratio with bounds; see `holdfast.stats.quantiles`.
"""

from dataclasses import dataclass, replace
from math import expm1, inf, isfinite

import numpy as np
from numpy.typing import NDArray

from holdfast.comparing.delta import Delta, measure
from holdfast.comparing.pairing import Pairing
from holdfast.comparing.requests import Requests, requests_of
from holdfast.comparing.scores import Scores
from holdfast.comparing.timing import Rate, Timing
from holdfast.record import MetricRecord
from holdfast.stats.blocks import FEWEST_BLOCKS
from holdfast.stats.covariate import Covariate
from holdfast.stats.quantiles import Traces, fewest, harrell_davis, quantile_change
from holdfast.stats.throughput import busy_time, rate_change

__all__ = ["Measured", "measure_all"]

Floats = NDArray[np.float64]

_MEDIAN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Deltas of the metrics that can be compared, and why the others cannot."""

    deltas: tuple[Delta, ...]
    problems: dict[str, str]
    """Sentences by label of the metric."""


def measure_all(pairing: Pairing, scores: list[Scores], *, same_answers: bool) -> Measured:
    """Deltas of several metrics in their order, those in seconds as latencies.

    Args:
        pairing: the runs.
        scores: what they scored, each with at least one paired case.
        same_answers: both runs gave the same answers.
    """
    plain = measure(
        pairing, [s for s in scores if s.metric.unit != "seconds"], same_answers=same_answers
    )
    deltas = {delta.metric.label: delta for delta in plain}
    problems: dict[str, str] = {}
    timed = False
    for found in scores:
        if found.metric.unit == "seconds":
            outcome = _latency(pairing, found, first=not timed)
            timed = True
            if isinstance(outcome, Delta):
                deltas[found.metric.label] = outcome
            else:
                problems[found.metric.label] = outcome
    ordered = [deltas[s.metric.label] for s in scores if s.metric.label in deltas]
    return Measured(deltas=tuple(ordered), problems=problems)


def _latency(pairing: Pairing, scores: Scores, *, first: bool) -> Delta | str:
    """Change of one metric in seconds, or a sentence that says why there is none.

    The first one tells the throughput too, which is that of the runs and not of the metric.
    """
    if not pairing.interleaved:
        shown = _shown(pairing, scores)
        return _identical(shown) if _same_seconds(scores) else shown
    made = requests_of(pairing, scores.metric)
    problem = _unfit(made, scores.metric)
    if problem:
        return problem
    delta = _compared(pairing, scores, made.both())
    if delta.timing is not None and first:
        rates = _rates(made, alpha=scores.alpha)
        timing = replace(delta.timing, requests_per_second=rates[0], tokens_per_second=rates[1])
        delta = replace(delta, timing=timing)
    if made.lost:
        delta = replace(delta, worst=_compared(pairing, scores, made.worst(scores.metric.better)))
    return delta


def _shown(pairing: Pairing, scores: Scores) -> Delta:
    """Quantiles of both arms, and nothing said of their difference."""
    share = _share(scores.metric)
    arms = [
        np.array([v for found in arm.values() for v in found.values if isfinite(v)], np.float64)
        for arm in (scores.baseline, scores.candidate)
    ]
    timing = Timing(quantile=share, requests=min(arm.size for arm in arms), blocks=0)
    before, after = (_quantile(arm, share) for arm in arms)
    delta = _bare(pairing, scores, timing=timing, quantiles=(before, after))
    change = after / before - 1.0 if before > 0.0 else 0.0
    return replace(delta, estimate=_better(change, scores.metric))


def _same_seconds(scores: Scores) -> bool:
    """Whether this is one record twice: no two calls take the same time to the nanosecond."""
    return all(
        found.values == scores.candidate[key].values for key, found in scores.baseline.items()
    )


def _identical(delta: Delta) -> Delta:
    test = "none: the answers are identical"
    return replace(delta, low=0.0, estimate=0.0, high=0.0, method="identical", test=test)


def _unfit(made: Requests, metric: MetricRecord) -> str:
    """Why the requests cannot be compared, in a sentence; empty where they can."""
    label, share = metric.label, _share(metric)
    compared = made.both()
    requests, blocks = compared.blocks.size, np.unique(compared.blocks).size
    needed = fewest(share)
    if requests < needed:
        return (
            f"{label} needs {needed} requests per arm, and there are {requests} after the warm-up; "
            f"add cases or repeats, or ask for a lower quantile"
        )
    if blocks < FEWEST_BLOCKS:
        return (
            f"{label} needs {FEWEST_BLOCKS} blocks, and there are {blocks} after the warm-up; let "
            "the interleaved run come to its end"
        )
    # Those beside a lost one too, which the worst case compares.
    wrong = int((made.seconds <= 0.0).sum())
    if wrong:
        return (
            f"{label} holds {wrong} times of zero seconds or less, which have no ratio; let the "
            "system report seconds that passed"
        )
    return _unadjustable(compared, label) if _adjusted(metric) else ""


def _unadjustable(made: Requests, label: str) -> str:
    if np.isnan(made.tokens).any() or not made.tokens.any(axis=1).all():
        return f"{label} needs output tokens; let the system fill Response.usage"
    if _lengths(made).separates:
        before, after = (float(np.median(arm)) for arm in made.tokens)
        return (
            f"{label} cannot be told: the answers of both systems differ more in length (median "
            f"{before:.0f} and {after:.0f} tokens) than those of either among themselves"
        )
    return ""


def _compared(pairing: Pairing, scores: Scores, made: Requests) -> Delta:
    """Change of the quantile within an interleaved session."""
    metric, share = scores.metric, _share(scores.metric)
    logs = np.log(made.seconds)
    traces = Traces(
        baseline=logs[0],
        candidate=logs[1],
        blocks=made.blocks,
        covariate=_lengths(made) if _adjusted(metric) else None,
    )
    found = quantile_change(traces, share, alpha=scores.alpha)
    timing = Timing(
        quantile=share,
        requests=int(made.blocks.size),
        blocks=int(np.unique(made.blocks).size),
        floor=expm1(found.floor),
        adjusted=_adjusted(metric),
    )
    quantiles = float(np.exp(found.baseline)), float(np.exp(found.candidate))
    delta = _bare(pairing, scores, timing=timing, quantiles=quantiles)
    low, high = sorted(_better(expm1(bound), metric) for bound in (found.low, found.high))
    p_values = found.p_higher, found.p_lower
    worse, better = p_values if metric.better == "lower" else reversed(p_values)
    return replace(
        delta,
        low=low,
        estimate=_better(expm1(found.estimate), metric),
        high=high,
        p_worse=worse,
        p_better=better,
        method="blocks",
        test=f"bootstrap of {found.units} interleaved blocks",
        # One case more brings as many requests more as each case has had.
        spread=found.error * float(np.sqrt(len(scores.paired))),
    )


def _bare(
    pairing: Pairing, scores: Scores, *, timing: Timing, quantiles: tuple[float, float]
) -> Delta:
    """A delta that says nothing of the change yet."""
    lost = any(found.missing for found in scores.candidate.values())
    return Delta(
        metric=scores.metric,
        pairs=len(scores.paired),
        matched=len(pairing.matched),
        trials=(pairing.baseline.most, pairing.candidate.most),
        lost=scores.lost,
        baseline_mean=quantiles[0],
        candidate_mean=quantiles[1],
        low=-inf,
        estimate=0.0,
        high=inf,
        p_worse=1.0,
        p_better=1.0,
        method="none",
        test="none: the runs are of separate sessions",
        alpha=scores.alpha,
        floor_mean=None if lost or scores.floor_mean is None else quantiles[1],
        scale="ratio",
        timing=timing,
    )


def _rates(made: Requests, *, alpha: float) -> tuple[Rate | None, Rate | None]:
    """Requests and output tokens per second of both arms."""
    blocks = np.unique(made.blocks)
    busy = np.zeros((2, blocks.size))
    done, tokens = busy.copy(), busy.copy()
    for arm in (0, 1):
        for index, block in enumerate(blocks):
            here = (made.blocks == block) & ~np.isnan(made.began[arm])
            answered = here & ~np.isnan(made.seconds[arm])
            if here.any():
                busy[arm, index] = busy_time(made.began[arm, here], made.spent[arm, here])
            done[arm, index] = answered.sum()
            tokens[arm, index] = np.nansum(made.tokens[arm, here])
    if blocks.size < FEWEST_BLOCKS or not (busy > 0.0).all():
        return None, None
    return _rate(done, busy, alpha=alpha), _rate(tokens, busy, alpha=alpha)


def _rate(amounts: Floats, busy: Floats, *, alpha: float) -> Rate | None:
    if not (amounts > 0.0).all():
        return None
    found = rate_change(amounts, busy, alpha=alpha)
    return Rate(
        baseline=found.baseline,
        candidate=found.candidate,
        low=expm1(found.low),
        estimate=expm1(found.estimate),
        high=expm1(found.high),
    )


def _lengths(made: Requests) -> Covariate:
    """Output tokens on the scale on which they act: a longer answer takes longer by a factor."""
    return Covariate(baseline=np.log1p(made.tokens[0]), candidate=np.log1p(made.tokens[1]))


def _quantile(seconds: Floats, share: float) -> float:
    if not (seconds > 0.0).all():
        return harrell_davis(seconds, share)
    return float(np.exp(harrell_davis(np.log(seconds), share)))


def _better(change: float, metric: MetricRecord) -> float:
    return change if metric.better == "higher" else -change


def _share(metric: MetricRecord) -> float:
    share = metric.spec.params.get("quantile", _MEDIAN)
    return float(share) if isinstance(share, int | float) else _MEDIAN


def _adjusted(metric: MetricRecord) -> bool:
    return metric.spec.params.get("adjusted") is True
