"""Inference about these cases and no others: only the answers to them vary.

Under 'nothing changed' the trials of a case are exchangeable between the arms, whatever the case:
the test permutes their labels within each case (exact for scores of two values, where the sum over
a case is hypergeometric). The bound adds the variances of the case means instead of the spread
between cases. Both are wrong where the cases are a sample of something larger, because real
changes that differ from case to case are then noise too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtri

Floats = NDArray[np.float64]

__all__ = ["RESAMPLES", "Arms", "exact", "grouped", "lower_bound", "sampled", "variance"]

RESAMPLES = 9_998
"""Random relabellings of the sampled test."""

_LARGEST_DENOMINATOR = 240
_LARGEST_WORK = 3_000_000
_MOST_PATTERNS = 512
_CHUNK = 2_000_000
_UNITS_PER_POINT = 1e7
_LARGEST_FACTOR = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """The trials of cases that have the same numbers of trials; positive is better."""

    baseline: Floats
    """Shape (cases, trials of the baseline)."""
    candidate: Floats
    """Shape (cases, trials of the candidate)."""

    @property
    def trials(self) -> tuple[int, int]:
        return self.baseline.shape[1], self.candidate.shape[1]

    @property
    def changes(self) -> Floats:
        """Change of each case's mean, shape (cases,)."""
        return self.candidate.mean(axis=1) - self.baseline.mean(axis=1)


def grouped(
    baseline: Sequence[Sequence[float]], candidate: Sequence[Sequence[float]]
) -> list[Arms]:
    """Cases sorted by their numbers of trials."""
    rows: dict[tuple[int, int], list[int]] = {}
    for index, (before, after) in enumerate(zip(baseline, candidate, strict=True)):
        rows.setdefault((len(before), len(after)), []).append(index)
    return [
        Arms(
            baseline=np.array([baseline[index] for index in rows[key]], np.float64),
            candidate=np.array([candidate[index] for index in rows[key]], np.float64),
        )
        for key in sorted(rows)
    ]


def variance(arms: Sequence[Arms]) -> tuple[float, float]:
    """Sums over the cases of the variances of their means, in baseline and candidate.

    A case with one trial left is given the mean variance of the others; zero where all have one.
    """
    before = _noise([group.baseline for group in arms])
    return before, _noise([group.candidate for group in arms])


def _noise(groups: Sequence[Floats]) -> float:
    repeated = [values for values in groups if values.shape[1] > 1]
    single = sum(values.shape[0] for values in groups if values.shape[1] == 1)
    variances = [values.var(axis=1, ddof=1) for values in repeated]
    noise = sum(
        float(found.sum()) / values.shape[1]
        for found, values in zip(variances, repeated, strict=True)
    )
    return noise + (single * float(np.concatenate(variances).mean()) if variances else 0.0)


def lower_bound(total: float, noise: float, *, trials: int, size: float, alpha: float) -> float:
    """One-sided lower bound of a sum of changes, at level 1 - alpha.

    The variance is that of the case means and a pseudo-part that makes the bound monotone in every
    trial: lowering one moves the sum by x / trials and the root of the variance by at most
    x / (trials * quantile). The shift is the correction for skewness (Johnson 1978, JASA 73:536)
    at its worst, where all noise comes from rare failures.

    Args:
        total: Sum of the changes of all cases.
        noise: Variance of that sum.
        trials: Fewest trials of a case in either arm.
        size: Range of a score.
        alpha: Level.
    """
    quantile = float(-ndtri(alpha))
    step = size / trials
    shift = step * (2.0 * quantile**2 + 1.0) / 6.0
    return total - quantile * math.sqrt(noise + (quantile * step) ** 2) - shift


def exact(arms: Sequence[Arms], *, bounds: tuple[float, float]) -> tuple[float, float] | None:
    """Exact mid-p values of 'worse' and 'better' for scores that are one of the two bounds.

    None where the trials per case have no small common denominator.
    """
    low, high = bounds
    scale = math.lcm(*(count for group in arms for count in group.trials))
    if scale > _LARGEST_DENOMINATOR:
        return None
    tables: dict[tuple[int, int, int], int] = {}
    observed = 0
    for group in arms:
        passed = [
            np.rint((values - low).sum(axis=1) / (high - low)).astype(np.int64)
            for values in (group.baseline, group.candidate)
        ]
        before, after = group.trials
        steps = passed[1] * (scale // after) - passed[0] * (scale // before)
        observed += int(steps.sum())
        sums, counts = np.unique(passed[0] + passed[1], return_counts=True)
        for total, count in zip(sums.tolist(), counts.tolist(), strict=True):
            tables[before, after, total] = count
    return _convolved(tables, scale=scale, observed=observed)


def _convolved(
    tables: dict[tuple[int, int, int], int], *, scale: int, observed: int
) -> tuple[float, float] | None:
    """Mid-p values of a sum of independent hypergeometric steps, by one Fourier transform."""
    laws = [(*_steps(*key, scale=scale), count) for key, count in tables.items()]
    divisor = math.gcd(*(int(step) for steps, _, _ in laws for step in steps))
    if divisor == 0:
        return 1.0, 1.0
    reach = sum(count * int(np.abs(steps).max()) // divisor for steps, _, count in laws)
    if reach * len(laws) > _LARGEST_WORK:
        return None
    points = 2 * reach + 1
    angles = 2.0 * np.pi * np.arange(reach + 1) / points
    transform = np.ones(reach + 1, np.complex128)
    for steps, masses, count in laws:
        turns: NDArray[np.complex128] = np.exp(-1j * np.outer(angles, steps // divisor))
        transform *= (turns @ masses) ** count
    masses = np.clip(np.fft.irfft(transform, points), 0.0, None)
    # Index s holds the sum s, and index points - s the sum -s.
    masses = np.concatenate([masses[reach + 1 :], masses[: reach + 1]])
    position = observed // divisor + reach
    tie = 0.5 * float(masses[position])
    worse, better = float(masses[:position].sum()), float(masses[position + 1 :].sum())
    return min(worse + tie, 1.0), min(better + tie, 1.0)


def _steps(before: int, after: int, total: int, *, scale: int) -> tuple[NDArray[np.int64], Floats]:
    """Changes of a case with `total` passes in both arms, and how likely each is."""
    passed = np.arange(max(0, total - before), min(after, total) + 1, dtype=np.int64)
    steps = passed * (scale // after) - (total - passed) * (scale // before)
    logs = _choose(after, passed) + _choose(before, total - passed)
    return steps, np.exp(logs - _choose(before + after, np.array([total])))


def _choose(whole: int, part: NDArray[np.int64]) -> Floats:
    found: Floats = gammaln(whole + 1) - gammaln(part + 1) - gammaln(whole - part + 1)
    return found


def sampled(
    arms: Sequence[Arms], *, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """Mid-p values of 'worse' and 'better' from random relabellings, the observed one included."""
    generator = np.random.default_rng(seed)
    below, ties = 0, 1
    products = [before * after for before, after in (group.trials for group in arms)]
    common = float(min(math.lcm(*products), _LARGEST_FACTOR))
    drawn_from = (_relabelled(group, generator) for group in arms)
    tables = [
        (changes * (common / product), mirror)
        for (changes, mirror), product in zip(drawn_from, products, strict=True)
    ]
    if not any(table.any() for table, _ in tables):
        return 1.0, 1.0
    remaining = resamples // 2
    cases = sum(table.shape[0] for table, _ in tables)
    while remaining > 0:
        rows = min(remaining, max(1, _CHUNK // cases))
        sums = np.zeros((2, rows))
        for table, mirror in tables:
            count, patterns = table.shape
            drawn: NDArray[np.int64] = generator.integers(0, patterns, (2, rows, count))
            if mirror is not None:
                drawn[1] = mirror[drawn[0]]
            places: NDArray[np.int64] = np.arange(count, dtype=np.int64) * patterns
            sums += table.ravel().take(drawn + places).sum(axis=2)
        below += int((sums < 0).sum())
        ties += int((sums == 0).sum())
        remaining -= rows
    total = 2 * (resamples // 2) + 1
    return (below + ties / 2.0) / total, (total - below - ties / 2.0) / total


def _relabelled(
    group: Arms, generator: np.random.Generator
) -> tuple[Floats, NDArray[np.int64] | None]:
    """Change of each case under each relabelling, less the observed one; (cases, patterns).

    Multiplied with both numbers of trials: whole numbers keep sums exact, so that ties are ties on
    every machine. With as many trials in both arms, the pattern that mirrors each one comes too:
    drawing both makes the test of the swapped arms the mirror image of this one.
    """
    before, after = group.trials
    values = np.rint(np.hstack([group.baseline, group.candidate]) * _UNITS_PER_POINT)
    few, many = sorted(group.trials)
    chosen = _patterns(few, many, generator)
    if before > after:
        chosen = [_mirrored(members, few, many) for members in chosen]
    weights = np.full((before + after, len(chosen)), -float(after))
    for column, members in enumerate(chosen):
        weights[list(members), column] = before
    observed = np.repeat([-float(after), float(before)], [before, after])
    changes = values @ weights - (values @ observed)[:, None]
    if before != after:
        return changes, None
    places = {members: index for index, members in enumerate(chosen)}
    mirror = [places[_mirrored(members, before, after)] for members in chosen]
    return changes, np.array(mirror)


def _patterns(before: int, after: int, generator: np.random.Generator) -> list[tuple[int, ...]]:
    """Which of a case's trials, the baseline's first, are dealt to the candidate: all or many."""
    if math.comb(before + after, after) <= _MOST_PATTERNS:
        return list(combinations(range(before + after), after))
    chosen: dict[tuple[int, ...], None] = {}
    while len(chosen) < _MOST_PATTERNS:
        order = generator.permutation(before + after)[:after]
        members: tuple[int, ...] = tuple(sorted(order.tolist()))
        chosen[members] = None
        if before == after:
            chosen[_mirrored(members, before, after)] = None
    return list(chosen)


def _mirrored(members: tuple[int, ...], before: int, after: int) -> tuple[int, ...]:
    """The same dealing, told with the arms swapped."""
    dealt = set(members)
    others = (index for index in range(before + after) if index not in dealt)
    return tuple(sorted(index + after if index < before else index - before for index in others))
