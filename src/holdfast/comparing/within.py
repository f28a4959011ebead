"""Within: the change of these cases and no others, from the spread between their trials."""

from functools import partial

import numpy as np

from holdfast.comparing.estimate import Estimate, Method, Pairs, Repeated, without_limit
from holdfast.comparing.shares import shares
from holdfast.stats import within_case, within_ratio
from holdfast.stats.within_case import Arms

__all__ = ["estimate_within"]


def estimate_within(pairs: Pairs, repeated: Repeated) -> Estimate:
    """The change where the cases are the whole, not a sample; two trials per case are needed."""
    if np.isinf(pairs.changes).any():
        return without_limit(pairs.changes.size, p=0.0)
    if pairs.scale == "ratio" and _counted(repeated):
        return _exact(pairs)
    sign = 1.0 if pairs.better == "higher" else -1.0
    arms = within_case.grouped(
        [[sign * value for value in values] for values in repeated.baseline],
        [[sign * value for value in values] for values in repeated.candidate],
    )
    noise = within_case.variance(arms)
    low, high = _shares(pairs, repeated) if pairs.scale == "ratio" else _bounds(pairs, arms)
    p_values, test = _test(pairs, arms)
    size = float(pairs.baseline.mean()) if pairs.scale == "ratio" else 1.0
    return Estimate(
        low=low,
        middle=float(pairs.changes.mean()) / size,
        high=high,
        p_worse=p_values[0],
        p_better=p_values[1],
        method="within-case",
        test=test,
        spread=float(np.sqrt(sum(noise) / pairs.changes.size)) / size,
        units=pairs.changes.size,
    )


def _counted(repeated: Repeated) -> bool:
    """Whether every case was counted several times, with the same whole number every time."""
    return all(
        len(values) > 1 and len(set(values)) == 1 and values[0] == int(values[0])
        for values in (*repeated.baseline, *repeated.candidate)
    )


def _exact(pairs: Pairs) -> Estimate:
    """Counts that do not vary: the change of these cases is known."""
    change = float(pairs.changes.sum() / pairs.baseline.sum())
    method: Method = "exact"
    return Estimate(
        low=change,
        middle=change,
        high=change,
        p_worse=0.0 if change < 0.0 else 1.0,
        p_better=0.0 if change > 0.0 else 1.0,
        method=method,
        test="none: every trial of a case gave the same count",
        spread=0.0,
        units=pairs.changes.size,
    )


def _test(pairs: Pairs, arms: list[Arms]) -> tuple[tuple[float, float], str]:
    low, high = sorted(pairs.bounds if pairs.better == "higher" else (-b for b in pairs.bounds))
    binary = all(
        np.isin(values, (low, high)).all()
        for group in arms
        for values in (group.baseline, group.candidate)
    )
    found = within_case.exact(arms, bounds=(low, high)) if binary else None
    if found is not None:
        return found, "exact relabelling mid-p"
    scaled = [
        Arms(baseline=group.baseline / pairs.size, candidate=group.candidate / pairs.size)
        for group in arms
    ]
    return within_case.sampled(scaled), f"relabelling, {within_case.RESAMPLES:,} resamples"


def _fewest(arms: list[Arms]) -> int:
    return min(min(group.trials) for group in arms)


def _bounds(pairs: Pairs, arms: list[Arms]) -> tuple[float, float]:
    noise, count = sum(within_case.variance(arms)), pairs.changes.size
    total = float(pairs.changes.sum())
    low, high = (
        within_case.lower_bound(
            sum_, noise, trials=_fewest(arms), size=pairs.size, alpha=pairs.alpha
        )
        for sum_ in (total, -total)
    )
    return low / count, -high / count


def _shares(pairs: Pairs, repeated: Repeated) -> tuple[float, float]:
    arms = within_case.grouped(repeated.baseline, repeated.candidate)
    return shares(
        arms,
        within_ratio.swapped(arms) if pairs.candidate.any() else None,
        better=pairs.better,
        most=partial(within_ratio.most, alpha=pairs.alpha),
        least=partial(within_ratio.least, alpha=pairs.alpha),
    )
