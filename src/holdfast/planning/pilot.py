"""Pilot: stored runs tell how noisy each gate of a suite is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from holdfast.aggregate import Aggregate
from holdfast.comparing.pairing import Evidence, pair, units_of
from holdfast.comparing.scores import Scores, collect
from holdfast.judging.numbers import plural
from holdfast.metric import Better
from holdfast.planning.design import PlannedGate
from holdfast.planning.reliability import half_of, variance_per_trial
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.stats.power import Noise

__all__ = ["gates_of"]

Floats = NDArray[np.float64]


def gates_of(
    run: Run, policies: Sequence[Policy], *, baseline: Run | None = None
) -> tuple[PlannedGate, ...]:
    """The gates with a margin, with the noise that the run shows.

    A run alone tells the noise between the trials of a case. Beside a baseline it also tells how
    much the changes differ between cases. Metrics without a usable score are left out, and so are
    pass@k and pass^k where one run has fewer than 2 k trials of most cases.
    """
    first = run if baseline is None else baseline
    pairing = pair(first, run)
    units = units_of(pairing)
    metrics = {metric.label: metric for metric in run.metrics}
    gates: list[PlannedGate] = []
    for policy in policies:
        metric = metrics.get(policy.metric)
        if metric is None or policy.role != "gate" or policy.margin is None:
            continue
        scores = collect(pairing, metric, alpha=policy.alpha)
        if len(scores.paired) < 2:
            continue
        facts = _Facts(scores, units)
        if metric.aggregate is not None:
            gates += facts.reliability(policy, metric.aggregate, alone=baseline is None)
            continue
        known = facts.alone() if baseline is None else facts.beside(same=_same(first, run))
        gates.append(facts.gate(policy, *known))
    return tuple(gates)


def _same(baseline: Run, run: Run) -> bool:
    return baseline.system.digest == run.system.digest


class _Facts:
    """What the scores of one metric tell, in shares of the score's range."""

    def __init__(self, scores: Scores, units: Mapping[str, str]) -> None:
        self.metric = scores.metric
        keys = scores.paired
        self.before = [scores.baseline[key] for key in keys]
        self.after = [scores.candidate[key] for key in keys]
        self.old = _means(self.before)
        names: dict[str, int] = {}
        self.units = np.array([names.setdefault(units[key], len(names)) for key in keys])
        self.per_unit = len(keys) / len(names)
        bounds = scores.metric.bounds
        self.size = abs(float(self.old.mean())) or 1.0
        if bounds is not None:
            self.size = bounds[1] - bounds[0]
        self.single = bounds is not None and _two_valued([*self.before, *self.after], bounds)
        if scores.metric.aggregate is not None:  # its trials pass or fail, its cases do more
            self.single = False

    def gate(self, policy: Policy, noise: Noise, basis: str, certain: bool) -> PlannedGate:  # noqa: FBT001  # unpacked from a tuple
        level = None
        if self.metric.bounds is not None:
            shares = _shares(self.old, self.metric.bounds, self.metric.better)
            level = float((self._by_unit(shares) ** 2).mean())
        return PlannedGate(
            metric=self.metric,
            policy=policy,
            mean=float(self.old.mean()),
            noise=noise,
            level=level,
            single=self.single,
            per_unit=self.per_unit,
            basis=basis,
            certain=certain,
        )

    def alone(self) -> tuple[Noise, str, bool]:
        """Noise from the repeats of one run; at worst all spread of the scores is noise."""
        sigma = _within(self.before, self.size)
        repeats = max(len(found.values) for found in self.before)
        if sigma is not None:
            basis = f"from {plural(repeats, 'trial')} per case of the run"
        else:
            sigma = float(np.var(self.old / self.size, ddof=1))
            basis = (
                "a worst case: one trial per case does not tell noise from difficulty, so all "
                "spread between cases is counted as noise; repeat the cases, or give a second run"
            )
        sigma /= self.per_unit
        noise = Noise(between=0.0, baseline=sigma, candidate=sigma)
        return noise, basis, repeats > 1

    def reliability(
        self, policy: Policy, aggregate: Aggregate, *, alone: bool
    ) -> list[PlannedGate]:
        """The gate on a value that the trials of a case make together; none where none is known.

        Two runs show how much such values change with their trials, and halves of one run's trials
        show it for any larger number.
        """
        if not alone:
            variance = self._variance(_means(self.after) - self.old)
            noise = Noise(between=variance, baseline=0.0, candidate=0.0)
            trials = [max(len(found.values) for found in arm) for arm in (self.before, self.after)]
            words = f"{trials[0]} and {trials[1]} trials per case"
            basis = f"from the changes between two runs of {words}; more may do better"
            fewest = (trials[0], trials[1])
        else:
            arms = [found.values for found in self.before]
            half = half_of(aggregate, arms)
            if not half:
                return []
            sigma = variance_per_trial(aggregate, arms) / self.per_unit
            noise = Noise(between=0.0, baseline=sigma, candidate=sigma)
            basis = f"from halves of {half} trials per case of the run; more may do better"
            fewest = (half, half)
        return [replace(self.gate(policy, noise, basis, certain=True), fewest=fewest)]

    def beside(self, *, same: bool) -> tuple[Noise, str, bool]:
        """Noise from the changes between two runs, split where cases were repeated."""
        new = _means(self.after)
        variance = self._variance((new - self.old) / self.size)
        first, second = _within(self.before, self.size), _within(self.after, self.size)
        if first is None and second is None:
            if same:
                half = variance / 2.0
                noise = Noise(between=0.0, baseline=half, candidate=half)
                return noise, "from two runs of one system", True
            noise = Noise(between=variance, baseline=0.0, candidate=0.0)
            basis = "from two runs without repeats, which do not tell what more trials would gain"
            return noise, basis, True
        sigma = [
            (mine if mine is not None else other or 0.0) / self.per_unit
            for mine, other in ((first, second), (second, first))
        ]
        trials = tuple(max(len(f.values) for f in arm) for arm in (self.before, self.after))
        spent = sigma[0] / trials[0] + sigma[1] / trials[1]
        between = 0.0 if same else max(0.0, variance - spent)
        noise = Noise(between=between, baseline=sigma[0], candidate=sigma[1])
        words = f"from the changes between two runs of {trials[0]} and {trials[1]} trials per case"
        return noise, words, True

    def _variance(self, changes: Floats) -> float:
        """Variance of a unit's mean change; with single trials the planning value of 2.1."""
        if self.single and self.per_unit == 1.0:
            cases = changes.size
            discordant = (float(np.abs(changes).sum()) + 1.0) / (cases + 2.0)
            return discordant - (float(changes.sum()) / (cases + 2.0)) ** 2
        means = self._by_unit(changes)
        return float(np.var(means, ddof=1)) if means.size > 1 else float(changes.var())

    def _by_unit(self, values: Floats) -> Floats:
        return np.bincount(self.units, weights=values) / np.bincount(self.units)


def _means(arm: Sequence[Evidence]) -> Floats:
    return np.array([found.mean for found in arm], np.float64)


def _within(arm: Sequence[Evidence], size: float) -> float | None:
    repeated = [found.values for found in arm if len(found.values) > 1]
    if not repeated:
        return None
    return float(np.mean([np.var(values, ddof=1) for values in repeated])) / size**2


def _two_valued(found: Sequence[Evidence], bounds: tuple[float, float]) -> bool:
    return all(value in bounds for one in found for value in one.values)


def _shares(scores: Floats, bounds: tuple[float, float], better: Better) -> Floats:
    """Distance from the worst score, as shares of the range."""
    low, high = bounds
    shares = (scores - low) / (high - low)
    return shares if better == "higher" else 1.0 - shares
