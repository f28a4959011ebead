"""Observations of a run: one row for each trial and metric."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from holdfast.digest import Json
from holdfast.metric import Failure, Outcome, Score
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.system import Usage
from holdfast.tables.column import Column, Table

__all__ = ["OBSERVATIONS", "Seen", "as_text", "observations"]

_NOTHING = Usage()


class Seen(NamedTuple):
    """What one row of the table is read from."""

    run: Run
    case: CaseRecord
    trial: TrialRecord
    metric: MetricRecord
    outcome: Outcome


OBSERVATIONS: tuple[Column[Seen], ...] = (
    Column("suite", "category", "name of the suite", lambda one: one.run.suite),
    Column("system", "category", "label of the system", lambda one: one.run.system.label),
    Column("run", "category", "id of the run", lambda one: one.run.id),
    Column("case", "text", "id of the case", lambda one: one.case.id),
    Column("repeat", "integer", "which trial of the case; the first is 0",
           lambda one: one.trial.repeat),
    Column("metric", "category", "label of the metric", lambda one: one.metric.label),
    Column("better", "category", "`higher` or `lower`: which scores are better",
           lambda one: one.metric.better),
    Column("score", "number", "what the metric gave; absent where there is a failure",
           lambda one: one.outcome.value if isinstance(one.outcome, Score) else None),
    Column("failure", "category", "`system`, `metric` or `infrastructure`: what failed",
           lambda one: one.outcome.stage if isinstance(one.outcome, Failure) else None),
    Column("error", "text", "how it failed",
           lambda one: one.outcome.error if isinstance(one.outcome, Failure) else None),
    Column("why", "text", "the metric's reason for its score",
           lambda one: (one.outcome.why or None) if isinstance(one.outcome, Score) else None),
    Column("seconds", "number", "wall time of the trial's last attempt",
           lambda one: one.trial.seconds),
    Column("attempts", "integer", "calls made for the trial", lambda one: one.trial.attempts),
    Column("cached", "boolean", "the answer came from the cache", lambda one: one.trial.cached),
    Column("input_tokens", "integer", "tokens read; absent where nobody counted",
           lambda one: _usage(one).input_tokens if _counted(one) else None),
    Column("output_tokens", "integer", "tokens written; absent where nobody counted",
           lambda one: _usage(one).output_tokens if _counted(one) else None),
    Column("calls", "integer", "calls of a model; absent where nobody counted",
           lambda one: _usage(one).calls if _counted(one) else None),
    Column("cost", "number", "US dollars; absent where nobody counted",
           lambda one: _usage(one).cost if _counted(one) else None),
    Column("tags", "list", "tags of the case", lambda one: one.case.tags),
    Column("cluster", "text", "what the case depends on with others",
           lambda one: one.case.cluster),
    Column("source", "text", "`file:line` of the case in its data set",
           lambda one: None if one.case.source is None else str(one.case.source)),
    Column("input", "text", "what the system received; JSON where it is no text",
           lambda one: as_text(one.case.input), long=True),
    Column("expected", "text", "what the metrics compared with; JSON where it is no text",
           lambda one: as_text(one.case.expected), long=True),
    Column("output", "text", "text of the answer",
           lambda one: None if one.trial.response is None else one.trial.response.text,
           long=True),
)  # fmt: skip


def observations(run: Run, *, texts: bool = False) -> Table[Seen]:
    """The table of a run; `texts` adds inputs, expectations and answers to every row."""
    columns = tuple(column for column in OBSERVATIONS if texts or not column.long)
    return Table(columns, lambda: _seen(run))


def as_text(value: Json) -> str | None:
    """Text as it is, anything else as JSON on one line, null as absence."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _seen(run: Run) -> Iterator[Seen]:
    cases = {case.id: case for case in run.cases}
    for trial in run.trials:
        case = cases[trial.case_id]
        for metric in run.metrics:
            yield Seen(run, case, trial, metric, trial.outcome(metric.label))


def _usage(one: Seen) -> Usage:
    return _NOTHING if one.trial.response is None else one.trial.response.usage


def _counted(one: Seen) -> bool:
    return one.trial.response is not None and one.trial.response.usage != _NOTHING
