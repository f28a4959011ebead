"""Sequential cells: runs that are judged while they are made, and end when that decides them."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from error_study.cells import Counts
from error_study.draws import FlakyCases
from error_study.records import both, policies

from holdfast.comparing.order import drawing_order
from holdfast.comparison import compare
from holdfast.gate import Verdict, decide
from holdfast.record import Run
from holdfast.sequence import Look, SequentialMethod, SequentialRecord
from holdfast.sequential.stages import Stage, stages_of
from holdfast.stats.spending import spent


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialCell:
    """A sequential run beside a stored baseline."""

    setting: FlakyCases
    method: SequentialMethod
    margin: float = 0.05
    share: float = 1.0

    @property
    def cost(self) -> float:
        """About five looks at half of the scores; bets are looked at more often."""
        return (3.0 if self.method == "hsd" else 10.0) * (100.0 + self.setting.size)

    def measure(self, generator: np.random.Generator, runs: int) -> Counts:
        """Counts of verdicts, and the candidate's calls."""
        counts: Counts = Counter()
        for _ in range(runs):
            sample = self.setting.draw(generator)
            baseline, candidate = both(sample)
            verdict, calls = stopped(baseline, candidate, method=self.method, margin=self.margin)
            counts["blocked"] += verdict.exit_code == 1
            counts["safe"] += verdict.outcome == "pass"
            counts["calls"] += calls
            counts["calls squared"] += calls**2
        return counts


def stopped(
    baseline: Run, candidate: Run, *, method: SequentialMethod, margin: float
) -> tuple[Verdict, int]:
    """The verdict at which a run of these scores stops, and the calls made by then.

    The candidate's record is cut to what was drawn at each look, and judged as the driver of
    sequential runs judges it: the run ends with the first verdict of pass or regression.
    """
    repeats = candidate.repeats
    units = drawing_order(candidate.cases, seed=0)
    place = {case: index for index, case in enumerate(case for unit in units for case in unit)}
    trials = sorted(candidate.trials, key=lambda trial: (place[trial.case_id], trial.repeat))
    sequence = SequentialRecord(
        method=method, seed=0, repeats=repeats, most=repeats, beside=baseline.id
    )
    gates = policies(len(candidate.metrics), margin=margin)
    stages = stages_of([len(unit) for unit in units], method=method, repeats=repeats, most=repeats)
    for stage in stages:
        sequence = replace(sequence, looks=(*sequence.looks, _look(stage, method)))
        calls = stage.cases * repeats
        seen = replace(candidate, trials=tuple(trials[:calls]), sequence=sequence)
        verdict = decide(compare(baseline, seen, policies=gates), gates)
        if verdict.outcome in ("pass", "regression"):
            break
    return verdict, calls


def _look(stage: Stage, method: SequentialMethod) -> Look:
    used = spent(stage.fraction, 0.5) / 0.5 if method == "hsd" else 1.0
    return Look(cases=stage.cases, repeats=stage.repeats, fraction=stage.fraction, spent=used)
