"""Looks: what two runs say at the last look of a sequential one, and how much that is worth.

Cases that were not drawn are neither lost nor removed: both runs are seen as if they did not hold
them. The p-values of a run that was looked at more than once become repeated p-values, and its
bounds repeated bounds, which hold at all looks together (Jennison and Turnbull 2000, chapter 9);
with `betting` both come from an e-process. So a stored run gives the verdict at which it stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from holdfast.comparing.delta import Delta
from holdfast.comparing.order import drawing_order
from holdfast.policy import Policy
from holdfast.record import MetricRecord, Run
from holdfast.sequence import SequentialRecord
from holdfast.stats import betting
from holdfast.stats.spending import nominal_levels, repeated_p

__all__ = ["Glance", "glance"]

_ALPHA = 0.05
"""Level of the bounds of a metric that has no policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Two runs as they are seen at the last look of the candidate."""

    baseline: Run
    candidate: Run
    undrawn: frozenset[str] = frozenset()
    """Ids of cases of both runs that were not drawn by then."""
    problems: tuple[str, ...] = ()
    """Why nothing can be said at this look, in sentences."""
    notes: tuple[str, ...] = ()
    sequence: SequentialRecord | None = None
    """The looks so far, where there were several or some cases are undrawn."""
    order: Mapping[str, int] = field(default_factory=dict[str, int])
    """Place of each case of the candidate in the order in which cases are drawn."""
    largest: int = 1
    """Cases of the largest unit of the candidate's dataset, drawn or not."""

    def level(self, metric: MetricRecord, policies: Sequence[Policy]) -> float:
        """Level of a metric's bounds at this look, which those of all looks keep together."""
        alpha, shares = _alpha(metric, policies), self._shares(metric, policies)
        spends = self.sequence is not None and self.sequence.method == "hsd"
        if not spends or shares in ((), (1.0,)):
            return alpha
        return nominal_levels(shares, alpha)[-1]

    def waits(self, metric: MetricRecord, policies: Sequence[Policy]) -> str:
        """Why a metric says nothing at this look; empty where it does."""
        if self.sequence is None:
            return ""
        label, rules = metric.label, [p for p in policies if p.metric == metric.label]
        if any(policy.slices == "gate" and policy.role == "gate" for policy in rules):
            return (
                f"{label} is gated in slices of the cases, which takes a run that is judged once; "
                "run it without stopping early"
            )
        reason = self._obstacle(metric, policies) if self.undrawn else ""
        return reason and f"{label} is judged when all cases are drawn, because {reason}"

    def _obstacle(self, metric: MetricRecord, policies: Sequence[Policy]) -> str:
        """Why a part of the cases says nothing of a metric; empty where it does."""
        if any(p.metric == metric.label and p.estimand == "suite" for p in policies):
            return "its policy is about these cases and no others"
        bets = self.sequence is not None and self.sequence.method == "betting"
        return "its scores have no range to bet on" if bets and metric.bounds is None else ""

    def _shares(self, metric: MetricRecord, policies: Sequence[Policy]) -> tuple[float, ...]:
        """Shares of the evidence at the looks at which a metric was judged."""
        looks = () if self.sequence is None else self.sequence.looks
        if self._obstacle(metric, policies):
            looks = tuple(look for look in looks if look.cases == len(self.order))
        return tuple(look.fraction for look in looks)

    def restated(self, delta: Delta, policies: Sequence[Policy]) -> Delta:
        """The delta with p-values and bounds that allow for all looks."""
        sequence, alpha = self.sequence, _alpha(delta.metric, policies)
        if sequence is None:
            return delta
        drawn = delta.matched / (delta.matched + len(self.undrawn))
        if delta.worst is not None:
            delta = replace(delta, worst=self.restated(delta.worst, policies))
        floor_mean = delta.floor_mean if drawn == 1.0 else None
        delta = replace(delta, alpha=alpha, sequential=True, drawn=drawn, floor_mean=floor_mean)
        if delta.method in ("identical", "none"):
            return delta
        if sequence.method == "betting":
            # What waited for all cases is tested once, as in any other run.
            return delta if self._obstacle(delta.metric, policies) else self._bet(delta)
        shares = self._shares(delta.metric, policies)
        looks = f", repeated at {_looks(len(shares))}" if len(shares) > 1 else ""
        return replace(
            delta,
            p_worse=repeated_p(delta.p_worse, shares),
            p_better=repeated_p(delta.p_better, shares),
            test=f"{delta.test}{looks}",
        )

    def _bet(self, delta: Delta) -> Delta:
        paired, bounds = delta.paired, delta.metric.bounds
        if paired is None or bounds is None:
            raise AssertionError(f"{delta.metric.label} cannot be bet on")
        sums = np.bincount(paired.units, weights=paired.changes).astype(np.float64)
        sizes = np.bincount(paired.units).astype(np.float64)
        places = np.full(sums.size, np.inf)
        order = [float(self.order.get(case, len(self.order))) for case in paired.cases]
        np.minimum.at(places, paired.units, order)
        ranks = np.argsort(places, kind="stable")
        largest = max(float(sizes.max()), float(self.largest))
        units = betting.Units(sums=sums[ranks], sizes=sizes[ranks], largest=largest)
        size = bounds[1] - bounds[0]
        return replace(
            delta,
            low=size * betting.lower_bound(units, alpha=delta.alpha),
            high=-size * betting.lower_bound(units.mirrored(), alpha=delta.alpha),
            p_worse=betting.p_worse(units),
            p_better=betting.p_better(units),
            method="betting",
            test="betting e-process" + (" over clusters" if delta.clusters else ""),
        )


def glance(baseline: Run, candidate: Run) -> Glance:
    """The runs as they are at the candidate's last look; as they are where there was none."""
    problems = _baseline_problems(baseline, candidate)
    sequence = candidate.sequence
    if sequence is None or problems:
        return Glance(baseline=baseline, candidate=candidate, problems=problems)
    if not sequence.looks:
        problem = (
            f"run {candidate.id!r} stops as soon as its verdict is decided, and was interrupted "
            "before its first look; run the same command again to go on"
        )
        return Glance(baseline=baseline, candidate=candidate, problems=(problem,))
    units = drawing_order(candidate.cases, seed=sequence.seed)
    order = {case: place for place, case in enumerate(key for unit in units for key in unit)}
    look = sequence.looks[-1]
    before = {case.id: case.digest for case in baseline.cases}
    undrawn = frozenset(
        case.id
        for case in candidate.cases
        if order[case.id] >= look.cases and before.get(case.id) == case.digest
    )
    several = len(sequence.looks) > 1 or look.fraction < 1.0
    return Glance(
        baseline=_without(baseline, undrawn, repeats=_repeats(baseline)),
        candidate=replace(_without(candidate, undrawn, repeats=look.repeats), complete=True),
        undrawn=undrawn,
        notes=_notes(candidate, sequence),
        sequence=sequence if several else None,
        order=order,
        largest=max((len(unit) for unit in units), default=1),
    )


def _baseline_problems(baseline: Run, candidate: Run) -> tuple[str, ...]:
    sequence = baseline.sequence
    if sequence is None or not sequence.looks or baseline.id == candidate.id:
        return ()
    drawn, cases = sequence.looks[-1].cases, len(baseline.cases)
    together = candidate.sequence is not None and candidate.sequence.beside == baseline.id
    if drawn == cases or together:
        return ()
    return (
        f"the baseline run {baseline.id!r} stopped after {drawn} of {cases} cases, because its own "
        "verdict was decided; take a run of all cases as the baseline",
    )


def _repeats(run: Run) -> int | None:
    """Trials of each case at the last look of a run that was looked at, else None."""
    sequence = run.sequence
    return sequence.looks[-1].repeats if sequence is not None and sequence.looks else None


def _without(run: Run, undrawn: frozenset[str], *, repeats: int | None) -> Run:
    """The run as if it did not hold some cases, nor trials beyond a number for each case."""
    return replace(
        run,
        cases=tuple(case for case in run.cases if case.id not in undrawn),
        trials=tuple(
            trial
            for trial in run.trials
            if trial.case_id not in undrawn and (repeats is None or trial.repeat < repeats)
        ),
        repeats=run.repeats if repeats is None else repeats,
    )


def _alpha(metric: MetricRecord, policies: Sequence[Policy]) -> float:
    return {policy.metric: policy.alpha for policy in policies}.get(metric.label, _ALPHA)


def _looks(count: int) -> str:
    return f"{count} looks" if count > 1 else "1 look"


def _notes(candidate: Run, sequence: SequentialRecord) -> tuple[str, ...]:
    look, cases = sequence.looks[-1], len(candidate.cases)
    notes: list[str] = []
    if look.cases < cases:
        saved = (cases - look.cases) * look.repeats
        why = "the verdict was decided" if sequence.ended else "it was interrupted"
        notes.append(
            f"The candidate run stopped after {look.cases} of {cases} cases, drawn in random "
            f"order, because {why}: {saved} calls were not made."
        )
    elif not sequence.ended:
        notes.append(
            f"The candidate run was interrupted after {_looks(len(sequence.looks))}; run the same "
            "command again to go on."
        )
    if look.repeats > sequence.repeats:
        notes.append(
            f"The run was extended from {sequence.repeats} to {look.repeats} trials of each case."
        )
    return tuple(notes)
