"""Comparison: what a candidate run says beside its baseline, before anyone judges it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from holdfast.record import CaseRecord, MetricRecord, Provenance, TrialRecord
from holdfast.system import Spec

__all__ = ["CasePair", "Change", "Comparison", "Delta", "Lost", "RunInfo"]

Method = Literal["identical", "tango", "shrunk-t", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Evidence that should exist and does not."""

    baseline: int = 0
    """Paired cases without a usable score in the baseline alone."""
    candidate: int = 0
    """Cases without a usable score in the candidate alone."""
    both: int = 0
    """Cases without a usable score in either."""

    @property
    def total(self) -> int:
        return self.baseline + self.candidate + self.both


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """Change of one metric, oriented so that positive is better."""

    metric: MetricRecord
    pairs: int
    """Cases scored in both arms."""
    trials: tuple[int, int]
    """Largest number of trials per case in baseline and candidate."""
    lost: Lost
    baseline_mean: float
    """Mean of case means in the metric's own orientation, over the paired cases."""
    candidate_mean: float
    low: float
    """Lower one-sided 95 % bound of the change (1 - alpha in general)."""
    estimate: float
    """Mean change per case, positive is better."""
    high: float
    """Upper one-sided 95 % bound of the change."""
    p_worse: float
    """One-sided p-value of 'it is worse' (null: not worse)."""
    p_better: float
    """One-sided p-value of 'it is better' (null: not better)."""
    method: Method
    """How the bounds were computed."""
    test: str
    """How the p-values were computed, in words."""
    clusters: int | None = None
    """Number of clusters, where cases are clustered."""
    spread: float = 0.0
    """Standard deviation of the per-case change; plans are computed from it."""
    worst: "Delta | None" = None
    """The same with every lost score counted against the candidate; None where nothing is lost."""
    floor_mean: float | None = None
    """Candidate's mean over all its cases, every lost score counted as the worst one."""


CaseState = Literal["same", "better", "worse", "fixed", "broken", "lost", "added", "removed", "edited"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePair:
    """One case on both sides."""

    case: CaseRecord
    baseline: tuple[TrialRecord, ...]
    candidate: tuple[TrialRecord, ...]
    scores: Mapping[str, tuple[float | None, float | None]]
    """Mean score by metric label: (baseline, candidate); None where there is no usable score."""
    states: Mapping[str, CaseState]
    """State by metric label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing besides the answers that differs between the runs."""

    what: str
    """Path in words, such as `system parameter k` or `package faiss-cpu`."""
    baseline: str
    candidate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What a report needs to know of a run besides its scores."""

    id: str
    system: Spec
    cases: int
    trials: int
    repeats: int
    complete: bool
    provenance: Provenance
    tally: Mapping[str, int]
    """Number of cases passed, failed, errored, skipped, unscored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A candidate beside its baseline: numbers without judgement."""

    suite: str
    dataset: str
    baseline: RunInfo
    candidate: RunInfo
    deltas: tuple[Delta, ...]
    problems: tuple[str, ...]
    """Why the two runs cannot be compared, in sentences; empty where they can."""
    added: tuple[str, ...]
    """Ids of cases that only the candidate's dataset holds."""
    removed: tuple[str, ...]
    """Ids of cases that only the baseline's dataset holds."""
    edited: tuple[str, ...]
    """Ids of cases whose content changed; kept out of the paired test."""
    cases: tuple[CasePair, ...]
    """Every case of either run, in the candidate's order, then the removed ones."""
    changes: tuple[Change, ...] = ()
    """What else differs: parameters, artifacts, versions, code."""
    alpha: float = 0.05
    notes: tuple[str, ...] = field(default=())
    """Sentences that a reader must know, such as an assumed range of scores."""
