"""Changes between two runs: one row for each case and metric."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from holdfast.comparing.cases import CaseEvidence, CasePair, evidence_of
from holdfast.comparing.delta import Delta
from holdfast.comparing.run_info import RunInfo
from holdfast.record import MetricRecord
from holdfast.tables.column import Column, Table
from holdfast.tables.observations import as_text

__all__ = ["CHANGES", "Compared", "Moved", "changes"]


class Compared(Protocol):
    """What a table needs to know of a comparison."""

    @property
    def suite(self) -> str: ...
    @property
    def baseline(self) -> RunInfo: ...
    @property
    def candidate(self) -> RunInfo: ...
    @property
    def deltas(self) -> Sequence[Delta]: ...
    @property
    def cases(self) -> Sequence[CasePair]: ...


class Moved(NamedTuple):
    """What one row of the table is read from."""

    of: Compared
    pair: CasePair
    metric: str
    record: MetricRecord | None
    evidence: CaseEvidence | None


CHANGES: tuple[Column[Moved], ...] = (
    Column("suite", "category", "name of the suite", lambda one: one.of.suite),
    Column("baseline_run", "category", "id of the baseline's run",
           lambda one: one.of.baseline.id),
    Column("candidate_run", "category", "id of the candidate's run",
           lambda one: one.of.candidate.id),
    Column("baseline_system", "category", "label of the baseline's system",
           lambda one: one.of.baseline.system.label),
    Column("candidate_system", "category", "label of the candidate's system",
           lambda one: one.of.candidate.system.label),
    Column("case", "text", "id of the case", lambda one: one.pair.case.id),
    Column("metric", "category", "label of the metric", lambda one: one.metric),
    Column("better", "category",
           "`higher` or `lower`: which scores are better; absent where it was not compared",
           lambda one: None if one.record is None else one.record.better),
    Column("baseline", "number", "mean score of the baseline's trials; absent where none is usable",
           lambda one: _scores(one)[0]),
    Column("candidate", "number",
           "mean score of the candidate's trials; absent where none is usable",
           lambda one: _scores(one)[1]),
    Column("change", "number", "candidate less baseline, in the metric's own direction",
           lambda one: _less(*_scores(one))),
    Column("state", "category",
           "`same`, `better`, `worse`, `fixed` (newly passing), `broken` (newly failing), `flaky`, "
           "`lost`, `added`, `removed`, `edited` or `quarantined`",
           lambda one: one.pair.states.get(one.metric)),
    Column("baseline_passed", "integer", "trials of the baseline that passed",
           lambda one: None if one.evidence is None else one.evidence.baseline[0]),
    Column("baseline_trials", "integer", "trials of the baseline with a usable score",
           lambda one: None if one.evidence is None else one.evidence.baseline[1]),
    Column("candidate_passed", "integer", "trials of the candidate that passed",
           lambda one: None if one.evidence is None else one.evidence.candidate[0]),
    Column("candidate_trials", "integer", "trials of the candidate with a usable score",
           lambda one: None if one.evidence is None else one.evidence.candidate[1]),
    Column("p_value", "number",
           "of the case's own change (Fisher, one-sided); absent for one trial on each side",
           lambda one: None if one.evidence is None else one.evidence.p_value),
    Column("flake_rate", "number", "share of pairs of earlier trials that disagree, where known",
           lambda one: one.pair.flake_rate),
    Column("tags", "list", "tags of the case", lambda one: one.pair.case.tags),
    Column("cluster", "text", "what the case depends on with others",
           lambda one: one.pair.case.cluster),
    Column("source", "text", "`file:line` of the case in its data set",
           lambda one: None if one.pair.case.source is None else str(one.pair.case.source)),
    Column("input", "text", "what the systems received; JSON where it is no text",
           lambda one: as_text(one.pair.case.input), long=True),
    Column("expected", "text", "what the metrics compared with; JSON where it is no text",
           lambda one: as_text(one.pair.case.expected), long=True),
    Column("baseline_output", "text", "text of the baseline's first answer",
           lambda one: _answer(one.pair, 0), long=True),
    Column("candidate_output", "text", "text of the candidate's first answer",
           lambda one: _answer(one.pair, 1), long=True),
)  # fmt: skip


def changes(compared: Compared, *, texts: bool = False) -> Table[Moved]:
    """The table of a comparison; `texts` adds inputs, expectations and answers to every row."""
    columns = tuple(column for column in CHANGES if texts or not column.long)
    return Table(columns, lambda: _moved(compared))


def _moved(compared: Compared) -> Iterator[Moved]:
    records = {delta.metric.label: delta.metric for delta in compared.deltas}
    for pair in compared.cases:
        for metric in pair.scores:
            record = records.get(metric)
            evidence = None if record is None else evidence_of(pair, record)
            yield Moved(compared, pair, metric, record, evidence)


def _scores(one: Moved) -> tuple[float | None, float | None]:
    return one.pair.scores[one.metric]


def _less(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _answer(pair: CasePair, side: int) -> str | None:
    trials = (pair.baseline, pair.candidate)[side]
    response = trials[0].response if trials else None
    return None if response is None else response.text
