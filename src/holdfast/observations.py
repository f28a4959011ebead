"""Observations of a run as an Arrow IPC stream, for tables and notebooks."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from holdfast.journal import disk_refused
from holdfast.metric import Score
from holdfast.record import Run

__all__ = ["write_observations"]

_BATCH = 16_384


def write_observations(run: Run, path: Path) -> None:
    """Write one row for each trial and metric: value, or the stage and error of its failure."""
    import nanoarrow
    from nanoarrow.ipc import StreamWriter

    text, number = nanoarrow.string(), nanoarrow.float64()
    columns = {
        "case": text,
        "repeat": nanoarrow.int64(),
        "metric": text,
        "value": number,
        "stage": text,
        "error": text,
        "seconds": number,
    }
    schema = nanoarrow.struct(columns)
    rows = _rows(run)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with StreamWriter.from_path(str(temporary)) as writer:
            while True:
                batch = list(islice(rows, _BATCH))
                writer.write_array(_array(batch, schema, columns), write_schema=None)
                if len(batch) < _BATCH:
                    break
        temporary.replace(path)
    except OSError as error:
        raise disk_refused(path, error) from error


# nanoarrow ships no types for these calls.
def _array(batch: list[tuple[object, ...]], schema: Any, columns: dict[str, Any]) -> Any:
    import nanoarrow

    values: Iterable[Iterable[object]] = zip(*batch, strict=True) if batch else [()] * len(columns)
    children = [
        nanoarrow.c_array(list(column), kind)
        for column, kind in zip(values, columns.values(), strict=True)
    ]
    return nanoarrow.c_array_from_buffers(
        schema, length=len(batch), buffers=[None], children=children
    )


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
