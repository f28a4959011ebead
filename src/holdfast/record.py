"""Run: what was recorded of one suite put to one system."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

from holdfast.aggregate import Aggregate
from holdfast.dataset import Source, digest_cases
from holdfast.digest import Json, digest_json
from holdfast.metric import Better, Failure, Outcome, Score
from holdfast.sequence import SequentialRecord
from holdfast.system import Response, Spec

__all__ = [
    "FORMAT",
    "CaseEnd",
    "CaseRecord",
    "MetricRecord",
    "Observation",
    "Provenance",
    "Receipt",
    "Run",
    "Tally",
    "TrialRecord",
    "case_state",
    "tally",
]

CaseEnd = Literal["passed", "failed", "errored", "skipped", "unscored"]

FORMAT = 1
"""Version of the on-disk form; see docs/reference/run-format.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRecord:
    """A metric as it was when the run was scored."""

    spec: Spec
    better: Better
    bounds: tuple[float, float] | None
    """Smallest and largest score; None where either side is open."""
    unit: str = ""
    """What a score counts: `seconds`, `tokens`, `USD`, or empty where it is a score."""
    aggregate: Aggregate | None = None
    """How the trials of a case become its value; None for their mean."""
    judge: bool = False
    """A model or another fallible reader gives the score: it gates only after it was checked
    beside human labels."""

    def __post_init__(self) -> None:
        # With an open side there is no range that a change could be a share of.
        if self.bounds is not None and not all(map(math.isfinite, self.bounds)):
            object.__setattr__(self, "bounds", None)

    @property
    def label(self) -> str:
        return self.spec.label

    def case_value(self, values: Sequence[float]) -> float | None:
        """Value of a case from the scores of its trials; None where there are too few."""
        if self.aggregate is not None:
            return self.aggregate.value(values)
        return sum(values) / len(values) if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """A case as it was when the run was made."""

    id: str
    digest: str
    """Content digest: two runs pair a case only where id and digest agree."""
    tags: tuple[str, ...] = ()
    cluster: str | None = None
    input: Json = None
    expected: Json = None
    source: Source | None = field(default=None, compare=False)
    """File and line in the data set, relative to the repository; None where unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """One finished trial: its answer or its failure, and what each metric said."""

    case_id: str
    repeat: int
    response: Response | None
    """None where the trial failed, and where scores were imported without outputs."""
    failure: Failure | None = None
    """Why there is no response, stage `system` or `infrastructure`."""
    scores: Mapping[str, Outcome] = field(default_factory=dict[str, Outcome])
    """Outcome by metric label; empty where the trial failed."""
    seconds: float = 0.0
    """Wall time of the last attempt."""
    attempts: int = 1
    cached: bool = False
    """The response came from the cache."""
    block: int | None = None
    """Number of the block of an interleaved run, from 1; 0 and below while the systems warmed up;
    None where the run was not interleaved."""
    began: float | None = None
    """Seconds after the start of an interleaved run at which the last attempt began."""

    def outcome(self, metric: str) -> Outcome:
        """Score or failure of one metric; a failed trial fails every metric the same way."""
        if self.failure is not None:
            return self.failure
        return self.scores.get(metric) or Failure(
            stage="metric", error=f"{metric!r} was not computed for this trial"
        )

    @property
    def output_digest(self) -> str | None:
        """Digest of what the system said (text, data, tools, passages), None where unknown."""
        if self.response is None:
            return None
        return digest_json(_said(self.response))


def _said(response: Response) -> Json:
    return {
        "text": response.text,
        "data": response.data,
        "tool_calls": [[call.name, call.arguments] for call in response.tool_calls],
        "passages": [passage.id for passage in response.passages],
        "abstained": response.abstained,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One tidy row: what one metric said of one trial."""

    case_id: str
    repeat: int
    metric: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the cache did for a run."""

    hits: int = 0
    misses: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict[str, int])
    """Number of misses by reason, such as `new input` or `the system is not cacheable: ...`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where, when and with what a run was made."""

    started: str = ""
    """ISO 8601 time with offset."""
    seconds: float = 0.0
    """Wall time of the run, all its sessions together."""
    seed: int = 0
    holdfast: str = ""
    python: str = ""
    platform: str = ""
    os: str = ""
    """Name and version of the operating system."""
    hardware: Mapping[str, str] = field(default_factory=dict[str, str])
    """Processor, cores, memory, accelerator and its driver, by these names."""
    packages: Mapping[str, str] = field(default_factory=dict[str, str])
    """Versions of the installed distributions that the system imports."""
    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    """Digests of the project's own files that the system is made of, by path below its root."""
    metric_sources: Mapping[str, str] = field(default_factory=dict[str, str])
    """Digests of the project's own files that the metrics are made of."""
    settings: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """Options of the run that can matter: concurrency, timeout, attempts, whether it was fresh."""
    git_commit: str | None = None
    git_branch: str | None = None
    git_dirty: bool | None = None
    cache: Receipt = field(default_factory=Receipt)
    stopped: str = ""
    """Why the run is incomplete, such as `the budget of 1000 tokens is spent`, else empty."""
    origin: str = ""
    """Empty for a run made by the runner, else where its scores came from."""
    interleaved: str = ""
    """Name that the two runs of one interleaved session share; empty for a run of its own."""

    @property
    def imported(self) -> bool:
        """The scores are somebody else's rows: nothing says which cases there should have been."""
        return self.origin.startswith("imported from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything recorded of one suite put to one system."""

    id: str
    suite: str
    system: Spec
    dataset: str
    """Name of the dataset."""
    dataset_digest: str
    metrics: tuple[MetricRecord, ...]
    cases: tuple[CaseRecord, ...]
    """The cases of the dataset in its order, whether they were run or not."""
    trials: tuple[TrialRecord, ...]
    repeats: int = 1
    """Trials asked for per case."""
    complete: bool = True
    """False where the run was interrupted or its budget ended."""
    provenance: Provenance = field(default_factory=Provenance)
    sequence: SequentialRecord | None = None
    """How the run was looked at while it was made; None where all cases were simply run."""
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Prompts behind artifacts of the system and the metrics, by their digest, without secrets."""

    @property
    def observations(self) -> Iterator[Observation]:
        """One row for each trial and metric."""
        for trial in self.trials:
            for metric in self.metrics:
                yield Observation(
                    case_id=trial.case_id,
                    repeat=trial.repeat,
                    metric=metric.label,
                    outcome=trial.outcome(metric.label),
                )

    def to_frame(self, *, texts: bool = False) -> Any:
        """The observations as a pandas DataFrame; docs/reference/tables.md says its columns."""
        # A table is made of runs, so that it stands above them.
        return import_module("holdfast.tables.frame").run_frame(self, texts=texts)

    @property
    def expected_digest(self) -> str:
        """Digest that `dataset_digest` must equal, computed from the recorded cases."""
        return digest_cases((case.id, case.digest) for case in self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the cases of a run ended; the five sum to the number of cases."""

    passed: int
    failed: int
    errored: int
    """A trial of the case raised, timed out or met an infrastructure fault."""
    skipped: int
    """No trial of the case was made."""
    unscored: int
    """Answered, but a metric could not score it."""

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.errored + self.skipped + self.unscored


def tally(run: Run) -> Tally:
    """Counts of how the cases ended.

    A case passed where the mean of every bounded metric reaches the middle of its range.
    """
    counts = dict.fromkeys(("passed", "failed", "errored", "skipped", "unscored"), 0)
    # A tuple of one is half of a list of one, and most runs have one trial per case.
    by_case: dict[str, tuple[TrialRecord, ...]] = dict.fromkeys((case.id for case in run.cases), ())
    for trial in run.trials:
        by_case[trial.case_id] += (trial,)
    labelled = [(metric.label, metric) for metric in run.metrics]
    for trials in by_case.values():
        counts[_end_of(trials, labelled)] += 1
    return Tally(**counts)


def case_state(trials: Sequence[TrialRecord], metrics: Sequence[MetricRecord]) -> CaseEnd:
    """How one case ended, from its trials: the state that `tally` counts."""
    return _end_of(trials, [(metric.label, metric) for metric in metrics])


def _end_of(trials: Sequence[TrialRecord], metrics: Sequence[tuple[str, MetricRecord]]) -> CaseEnd:
    if not trials:
        return "skipped"
    if any(trial.failure is not None for trial in trials):
        return "errored"
    passed = True
    for label, metric in metrics:
        values: list[float] = []
        for trial in trials:
            outcome = trial.scores.get(label)
            if not isinstance(outcome, Score):
                return "unscored"
            values.append(outcome.value)
        if metric.bounds is not None:
            low, high = metric.bounds
            mean = metric.case_value(values)
            if mean is None:
                return "unscored"
            share = (mean - low) / (high - low)
            passed = passed and (share if metric.better == "higher" else 1 - share) >= 0.5
    return "passed" if passed else "failed"
