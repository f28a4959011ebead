"""Flakiness: how often two trials of one case disagree."""

from collections.abc import Mapping, Sequence

from holdfast.calibration import FlakyCase
from holdfast.comparing.pairing import evidence
from holdfast.record import MetricRecord, Run, TrialRecord

__all__ = ["disagreement", "flaky_cases", "mean_flips"]

_NOTABLE = 0.05
"""Mean distance from which graded scores of one case count as flaky."""


def disagreement(values: Sequence[float], bounds: tuple[float, float]) -> float:
    """Mean distance of two different trials, as a share of the range.

    For yes-or-no scores this is the share of the pairs that disagree.

    >>> disagreement([1.0, 1.0, 0.0], (0.0, 1.0)) == 2 / 3
    True
    """
    count = len(values)
    if count < 2:
        return 0.0
    # In sorted order the i-th value is subtracted so often as values follow it.
    total = sum((2 * place - count + 1) * value for place, value in enumerate(sorted(values)))
    return 2.0 * total / (count * (count - 1) * (bounds[1] - bounds[0]))


def mean_flips(run: Run, metric: MetricRecord) -> float:
    """Mean disagreement over the cases that were repeated."""
    rates = list(_rates(run, metric).values())
    return sum(rates) / len(rates) if rates else 0.0


def flaky_cases(run: Run, metrics: Sequence[MetricRecord]) -> tuple[FlakyCase, ...]:
    """Cases whose trials disagree in one of the metrics, the flakiest first; one row a case."""
    found: dict[str, FlakyCase] = {}
    for metric in metrics:
        for case, rate in _rates(run, metric).items():
            known = found.get(case)
            if rate > _NOTABLE and (known is None or rate > known.rate):
                found[case] = FlakyCase(case=case, metric=metric.label, rate=rate)
    return tuple(sorted(found.values(), key=lambda one: (-one.rate, one.case)))


def _rates(run: Run, metric: MetricRecord) -> Mapping[str, float]:
    if metric.bounds is None:
        return {}
    trials: dict[str, tuple[TrialRecord, ...]] = {}
    for trial in run.trials:
        trials[trial.case_id] = (*trials.get(trial.case_id, ()), trial)
    rates: dict[str, float] = {}
    for case, made in trials.items():
        values = evidence(made, metric, expected=len(made), favour=True).values
        if len(values) > 1:
            rates[case] = disagreement(values, metric.bounds)
    return rates
