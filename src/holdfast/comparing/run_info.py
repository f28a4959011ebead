"""Run info: what is told of a run besides its scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.record import MetricRecord, Provenance, Run, tally
from holdfast.sequence import SequentialRecord
from holdfast.system import Spec

__all__ = ["RunInfo", "info_of"]


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
    sequence: SequentialRecord | None = None
    """The looks at the run while it was made, where there were any."""
    dataset_digest: str = ""
    metrics: tuple[MetricRecord, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Prompts behind artifacts by their digest, without secrets."""


def info_of(run: Run) -> RunInfo:
    """What a report needs to know of the run."""
    counts = tally(run)
    return RunInfo(
        id=run.id,
        system=run.system.recorded,
        cases=len(run.cases),
        trials=len(run.trials),
        repeats=run.repeats,
        complete=run.complete,
        provenance=run.provenance,
        tally={
            "passed": counts.passed,
            "failed": counts.failed,
            "errored": counts.errored,
            "skipped": counts.skipped,
            "unscored": counts.unscored,
        },
        sequence=run.sequence,
        dataset_digest=run.dataset_digest,
        metrics=run.metrics,
        texts=run.texts,
    )
