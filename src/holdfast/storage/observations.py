"""Observations of a run as an Arrow IPC stream, for tables and notebooks."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from holdfast.metric import Score
from holdfast.record import Run
from holdfast.storage.journal import disk_refused

__all__ = ["write_observations"]

_BATCH = 2_048


def write_observations(run: Run, path: Path) -> None:
    """Write one row for each trial and metric: value, or the stage and error of its failure."""
    arrow, ipc = _nanoarrow()
    text, number = arrow.string(), arrow.float64()
    columns = {
        "case": text,
        "repeat": arrow.int64(),
        "metric": text,
        "value": number,
        "stage": text,
        "error": text,
        "seconds": number,
    }
    rows = _rows(run)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with ipc.StreamWriter.from_path(str(temporary)) as writer:
            while True:
                batch = list(islice(rows, _BATCH))
                writer.write_array(_array(batch, columns))
                if len(batch) < _BATCH:
                    break
        temporary.replace(path)
    except OSError as error:
        raise disk_refused(path, error) from error


# nanoarrow ships no types, and is imported where a run ends because few callers write one.
def _nanoarrow() -> tuple[Any, Any]:
    from importlib import import_module

    return import_module("nanoarrow"), import_module("nanoarrow.ipc")


def _array(batch: list[tuple[object, ...]], columns: dict[str, Any]) -> Any:
    arrow, _ = _nanoarrow()
    values: Iterable[Iterable[object]] = zip(*batch, strict=True) if batch else [()] * len(columns)
    children = [
        arrow.c_array(list(column), kind)
        for column, kind in zip(values, columns.values(), strict=True)
    ]
    schema = arrow.struct(columns)
    return arrow.c_array_from_buffers(schema, length=len(batch), buffers=[None], children=children)


def _rows(run: Run) -> Iterator[tuple[object, ...]]:
    labels = [(metric.label, _text(metric.label)) for metric in run.metrics]
    for trial in run.trials:
        case = _text(trial.case_id)
        for label, shown in labels:
            outcome = trial.outcome(label)
            if isinstance(outcome, Score):
                told = (outcome.value, None, None)
            else:
                told = (None, outcome.stage, _text(outcome.error))
            yield (case, trial.repeat, shown, *told, trial.seconds)


def _text(text: str) -> str:
    # Arrow text is strict UTF-8, which has no lone surrogates.
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
