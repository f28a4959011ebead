"""Advice: what would turn an inconclusive gate into a verdict."""

from collections.abc import Sequence

import numpy as np

from holdfast.comparison import Delta
from holdfast.judging.finding import Finding, Plan
from holdfast.policy import Policy
from holdfast.stats import bounded
from holdfast.stats.power import Aim, Noise, cases_needed, fewest, resolvable_margin

__all__ = ["advise", "rounded"]

_GUARDS = {"shrunk-t": bounded.GUARD, "fieller": 1.0}
"""Pseudo-cases of the bounds, by method."""

_MOST_BASELINE = 10
"""A committed baseline is paid once, and five to ten trials are where its gain ends."""

_VAST = 10_000_000
"""Said where even more cases would be needed: nobody has them."""


def advise(finding: Finding, policies: Sequence[Policy]) -> Plan | None:
    """Cases or trials that would decide the gate if nothing changed; None where none are wanted.

    Planned at no change, never at the observed one: a plan from the observed change repeats the
    verdict in other words.
    """
    policy, delta = finding.policy, finding.delta
    undecided = finding.state == "inconclusive" and "missing" not in finding.tags
    if not undecided or delta is None or policy.margin is None or delta.spread <= 0:
        return None
    gates = sum(1 for other in policies if other.role == "gate" and other.margin is not None)
    # All gates must reach their verdict together, so each needs a larger power of its own.
    aim = Aim(alpha=policy.alpha, power=1.0 - (1.0 - policy.power) / max(gates, 1))
    size = _size(delta)
    margin = policy.margin / size
    guard = _guard(delta)
    units = delta.clusters or delta.pairs
    variance = _variance(delta, size)
    needed = cases_needed(variance, margin, aim=aim, guard=guard)
    cases = -(-(needed or _VAST) * delta.pairs // units)
    trials = _trials(delta, variance, margin=margin, aim=aim)
    return Plan(
        resolvable=size * resolvable_margin(variance, units, aim=aim, guard=guard),
        more_cases=rounded(cases - delta.pairs) if cases > delta.pairs else None,
        candidate_trials=trials[1],
        baseline_trials=trials[0],
    )


def rounded(number: int) -> int:
    """A planned number with the two digits that such a plan can claim.

    >>> rounded(1328)
    1400
    """
    step = 10 ** max(0, len(str(number)) - 2)
    return -(-number // step) * step


def _size(delta: Delta) -> float:
    """What a share is a share of: the range of the score, or 1 where changes are shares already."""
    bounds = delta.metric.bounds
    return bounds[1] - bounds[0] if bounds is not None and delta.scale == "difference" else 1.0


def _guard(delta: Delta) -> float | None:
    if delta.method == "tango":
        return None
    return _GUARDS.get(delta.method, 0.0)


def _variance(delta: Delta, size: float) -> float:
    """Variance of one unit's change, in squared shares of the range."""
    if delta.method in ("tango", "within-case") or delta.paired is None:
        return (delta.spread / size) ** 2
    units = delta.paired.units
    sums = np.bincount(units, weights=delta.paired.changes)
    scatter = sums - np.bincount(units) * float(delta.paired.changes.mean())
    if sums.size < 2:
        return (delta.spread / size) ** 2
    typical = units.size / sums.size
    return float((scatter**2).sum()) / (sums.size - 1) / typical**2


def _trials(
    delta: Delta, variance: float, *, margin: float, aim: Aim
) -> tuple[int | None, int | None]:
    """Baseline trials, and trials in both arms, either of which would do; None where none do."""
    before, after = delta.noise
    if delta.scale == "ratio" or (before is None and after is None):
        return None, None
    size = _size(delta) ** 2
    units = delta.clusters or delta.pairs
    per_unit = delta.pairs / units
    first = before if before is not None else after
    second = after if after is not None else before
    sigma = (first or 0.0) / size / per_unit, (second or 0.0) / size / per_unit
    spent = Noise(between=0.0, baseline=sigma[0], candidate=sigma[1]).variance(delta.trials)
    # Where single trials seem to vary more than the changes do, the changes are believed.
    fit = min(1.0, variance / spent) if spent > 0 else 1.0
    noise = Noise(
        between=max(0.0, variance - spent), baseline=fit * sigma[0], candidate=fit * sigma[1]
    )

    def enough(trials: tuple[int, int]) -> bool:
        planned = noise.variance(trials)
        return resolvable_margin(planned, units, aim=aim, guard=bounded.GUARD) <= margin

    now = delta.trials
    more = fewest(lambda k: enough((k, now[1])), first=now[0] + 1, most=_MOST_BASELINE)
    both = fewest(lambda k: enough((k, k)), first=max(2, min(now) + 1))
    return more if now[0] < _MOST_BASELINE else None, both
