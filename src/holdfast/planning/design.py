"""Design: how many cases and trials, and what the gates of a suite resolve with them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from holdfast.policy import Policy
from holdfast.record import MetricRecord
from holdfast.stats import bounded
from holdfast.stats.power import (
    Aim,
    Noise,
    detectable_drop,
    fewest,
    normal_margin,
    resolvable_margin,
)

__all__ = ["Design", "PlannedGate", "bare", "confirming", "finding", "smallest"]

_MOST_CASES = 10_000_000
_MOST_TRIALS = 100
_MOST_BASELINE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The size of one comparison."""

    cases: int
    baseline: int
    """Trials per case of the baseline, which are paid once."""
    candidate: int
    """Trials per case of the candidate, which are paid at every check."""

    @property
    def trials(self) -> tuple[int, int]:
        return self.baseline, self.candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedGate:
    """One gated metric with what is known of its noise."""

    metric: MetricRecord
    policy: Policy
    mean: float
    """Mean score, in the metric's own orientation."""
    noise: Noise
    """Variance of one unit's change, in squared shares of `size`."""
    level: float | None
    """Mean squared distance of a unit's baseline score from the worst one, as a share of the
    range; None where there is no worst score."""
    single: bool
    """Scores are one of two values: with one trial in each arm the gate uses Tango's bounds."""
    per_unit: float = 1.0
    """Cases of one unit: above 1 where cases are clustered."""
    basis: str = ""
    """Where the noise is known from, in a sentence."""
    fewest: tuple[int, int] = (1, 1)
    """Fewest trials of baseline and candidate that the noise is known for."""
    certain: bool = True
    """False where the noise is a worst case, because nothing was repeated."""

    @property
    def label(self) -> str:
        return self.metric.label

    @property
    def size(self) -> float:
        """What a share is a share of: the range of the score, else the baseline's mean."""
        bounds = self.metric.bounds
        return bounds[1] - bounds[0] if bounds is not None else abs(self.mean) or 1.0

    @property
    def room(self) -> float:
        """How much worse the mean can get, in units of the score; infinite without a range."""
        bounds = self.metric.bounds
        if bounds is None:
            return math.inf
        return abs(self.mean - (bounds[0] if self.metric.better == "higher" else bounds[1]))

    @property
    def margin(self) -> float:
        """The policy's margin as a share; infinite where the gate has only a floor."""
        if self.policy.margin is None:
            return math.inf
        return self.policy.margin / self.size if self.metric.bounds else self.policy.margin

    def guard(self, design: Design) -> float | None:
        """Pseudo-units of the bound that the gate uses with such a design."""
        if self.metric.bounds is None:
            return 0.0
        tango = self.single and design.trials == (1, 1) and self.per_unit == 1.0
        return None if tango else bounded.GUARD

    def resolves(self, design: Design, *, gates: int = 1) -> float:
        """Smallest margin, as a share, that confirms an unchanged candidate."""
        aim = confirming(self.policy, gates=gates)
        variance = self.noise.variance(design.trials)
        units = design.cases / self.per_unit
        return resolvable_margin(variance, units, aim=aim, guard=self.guard(design))

    def by_formula(self, design: Design, *, gates: int = 1) -> float:
        """The same by the textbook formula."""
        aim = confirming(self.policy, gates=gates)
        variance = self.noise.variance(design.trials)
        return normal_margin(variance, design.cases / self.per_unit, aim=aim)

    def detects(self, design: Design, *, gates: int = 1) -> float | None:
        """True drop, as a share, that is called regressed with the policy's power."""
        aim, units = finding(self.policy, gates=gates), design.cases / self.per_unit
        if self.level is None:
            return normal_margin(self.noise.variance(design.trials), units, aim=aim)
        return detectable_drop(self.noise, design.trials, units=units, level=self.level, aim=aim)


def bare(policy: Policy) -> Policy:
    """The policy without what no drawn run can show: its floor, and slices that only warn."""
    return replace(policy, floor=None, slices="off" if policy.slices == "warn" else policy.slices)


def confirming(policy: Policy, *, gates: int) -> Aim:
    """Aim of a confirmation: all gates must pass together, so each needs a power of its own."""
    return Aim(alpha=policy.alpha, power=1.0 - (1.0 - policy.power) / max(gates, 1))


def finding(policy: Policy, *, gates: int) -> Aim:
    """Aim of a finding: the gates share one chance of a false alarm (Holm 1979)."""
    return Aim(alpha=policy.alpha / max(gates, 1), power=policy.power)


def smallest(gates: Sequence[PlannedGate], today: Design, *, vary: str) -> Design | None:
    """The design that resolves every margin with the fewest of what varies; None where none does.

    `vary` is `cases`, `baseline` (trials), `candidate` (trials) or `trials` (of the candidate,
    with the baseline at five or more).
    """

    def built(number: int) -> Design:
        if vary == "cases":
            return replace(today, cases=number)
        if vary == "baseline":
            return replace(today, baseline=number)
        if vary == "candidate":
            return replace(today, candidate=number)
        return replace(today, candidate=number, baseline=max(5, today.baseline, number))

    def enough(number: int) -> bool:
        design = built(number)
        return all(gate.resolves(design, gates=len(gates)) <= gate.margin for gate in gates)

    first = {"cases": max(2, today.cases), "baseline": today.baseline}.get(vary, today.candidate)
    most = {"cases": _MOST_CASES, "baseline": _MOST_BASELINE}.get(vary, _MOST_TRIALS)
    found = fewest(enough, first=first, most=max(most, first))
    return None if found is None else built(found)
