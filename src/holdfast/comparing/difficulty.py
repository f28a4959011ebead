"""Difficulty: how hard each case was for runs before the two that are compared."""

import math
from collections.abc import Mapping, Sequence

from holdfast.comparing.pairing import evidence
from holdfast.errors import UsageError
from holdfast.record import MetricRecord, Run, TrialRecord

__all__ = ["difficulty_of"]


def difficulty_of(earlier: Sequence[Run], *, compared: Sequence[Run]) -> Mapping[str, float]:
    """Share of the best possible score that each case missed, by id; 0 is easy and 1 is hard.

    It is the mean over the metrics that have a range (of scores, not of seconds or money), and over
    the runs that have a score of the case.

    Args:
        earlier: Runs of any system, not those of the comparison: what passed in a baseline can
            only fall, so that quarters of a compared run would seem to change where nothing did.
        compared: The two runs of the comparison.

    Raises:
        UsageError: An earlier run is one of the two, shares no case with them, or has no metric
            with a range.
    """
    missed: dict[str, list[float]] = {}
    wanted = {case.id for run in compared for case in run.cases}
    for run in earlier:
        if any(run.id == other.id for other in compared):
            raise UsageError(
                f"run {run.id!r} is one of the two that are compared, and cannot say how difficult "
                "their cases are: those that passed in it can only fall; name an earlier run"
            )
        found = _missed(run)
        if not wanted & found.keys():
            raise UsageError(
                f"run {run.id!r} has no score within a range for any compared case; name an "
                "earlier run of the same data set"
            )
        for case, share in found.items():
            missed.setdefault(case, []).append(share)
    return {case: math.fsum(shares) / len(shares) for case, shares in missed.items()}


def _missed(run: Run) -> Mapping[str, float]:
    trials: dict[str, tuple[TrialRecord, ...]] = {case.id: () for case in run.cases}
    for trial in run.trials:
        trials[trial.case_id] += (trial,)
    metrics = [metric for metric in run.metrics if metric.bounds is not None]
    shares: dict[str, float] = {}
    for case, made in trials.items():
        found = [share for metric in metrics if (share := _share(made, metric)) is not None]
        if found:
            shares[case] = math.fsum(found) / len(found)
    return shares


def _share(trials: tuple[TrialRecord, ...], metric: MetricRecord) -> float | None:
    mean = evidence(trials, metric, expected=max(1, len(trials)), favour=False).mean
    if mean is None or metric.bounds is None:
        return None
    low, high = metric.bounds
    return (high - mean if metric.better == "higher" else mean - low) / (high - low)
