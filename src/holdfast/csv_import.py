"""CSV import: anybody's per-case scores, as a run that can be compared."""

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.config import did_you_mean
from holdfast.dataset import digest_cases
from holdfast.digest import digest_bytes, digest_json
from holdfast.errors import DatasetError, UsageError
from holdfast.metric import Failure, Outcome, Score
from holdfast.record import CaseRecord, MetricRecord, Provenance, Run, TrialRecord
from holdfast.system import Response, Spec

__all__ = ["Columns", "ScoreFile", "import_csv"]

_WORDS = {
    **dict.fromkeys(("true", "pass", "passed", "yes"), 1.0),
    **dict.fromkeys(("false", "fail", "failed", "no"), 0.0),
}
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of the file holds what."""

    case: str
    scores: Mapping[str, str]
    """Column by name of the metric."""
    tags: tuple[str, ...] = ()
    """Each becomes a tag `column=value`."""
    cluster: str | None = None
    repeat: str | None = None
    """Tells the trials of one case apart; they are numbered in the order of its values."""
    input: str | None = None
    output: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that must exist."""
        single = (self.case, self.cluster, self.repeat, self.input, self.output)
        return (*(name for name in single if name), *self.scores.values(), *self.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFile:
    """A file of scores and how to read it."""

    path: Path
    columns: Columns
    lower_is_better: frozenset[str] = frozenset()
    """Metrics whose lower scores are better."""
    ranges: Mapping[str, tuple[float, float]] = field(
        default_factory=dict[str, tuple[float, float]]
    )
    """Smallest and largest possible score by metric; [0, 1] is assumed where all scores fit."""
    delimiter: str | None = None
    """None finds out."""

    def __post_init__(self) -> None:
        if not self.columns.scores:
            raise UsageError(
                "name at least one column of scores, for example --score recall=recall"
            )
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise UsageError(f"the delimiter must be one character, got {self.delimiter!r}")
        for name in (*self.lower_is_better, *self.ranges):
            if name not in self.columns.scores:
                hint = did_you_mean(name, self.columns.scores)
                raise UsageError(f"unknown metric {name!r}{hint}")
        for name, (low, high) in self.ranges.items():
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise UsageError(f"the range of {name!r} must be LOW,HIGH, got {low:g},{high:g}")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    """Line of the file on which the row begins."""
    cells: Mapping[str, str]


def import_csv(source: ScoreFile, *, suite: str, system: str, started: str = "") -> Run:
    """A run made of the scores in a file, each row one trial.

    A cell without a usable number is missing evidence: a `Failure`, never 0 and never dropped.

    Raises:
        DatasetError: the file cannot be read; the message names the file and the line.
    """
    try:
        data = source.path.read_bytes()
    except OSError as error:
        raise DatasetError(f"cannot read {source.path}: {error.strerror}") from error
    rows = list(_rows(_decoded(data, source.path), source))
    if not rows:
        raise DatasetError(
            f"{source.path} holds no rows below its header; there is nothing to import"
        )
    cases, grouped = _cases(rows, source)
    trials = tuple(
        _trial(row, repeat, source=source)
        for case in cases
        for repeat, row in enumerate(_ordered(grouped[case.id], source))
    )
    metrics = tuple(_metric(name, trials, source=source) for name in source.columns.scores)
    name = f"{source.path.name}\0{suite}\0{system}\0{source.columns}{source.ranges}"
    return Run(
        id=f"{source.path.stem}-{digest_bytes(name.encode() + data)[:8]}",
        suite=suite,
        system=Spec(name=system),
        dataset=suite,
        dataset_digest=digest_cases((case.id, case.digest) for case in cases),
        metrics=metrics,
        cases=cases,
        trials=trials,
        repeats=max(len(group) for group in grouped.values()),
        provenance=Provenance(started=started, origin=f"imported from {source.path.name}"),
    )


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DatasetError(
            f"{path}, line {line}: the bytes are not UTF-8; save the file as UTF-8 (CSV UTF-8)"
        ) from error


def _rows(text: str, source: ScoreFile) -> Iterator[_Row]:
    path = source.path
    if "\n" not in text:  # lines that end as they did on old Macintoshes
        text = text.replace("\r", "\n")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text, source), strict=True
    )
    header: list[str] | None = None
    before = 0
    # An answer in a cell may be longer than the module's limit of 128 KiB.
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cells):
                continue
            if header is None:
                header = _header(cells, source)
            elif len(cells) != len(header):
                raise DatasetError(
                    f"{path}, line {line}: {len(cells)} cells, but the header has {len(header)}; "
                    "quote cells that hold the delimiter or a line break"
                )
            else:
                yield _Row(line, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise DatasetError(f"{path}, line {before + 1}: {error}; check the quotes") from error
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str, source: ScoreFile) -> str:
    """The given delimiter, or the one that finds most of the named columns in the header."""
    if source.delimiter:
        return source.delimiter
    first = text.lstrip("\r\n").split("\n", 1)[0]

    def found(delimiter: str) -> tuple[int, int]:
        cells = list(csv.reader([first], delimiter=delimiter))
        names = [name.strip() for name in cells[0]] if cells else []
        return sum(name in names for name in source.columns.named), len(names)

    return max(_DELIMITERS, key=found)


def _header(cells: list[str], source: ScoreFile) -> list[str]:
    names = [cell.strip() for cell in cells]
    for name in names:
        if name and names.count(name) > 1:
            raise DatasetError(f"{source.path}: the header names {name!r} twice; rename one column")
    for name in source.columns.named:
        if name not in names:
            hint = did_you_mean(name, [known for known in names if known])
            raise DatasetError(f"{source.path} has no column {name!r}{hint}")
    return names


def _cases(
    rows: list[_Row], source: ScoreFile
) -> tuple[tuple[CaseRecord, ...], dict[str, list[_Row]]]:
    """The cases in the order of the file, and the rows of each."""
    grouped: dict[str, list[_Row]] = {}
    for row in rows:
        name = row.cells[source.columns.case].strip()
        if not name:
            raise DatasetError(
                f"{source.path}, line {row.line}: the column {source.columns.case!r} is empty; "
                "every case needs an id"
            )
        grouped.setdefault(name, []).append(row)
    return tuple(_case(name, group, source=source) for name, group in grouped.items()), grouped


def _case(name: str, rows: list[_Row], *, source: ScoreFile) -> CaseRecord:
    columns = source.columns
    if len(rows) > 1:
        _refuse_conflicts(name, rows, source=source)
    cells = rows[0].cells
    given = cells[columns.input] if columns.input else None
    content = {"id": name} if given is None else {"id": name, "input": given}
    return CaseRecord(
        id=name,
        digest=digest_json(content),
        tags=tuple(f"{tag}={cells[tag]}" for tag in columns.tags if cells[tag].strip()),
        cluster=(cells[columns.cluster].strip() or None) if columns.cluster else None,
        input=given,
    )


def _refuse_conflicts(name: str, rows: list[_Row], *, source: ScoreFile) -> None:
    columns = source.columns
    seen: dict[str, int] = {}
    for row in rows:
        value = row.cells[columns.repeat].strip() if columns.repeat else ""
        if value in seen:
            where = f"case {name!r} is on line {seen[value]} and on line {row.line}"
            if not columns.repeat:
                hint = "if they are repeated trials, name their column: --repeat"
                raise DatasetError(f"{source.path}: {where}; {hint}")
            raise DatasetError(
                f"{source.path}: {where}, and {columns.repeat!r} is {value!r} in both"
            )
        seen[value] = row.line
    for column in (columns.cluster, columns.input, *columns.tags):
        for row in rows:
            if column and row.cells[column] != rows[0].cells[column]:
                raise DatasetError(
                    f"{source.path}: case {name!r} has one {column!r} on line {rows[0].line} and "
                    f"another on line {row.line}; it must be the same for all trials of a case"
                )


def _ordered(rows: list[_Row], source: ScoreFile) -> list[_Row]:
    column = source.columns.repeat
    if column is None or len(rows) == 1:
        return rows
    try:
        return sorted(rows, key=lambda row: float(row.cells[column]))
    except ValueError:
        return sorted(rows, key=lambda row: row.cells[column])


def _trial(row: _Row, repeat: int, *, source: ScoreFile) -> TrialRecord:
    columns = source.columns
    return TrialRecord(
        case_id=row.cells[columns.case].strip(),
        repeat=repeat,
        response=Response(text=row.cells[columns.output]) if columns.output else None,
        scores={
            metric: _outcome(row, column, name=metric, source=source)
            for metric, column in columns.scores.items()
        },
    )


def _outcome(row: _Row, column: str, *, name: str, source: ScoreFile) -> Outcome:
    text = row.cells[column].strip()
    where = f"{source.path.name}, line {row.line}: "
    if not text:
        return Failure(stage="metric", error=f"{where}the column {column!r} is empty")
    try:
        value = _WORDS[text.lower()] if text.lower() in _WORDS else float(text.replace("_", "?"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        return Failure(stage="metric", error=f"{where}{text!r} in {column!r} is not a number")
    low, high = source.ranges.get(name, (-math.inf, math.inf))
    if not low <= value <= high:
        raise DatasetError(
            f"{source.path}, line {row.line}: {value:g} in {column!r} lies outside the range "
            f"{low:g} to {high:g} that was given for {name!r}"
        )
    return Score(value)


def _metric(name: str, trials: tuple[TrialRecord, ...], *, source: ScoreFile) -> MetricRecord:
    outcomes = [trial.scores[name] for trial in trials]
    values = {outcome.value for outcome in outcomes if isinstance(outcome, Score)} or {math.inf}
    better = "lower" if name in source.lower_is_better else "higher"
    # Dollars and seconds may lie in [0, 1] too, and less of them is better.
    fills = max(values) <= 1 and (better == "higher" or max(values) > 0.5 or values == {0.0})
    bounds = source.ranges.get(name, (0.0, 1.0) if fills and min(values) >= 0 else None)
    return MetricRecord(spec=Spec(name=name), better=better, bounds=bounds)
