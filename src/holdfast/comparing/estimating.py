"""Estimating: a change with its bounds and p-values from paired evidence."""

from functools import partial

import numpy as np

from holdfast.comparing.estimate import Estimate, Floats, Pairs, without_limit
from holdfast.comparing.shares import shares
from holdfast.comparing.within import estimate_within
from holdfast.stats import bounded, johnson, ratio, sign_flip, tango

__all__ = ["estimate", "estimate_all", "interval"]

_DRAWN = f"sign-flip, {sign_flip.RESAMPLES:,} resamples"
_OVER_CLUSTERS = " over clusters"
_SKEWED = ", with Johnson's t for skewness"


def estimate(pairs: Pairs) -> Estimate:
    """The estimate of one metric."""
    return estimate_all([pairs])[0]


def estimate_all(metrics: list[Pairs]) -> list[Estimate]:
    """Estimates of several metrics; those that need resampling share their sign vectors."""
    found = iter(_by_flips([pairs for pairs in metrics if pairs.repeated is None]))
    return [
        next(found) if pairs.repeated is None else estimate_within(pairs, pairs.repeated)
        for pairs in metrics
    ]


def _by_flips(metrics: list[Pairs]) -> list[Estimate]:
    sums = [_sum_by_unit(pairs, pairs.changes) for pairs in metrics]
    # p-values have no unit, and tolerances are meant for changes of the order of one.
    ranges = [pairs.size for pairs in metrics]
    endless = [int(np.isinf(values).sum()) for values in sums]
    shares = [
        np.where(np.isinf(values), 0.0, values) / size
        for values, size in zip(sums, ranges, strict=True)
    ]
    steps = [sign_flip.on_grid(values) for values in shares]
    sampled = [index for index, step in enumerate(steps) if step is None]
    p_values: dict[int, tuple[float, float]] = {}
    for index, step in enumerate(steps):
        if step is not None:
            p_values[index] = sign_flip.exact(step)
    for shape in {sums[index].size for index in sampled}:
        group = [index for index in sampled if sums[index].size == shape]
        worse, better = sign_flip.sampled(np.column_stack([shares[index] for index in group]))
        for column, index in enumerate(group):
            p_values[index] = (float(worse[column]), float(better[column]))
    # Where nothing else changed, half of the tie is counted, as everywhere.
    finite = [p_values[index][0] if np.any(values) else 0.5 for index, values in enumerate(shares)]
    return [
        without_limit(values.size, p=finite[index] / 2.0 ** endless[index])
        if endless[index]
        else _assemble(pairs, values, flips=p_values[index], exact=steps[index] is not None)
        for index, (pairs, values) in enumerate(zip(metrics, sums, strict=True))
    ]


def _tested(
    pairs: Pairs, sums: Floats, flips: tuple[float, float], *, exact: bool
) -> tuple[tuple[float, float], str]:
    """p-values of 'worse' and 'better', and how they were computed.

    The larger of sign flips and Johnson's t counts, in each direction: rare large gains among many
    small losses are no loss, and the flips of what was drawn do not know of those that were not.
    """
    test = ("exact sign-flip mid-p" if exact else _DRAWN) + _OVER_CLUSTERS * pairs.clustered
    skewed = johnson.p_worse(sums, pairs.sizes), johnson.p_worse(-sums, pairs.sizes)
    p_values = max(flips[0], skewed[0]), max(flips[1], skewed[1])
    return p_values, test + (_SKEWED if skewed[0] > flips[0] else "")


def _sum_by_unit(pairs: Pairs, values: Floats) -> Floats:
    return np.bincount(pairs.units, weights=values).astype(np.float64)


def _assemble(pairs: Pairs, sums: Floats, *, flips: tuple[float, float], exact: bool) -> Estimate:
    if pairs.scale == "ratio":
        return _totalled(pairs, sums, flips=flips, exact=exact)
    changes = pairs.changes
    lower, upper = interval(pairs)
    if _single(pairs):
        method, test, p_values = "tango", "McNemar mid-p", flips
        broken, fixed = int((changes < 0).sum()), int((changes > 0).sum())
        rate = (broken + fixed + 1) / (changes.size + 2)
        rate -= ((fixed - broken) / (changes.size + 2)) ** 2
        spread = pairs.size * float(np.sqrt(rate))
    else:
        method = "shrunk-t"
        p_values, test = _tested(pairs, sums, flips, exact=exact)
        spread = bounded.standard_error(_sample(pairs)) * float(np.sqrt(changes.size))
    return Estimate(
        low=lower,
        middle=float(changes.mean()),
        high=upper,
        p_worse=p_values[0],
        p_better=p_values[1],
        method=method,
        test=test,
        spread=spread,
        units=int(sums.size),
    )


def interval(pairs: Pairs) -> tuple[float, float]:
    """One-sided lower and upper bound of the mean change of a score with a range."""
    if _single(pairs):
        changes = pairs.changes
        broken, fixed = int((changes < 0).sum()), int((changes > 0).sum())
        lower, upper = tango.score_bounds(broken, fixed, changes.size, alpha=pairs.alpha)
        return pairs.size * lower, pairs.size * upper
    lower = bounded.lower_bound(_sample(pairs), alpha=pairs.alpha)
    return lower, -bounded.lower_bound(_sample(pairs.swapped), alpha=pairs.alpha)


def _single(pairs: Pairs) -> bool:
    """Whether each resampling unit is one trial on each side that passed or failed."""
    return pairs.single_binary and not pairs.clustered


def _sample(pairs: Pairs) -> bounded.Sample:
    return bounded.Sample(
        sums=_sum_by_unit(pairs, pairs.changes),
        sizes=pairs.sizes,
        rooms=_sum_by_unit(pairs, pairs.rooms),
        guard=bounded.GUARD * pairs.size,
    )


def _totalled(pairs: Pairs, sums: Floats, *, flips: tuple[float, float], exact: bool) -> Estimate:
    """The estimate of a ratio of totals, as a change of the baseline's total."""
    totals = ratio.Totals(baseline=pairs.baseline, candidate=pairs.candidate, units=pairs.units)
    low, high = shares(
        totals,
        totals.swapped if pairs.candidate.any() else None,
        better=pairs.better,
        most=partial(ratio.most, alpha=pairs.alpha),
        least=partial(ratio.least, alpha=pairs.alpha),
    )
    sample = bounded.Sample(sums=sums, sizes=pairs.sizes, rooms=sums, guard=totals.typical)
    p_values, test = _tested(pairs, sums, flips, exact=exact)
    error = bounded.standard_error(sample) / float(pairs.baseline.mean())
    return Estimate(
        low=low,
        middle=float(pairs.changes.sum() / pairs.baseline.sum()),
        high=high,
        p_worse=p_values[0],
        p_better=p_values[1],
        method="fieller",
        test=test,
        spread=error * float(np.sqrt(pairs.changes.size)),
        units=int(sums.size),
    )
