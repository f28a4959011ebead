"""Folder: one run as files, each whole or not at all; see docs/reference/run-format.md."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from holdfast.digest import Json
from holdfast.errors import RecordError, UsageError
from holdfast.metric import Score
from holdfast.record import FORMAT, CaseRecord, Run, TrialRecord, tally
from holdfast.redaction import redacted_text
from holdfast.storage.codec import (
    Row,
    case_from,
    case_line,
    line,
    metric_from,
    metric_row,
    spec_from,
    spec_row,
    trial_from,
    trial_line,
)
from holdfast.storage.journal import DAMAGED, read_lines, write_whole
from holdfast.storage.migration import format_of, migrate_manifest, migrate_trial
from holdfast.storage.observations import write_observations
from holdfast.storage.provenance_row import provenance_from, provenance_row
from holdfast.storage.sequence_row import sequence_from, sequence_row

__all__ = [
    "manifest",
    "read_cases",
    "read_head",
    "read_manifest",
    "read_run",
    "read_texts",
    "read_trials",
    "write_manifest",
    "write_run",
    "write_texts",
]

_STATES = ("passed", "failed", "errored", "skipped", "unscored")


_NUMBERS = (int, float)


def manifest(run: Run, *, identity: str = "", counts: bool = True) -> dict[str, Json]:
    """Everything of a run but its cases and trials, as in manifest.json.

    `identity` is the digest by which an unfinished run is found again.
    """
    row: dict[str, Json] = {
        "format": FORMAT,
        "id": run.id,
        "suite": run.suite,
        "system": spec_row(run.system),
        "dataset": {"name": run.dataset, "digest": run.dataset_digest},
        "metrics": [metric_row(metric) for metric in run.metrics],
        "repeats": run.repeats,
        "complete": run.complete,
        "provenance": provenance_row(run.provenance),
    }
    if run.sequence is not None:
        row["sequence"] = sequence_row(run.sequence)
    if counts:
        ends = tally(run)
        row["counts"] = {name: getattr(ends, name) for name in _STATES} | {"total": ends.total}
        row["trials"] = len(run.trials)
    if identity:
        row["identity"] = identity
    return row


def write_manifest(row: Mapping[str, Json], path: Path) -> None:
    """Write manifest.json, indented so that a person can read its diff."""
    text = json.dumps(row, ensure_ascii=False, allow_nan=False, indent=1)
    write_whole(path / "manifest.json", iter((_lines(text),)))


def _lines(text: str) -> bytes:
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return line(text)


def write_run(run: Run, path: Path) -> None:
    """Write a run to a folder, each file whole or not at all, the manifest last."""
    write_whole(path / "cases.jsonl", (case_line(case) for case in run.cases))
    write_whole(path / "trials.jsonl", (trial_line(trial) for trial in run.trials))
    write_observations(run, path / "observations.arrows")
    write_texts(run.texts, path)
    write_manifest(manifest(run), path)


def write_texts(texts: Mapping[str, str], path: Path) -> None:
    """Write texts.json, a list of lines for each text so that a diff shows the changed ones."""
    file = path / "texts.json"
    if not texts:
        file.unlink(missing_ok=True)
        return
    rows = {digest: redacted_text(text).split("\n") for digest, text in sorted(texts.items())}
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    write_whole(file, iter((_lines(text),)))


def read_texts(path: Path) -> dict[str, str]:
    """Texts of a run's folder by digest; empty where none were kept.

    Raises:
        RecordError: the file is broken.
    """
    file = path / "texts.json"
    try:
        rows: Any = json.loads(file.read_bytes())
        return {str(digest): "\n".join(lines) for digest, lines in rows.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise RecordError(f"{file}: {error}; {DAMAGED}") from error


def read_manifest(path: Path) -> Row:
    """Manifest of a run's folder, brought to today's form.

    Raises:
        RecordError: it is missing, broken, or from a newer holdfast.
    """
    file = path / "manifest.json"
    try:
        row: Any = json.loads(file.read_bytes())
        if not isinstance(row, dict):
            raise RecordError(f"{file}: expected a JSON object, got {row!r:.80}")
        known = cast("Row", row)
        return migrate_manifest(known, format_of(known))
    except OSError as error:
        raise RecordError(f"{str(path)!r} is not a run: {file.name}: {error.strerror}") from error
    except ValueError as error:
        raise RecordError(f"{file}: broken JSON: {error}; {DAMAGED}") from error
    except KeyError as error:
        raise RecordError(f"{file}: the field {error.args[0]!r} is missing; {DAMAGED}") from error


def read_run(path: Path) -> Run:
    """Run of a folder, finished or not.

    Raises:
        RecordError: the record is broken, missing, or from a newer holdfast.
    """
    row = read_manifest(path)
    run = _head(row, path)
    version = row.get("written_as", FORMAT)
    cases = tuple(read_cases(path))
    trials = read_trials(path, cases=cases, complete=run.complete, version=version)
    if run.complete and len(trials) != row.get("trials", len(trials)):
        raise RecordError(
            f"{path / 'trials.jsonl'} holds {len(trials)} trials where the manifest counts "
            f"{row['trials']}; the file was cut or edited"
        )
    read = replace(run, cases=cases, trials=trials, texts=read_texts(path))
    _check_scores(read, path)
    return read


def _check_scores(run: Run, path: Path) -> None:
    """Refuse scores that a comparison would misread: of another type, or outside their bounds."""
    for metric in run.metrics:
        label, bounds = metric.label, metric.bounds
        if bounds is not None and not bounds[0] < bounds[1]:
            raise RecordError(f"{path / 'manifest.json'}: the bounds of {label} are {bounds}")
        for trial in run.trials:
            outcome = trial.scores.get(label)
            if not isinstance(outcome, Score):
                continue
            value = outcome.value
            inside = bounds is None or bounds[0] <= value <= bounds[1]
            if type(value) not in _NUMBERS or not inside:
                raise RecordError(
                    f"{path / 'trials.jsonl'}: case {trial.case_id!r} has {value!r} for {label}, "
                    f"which is no score within {bounds}; the file was edited"
                )


def read_head(path: Path) -> Run:
    """Run of a folder without its cases and trials: what the manifest alone says.

    Raises:
        RecordError: the manifest is broken, missing, or from a newer holdfast.
    """
    return _head(read_manifest(path), path)


def _head(row: Row, path: Path) -> Run:
    try:
        return Run(
            id=row["id"],
            suite=row["suite"],
            system=spec_from(row["system"]),
            dataset=row["dataset"]["name"],
            dataset_digest=row["dataset"]["digest"],
            metrics=tuple(metric_from(metric) for metric in row["metrics"]),
            cases=(),
            trials=(),
            repeats=row.get("repeats", 1),
            complete=row.get("complete", True),
            provenance=provenance_from(row.get("provenance", {})),
            sequence=sequence_from(row["sequence"]) if row.get("sequence") else None,
        )
    except KeyError as error:
        raise RecordError(f"{path / 'manifest.json'}: no field {error.args[0]!r}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise RecordError(f"{path / 'manifest.json'}: {error}") from error


def read_cases(path: Path) -> Iterator[CaseRecord]:
    """Cases of a run's folder, in the order of the dataset."""
    file = path / "cases.jsonl"
    for number, row in enumerate(read_lines(file), start=1):
        try:
            case = case_from(row)
        except (KeyError, TypeError) as error:
            raise _broken(file, number, error) from error
        yield case


def read_trials(
    path: Path, *, cases: tuple[CaseRecord, ...], complete: bool, version: int = FORMAT
) -> tuple[TrialRecord, ...]:
    """Trials of a run's folder by order of case and repeat; of a trial made twice, the last."""
    file = path / "trials.jsonl"
    order = {case.id: position for position, case in enumerate(cases)}
    found: dict[tuple[int, int], TrialRecord] = {}
    for number, row in enumerate(read_lines(file, tolerant=not complete), start=1):
        try:
            trial = trial_from(migrate_trial(row, version))
            found[order[trial.case_id], trial.repeat] = trial
        except (KeyError, TypeError, AttributeError, ValueError, UsageError) as error:
            raise _broken(file, number, error) from error
    return tuple(found[key] for key in sorted(found))


def _broken(file: Path, number: int, error: Exception) -> RecordError:
    what = f"no field or case {error.args[0]!r}" if isinstance(error, KeyError) else str(error)
    return RecordError(f"{file}:{number}: {what}; {DAMAGED}")
