"""Pairing: which cases of two runs answer the same question, and what each scored there.

Cases are paired by id and content digest, never by position. A case that the candidate's dataset
no longer holds is `removed`; a case that an imported run does not mention is lost evidence,
because nothing says that it was taken out on purpose.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from holdfast.metric import Failure, Score
from holdfast.record import MetricRecord, Run, TrialRecord

__all__ = [
    "Arm",
    "Evidence",
    "Pairing",
    "evidence",
    "expected_trials",
    "extremes",
    "pair",
    "units_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One run, with its trials by case."""

    run: Run
    trials: Mapping[str, tuple[TrialRecord, ...]]
    """Trials by case id, in the order of their repeats."""
    most: int
    """Largest number of trials of any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """How the cases of two runs correspond."""

    baseline: Arm
    candidate: Arm
    matched: tuple[str, ...]
    """Ids of cases with the same content on both sides, sorted."""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]
    quarantined: tuple[str, ...] = ()
    """Ids of cases with the same content that are set aside on both sides, sorted."""

    @property
    def cluster_conflicts(self) -> tuple[str, ...]:
        """Ids of matched cases for which both runs name a cluster, and not the same one."""
        before = {case.id: case.cluster for case in self.baseline.run.cases}
        after = {case.id: case.cluster for case in self.candidate.run.cases}
        return tuple(
            key
            for key in self.matched
            if None not in (before.get(key), after.get(key)) and before[key] != after[key]
        )

    @property
    def interleaved(self) -> str:
        """Name of the session in which both runs were made in turns; empty where they were not."""
        before, after = self.baseline.run, self.candidate.run
        name = before.provenance.interleaved
        same = name == after.provenance.interleaved and before.id != after.id
        return name if same else ""

    @property
    def union(self) -> int:
        """Number of cases that either side holds."""
        paired = len(self.matched) + len(self.quarantined)
        return paired + len(self.added) + len(self.removed) + len(self.edited)


# There is one for each case, metric and arm: a tuple is made in a third of the time of a dataclass.
class Evidence(NamedTuple):
    """What one case scored on one side, in the metric's own orientation."""

    mean: float | None
    """Mean over the usable trials; None where there is none."""
    against: float | None
    """The same with every missing trial counted against the candidate; infinite where
    there is no limit, None where there is no trial."""
    values: tuple[float, ...]
    missing: int
    """Trials that should have a score and have none."""


def pair(baseline: Run, candidate: Run, *, quarantined: Collection[str] = ()) -> Pairing:
    """Match the cases of two runs by id and content digest, those in quarantine set aside."""
    before = {case.id: case for case in baseline.cases}
    after = {case.id: case for case in candidate.cases}
    absent = [key for key in before if key not in after]
    # An import knows only the rows that it was given: a row that is not there is lost.
    lost = absent if candidate.provenance.imported else []
    shared = [key for key in after if key in before]
    same = [key for key in shared if before[key].digest == after[key].digest]
    return Pairing(
        baseline=_arm(baseline),
        candidate=_arm(candidate),
        matched=tuple(sorted(key for key in (*same, *lost) if key not in quarantined)),
        added=tuple(key for key in after if key not in before),
        removed=() if lost else tuple(absent),
        edited=tuple(key for key in shared if before[key].digest != after[key].digest),
        quarantined=tuple(sorted(key for key in (*same, *lost) if key in quarantined)),
    )


def _arm(run: Run) -> Arm:
    trials: dict[str, list[TrialRecord]] = {}
    for trial in run.trials:
        trials.setdefault(trial.case_id, []).append(trial)
    ordered = {
        key: tuple(sorted(found, key=lambda trial: trial.repeat)) for key, found in trials.items()
    }
    most = max((len(found) for found in ordered.values()), default=1)
    return Arm(run=run, trials=ordered, most=most)


def expected_trials(pairing: Pairing, case_id: str) -> tuple[int, int]:
    """Trials that baseline and candidate should have of a case.

    A run that the runner made says how often it repeats each case. An imported one does not: its
    baseline is taken as it is, and the candidate owes as large a share of its own repeats.
    """
    baseline, candidate = pairing.baseline, pairing.candidate
    recorded = len(baseline.trials.get(case_id, ()))
    if baseline.run.provenance.imported:
        before = max(recorded, 1)
        share = before / baseline.most
    else:
        before, share = baseline.run.repeats, 1.0
    if not candidate.run.provenance.imported:
        return before, candidate.run.repeats
    return before, max(1, round(candidate.most * share))


def evidence(
    trials: tuple[TrialRecord, ...], metric: MetricRecord, *, expected: int, favour: bool
) -> Evidence:
    """Scores of one case; `favour` says which way missing trials are counted in `against`.

    A failure of the system is an answer, and scores the worst value. A failure of the metric or
    of the infrastructure is missing.
    """
    label = metric.label
    # Nearly every case of nearly every run; the general way below gives the same.
    if expected == 1 and len(trials) == 1 and metric.aggregate is None:
        only = trials[0].scores.get(label)
        if isinstance(only, Score) and trials[0].failure is None:
            value = only.value
            return Evidence(mean=value, against=value, values=(value,), missing=0)
    elif len(trials) >= expected and metric.aggregate is None:
        found = [trial.scores.get(label) for trial in trials if trial.failure is None]
        scores = tuple([one.value for one in found if isinstance(one, Score)])
        if scores and len(scores) == len(trials):
            mean = sum(scores) / len(scores)
            return Evidence(mean=mean, against=mean, values=scores, missing=0)
    outcomes = [trial.outcome(label) for trial in trials]
    best, worst = extremes(metric)
    values: list[float] = []
    for outcome in outcomes:
        if isinstance(outcome, Score):
            values.append(outcome.value)
        elif _is_answer(outcome) and metric.bounds is not None:
            values.append(worst)
    least = 1 if metric.aggregate is None else metric.aggregate.k
    missing = max(expected, len(trials), least) - len(values)
    filler = best if favour else worst
    return Evidence(
        mean=metric.case_value(values),
        against=metric.case_value([*values, *[filler] * missing]),
        values=tuple(values),
        missing=missing,
    )


def _is_answer(failure: Failure) -> bool:
    return failure.stage == "system"


def extremes(metric: MetricRecord) -> tuple[float, float]:
    """Best and worst score."""
    # What has no range counts something (seconds, tokens, money), and of that there is no limit.
    low, high = metric.bounds or (0.0, math.inf)
    return (high, low) if metric.better == "higher" else (low, high)


def units_of(pairing: Pairing) -> Mapping[str, str]:
    """The unit that each case is resampled with: its cluster, or itself.

    Where the runs name different clusters, cases that are dependent in either are one unit.
    """
    parents: dict[str, str] = {}

    def find(name: str) -> str:
        while parents.setdefault(name, name) != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name

    for run in (pairing.baseline.run, pairing.candidate.run):
        for case in run.cases:
            if case.cluster is not None:
                parents[find(f"case {case.id}")] = find(f"cluster {case.cluster}")
    return {key: find(f"case {key}") for key in pairing.matched}
