"""Looks: what two runs say at the last look of a sequential one, and how much that is worth.

Cases that were not drawn are neither lost nor removed: both runs are seen as if they did not hold
them. The p-values of a run that was looked at more than once become repeated p-values, and its
bounds repeated bounds, which hold at all looks together (Jennison and Turnbull 2000, chapter 9);
with `betting` both come from an e-process. So a stored run gives the verdict at which it stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from holdfast.comparing.delta import Delta
from holdfast.comparing.order import drawing_order
from holdfast.policy import Policy
from holdfast.record import MetricRecord, Run
from holdfast.sequence import SequentialRecord
from holdfast.stats import betting
from holdfast.stats.spending import nominal_levels, repeated_p

__all__ = ["Glance", "glance"]


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
    order: Mapping[str, int] | None = None
    """Place of each case in the order in which cases were drawn, where that matters."""
    largest: int = 1
    """Cases of the largest unit of the candidate's dataset, drawn or not."""

    def level(self, alpha: float) -> float:
        """Level of the bounds at this look, so that those of all looks hold with 1 - alpha."""
        sequence = self.sequence
        if sequence is None or sequence.method == "betting":
            return alpha
        return nominal_levels(_fractions(sequence), alpha)[-1]

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
        if not self.undrawn:
            return ""
        reason = ""
        if self.sequence.method == "betting" and metric.bounds is None:
            reason = "its scores have no range to bet on"
        if any(policy.estimand == "suite" for policy in rules):
            reason = "its policy is about these cases and no others"
        return reason and f"{label} is judged when all cases are drawn, because {reason}"

    def restated(self, delta: Delta, *, alpha: float) -> Delta:
        """The delta with p-values and bounds that allow for all looks at level alpha."""
        sequence = self.sequence
        if sequence is None:
            return delta
        drawn = delta.matched / (delta.matched + len(self.undrawn))
        if delta.worst is not None:
            delta = replace(delta, worst=self.restated(delta.worst, alpha=alpha))
        floor_mean = delta.floor_mean if drawn == 1.0 else None
        delta = replace(delta, alpha=alpha, sequential=True, drawn=drawn, floor_mean=floor_mean)
        if delta.method in ("identical", "none"):
            return delta
        if sequence.method == "betting":
            return self._bet(delta) if delta.metric.bounds is not None else delta
        fractions = _fractions(sequence)
        return replace(
            delta,
            p_worse=repeated_p(delta.p_worse, fractions),
            p_better=repeated_p(delta.p_better, fractions),
            test=f"{delta.test}, repeated at {_looks(sequence)}",
        )

    def _bet(self, delta: Delta) -> Delta:
        paired, bounds = delta.paired, delta.metric.bounds
        if paired is None or bounds is None or self.order is None:
            return delta
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


def _fractions(sequence: SequentialRecord) -> tuple[float, ...]:
    return tuple(look.fraction for look in sequence.looks)


def _looks(sequence: SequentialRecord) -> str:
    return f"{len(sequence.looks)} looks" if len(sequence.looks) > 1 else "1 look"


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
            f"The candidate run was interrupted after {_looks(sequence)}; run the same command "
            "again to go on."
        )
    if look.repeats > sequence.repeats:
        notes.append(
            f"The run was extended from {sequence.repeats} to {look.repeats} trials of each case."
        )
    return tuple(notes)
