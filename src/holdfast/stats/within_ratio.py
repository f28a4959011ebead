"""Bounds for a ratio of totals where only the answers to these cases vary.

Fieller's contrasts (Fieller 1954, JRSS B 16:175) with the bound of `stats.within_case`. A trial far
below the others of its case makes the case look noisy, and raising it would raise the bound of what
was saved. So the bound is the smallest over all samples whose trials consumed less. It is concave
in every trial, so each trial is either left or moved all the way, those that move least first; and
over cases the best moves follow the hull of what they cost and how much noise they bring.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from holdfast.stats import ratio
from holdfast.stats.within_case import Arms, lower_bound, variance

Floats = NDArray[np.float64]

__all__ = ["least", "most", "swapped"]


def most(arms: Sequence[Arms], *, alpha: float) -> float:
    """Upper one-sided bound of sum(candidate) / sum(baseline) at level 1 - alpha, maybe infinite.

    The sums are of the means of cases; no amount is negative, and the first sum is above zero.
    Raising a trial of the candidate never lowers the bound.
    """
    before, after = _totals(arms)
    noise, step = variance(arms), _step(arms)
    moves = _moves([group.candidate for group in arms])

    def clears(inverse: float) -> float:
        """The bound of baseline - inverse * candidate; above zero: the ratio is below."""
        return _lowest(
            before - inverse * after,
            noise[0] + inverse**2 * noise[1],
            moves=moves.weighted(inverse),
            step=step * max(1.0, inverse),
            alpha=alpha,
        )

    inverse = ratio.crossing(clears)
    return 1.0 / inverse if inverse > 0.0 else np.inf


def least(arms: Sequence[Arms], *, alpha: float) -> float:
    """Lower one-sided bound of sum(candidate) / sum(baseline) at level 1 - alpha.

    Lowering a trial of the candidate never raises it. For that, amounts above twice the largest
    of the baseline count as twice the largest.
    """
    cap = 2.0 * max(float(group.baseline.max()) for group in arms)
    arms = [
        Arms(baseline=group.baseline, candidate=np.minimum(group.candidate, cap)) for group in arms
    ]
    before, after = _totals(arms)
    noise, step = variance(arms), _step(arms)
    moves = _moves([cap - group.candidate for group in arms])

    def clears(weight: float) -> float:
        """The bound of candidate - weight * baseline; above zero: the ratio is above."""
        return _lowest(
            after - weight * before,
            noise[1] + weight**2 * noise[0],
            moves=moves,
            step=step * max(1.0, weight),
            alpha=alpha,
        )

    return ratio.crossing(clears)


def swapped(arms: Iterable[Arms]) -> list[Arms]:
    """The same cases with the arms exchanged."""
    return [Arms(baseline=group.candidate, candidate=group.baseline) for group in arms]


def _totals(arms: Sequence[Arms]) -> tuple[float, float]:
    return (
        sum(float(group.baseline.mean(axis=1).sum()) for group in arms),
        sum(float(group.candidate.mean(axis=1).sum()) for group in arms),
    )


def _step(arms: Sequence[Arms]) -> float:
    """What one trial of a case of typical size moves."""
    means = np.concatenate([group.baseline.mean(axis=1) for group in arms])
    return ratio.typical(means) / min(min(group.trials) for group in arms)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moves:
    """Trials moved to their best value, the one first that brings most noise for what it costs."""

    costs: Floats
    """What each move adds to the contrast; shape (moves,)."""
    noises: Floats
    """What each move adds to its variance; shape (moves,)."""
    worths: Floats
    """Variance for cost, never rising; shape (moves,)."""

    def weighted(self, weight: float) -> "_Moves":
        """The moves of amounts that are multiplied."""
        return _Moves(
            costs=weight * self.costs,
            noises=weight**2 * self.noises,
            worths=weight * self.worths,
        )


def _moves(groups: Sequence[Floats]) -> _Moves:
    """Moves of one arm, whose trials lie so far from their best value; shapes (cases, trials)."""
    repeated = [distances for distances in groups if distances.shape[1] > 1]
    single = sum(distances.shape[0] for distances in groups if distances.shape[1] == 1)
    cases = sum(distances.shape[0] for distances in repeated)
    costs, noises = [np.zeros(0)], [np.zeros(0)]
    for distances in repeated:
        # Cases with one trial are given the mean variance of the others.
        share = 1.0 / distances.shape[1] + single / cases
        for cost, scatter in _hull(np.sort(distances)):
            costs.append(cost)
            noises.append(share * scatter)
    cost, noise = np.concatenate(costs), np.concatenate(noises)
    worth = noise / cost
    order = np.argsort(-worth)
    return _Moves(costs=cost[order], noises=noise[order], worths=worth[order])


def _hull(distances: Floats) -> Iterable[tuple[Floats, Floats]]:
    """Edges of the hull of cost and variance of every case, the nearest trials moved first."""
    rows, trials = distances.shape
    costs, scatters = np.zeros((rows, trials)), np.zeros((rows, trials))
    for moved in range(trials):
        left = distances.copy()
        left[:, :moved] = 0.0
        costs[:, moved] = (distances - left).sum(axis=1) / trials
        scatters[:, moved] = left.var(axis=1, ddof=1)
    cases: NDArray[np.int64] = np.arange(rows, dtype=np.int64)
    at = np.zeros(rows, np.int64)
    for _ in range(trials):
        cost = costs - costs[cases, at][:, None]
        scatter = scatters - scatters[cases, at][:, None]
        slopes = np.divide(scatter, cost, out=np.zeros_like(cost), where=cost > 0.0)
        best = slopes.argmax(axis=1)
        gains = slopes[cases, best] > 0.0
        yield cost[cases, best][gains], scatter[cases, best][gains]
        at = np.where(gains, best, at)


def _lowest(total: float, noise: float, *, moves: _Moves, step: float, alpha: float) -> float:
    """The bound of `within_case.lower_bound` at its smallest, anywhere along the moves."""
    quantile = float(-ndtri(alpha))
    fixed = noise + (quantile * step) ** 2
    starts = fixed + np.cumsum(moves.noises) - moves.noises
    spent = np.cumsum(moves.costs) - moves.costs
    # On an edge of the hull the bound is smallest where its slope is zero, or at an end.
    best = np.clip((quantile * moves.worths / 2.0) ** 2, starts, starts + moves.noises)
    # Nothing is worth anything where the amounts weigh nothing, and then `best` is where it starts.
    part = (best - starts) / np.maximum(moves.worths, np.finfo(float).tiny)
    found = spent + part - quantile * (np.sqrt(best) - np.sqrt(fixed))
    unmoved = lower_bound(total, noise, trials=1, size=step, alpha=alpha)
    return unmoved + float(found.min(initial=0.0))
