"""Labels: what people said of answers, read from a file."""

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.digest import digest_bytes
from holdfast.errors import DatasetError
from holdfast.judges.reviewed import labels_of_review
from holdfast.readers.jsonl import read_objects
from holdfast.readers.lines import existing_file, read_lines
from holdfast.readers.rows import Place, Row
from holdfast.reviewing.judgement import Judgement, is_judgement, judgement_from
from holdfast.tables.files import original

__all__ = ["Label", "Labels", "read_labels"]

_KNOWN = ("case_id", "label", "rater", "run", "output", "repeat", "metric", "drawn")
_GUARDED = ("case_id", "metric")
_WORDS = {
    "true": 1.0,
    "pass": 1.0,
    "yes": 1.0,
    "good": 1.0,
    "false": 0.0,
    "fail": 0.0,
    "no": 0.0,
    "bad": 0.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What one person said of one answer."""

    case_id: str
    value: float
    """On the scale of the metric; pass, yes, good and true are 1, their opposites 0."""
    rater: str = ""
    run: str = ""
    """`baseline`, `candidate` or the id of a run; empty for the only one."""
    output: str = ""
    """Digest of the answer that the person saw; empty where nobody wrote it down."""
    arm: str = ""
    """`baseline` or `candidate` of the review that asked; holds where the run itself is unknown,
    such as a run that was scored again."""
    beside: str = ""
    """Id of the run whose answer stood beside this one, where two were compared."""
    drawn: str = ""
    """Marks of the runs that a sheet drew the answer from, with blanks between."""
    repeat: int | None = None
    """Which trial of the case; None where there is one, or where all said the same."""
    metric: str = ""
    """Label of the metric that judges the same thing; empty for the only judge."""
    where: str = ""
    """File and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels of one file."""

    rows: tuple[Label, ...]
    blank: int
    """Rows that nobody has labelled yet."""
    digest: str
    """Of the bytes of the file."""
    source: str
    notes: tuple[str, ...] = ()
    """What a reader should know of how they were drawn, one sentence for each."""


def read_labels(path: str | Path) -> Labels:
    """Labels of a CSV or JSON Lines file, one row for each answer and rater.

    `case_id` and `label` are needed; `rater`, `run`, `output`, `repeat`, `metric` and `drawn` say
    more, other columns are for the people who label. A row with an empty label is not labelled yet.
    The file of `holdfast review` is read too: what holds of each answer, and of cases drawn at
    random alone.

    Raises:
        DatasetError: a row is wrong (file and line named), there is no label at all, or all are of
            cases that were chosen and not drawn.
    """
    file = existing_file(path)
    found: list[Label] = []
    reviewed: list[Judgement] = []
    blank = 0
    for row in _rows(file):
        if is_judgement(row.values):
            reviewed.append(judgement_from(row.values, where=str(row.where)))
            continue
        label = _label(row)
        if label is None:
            blank += 1
        else:
            found.append(label)
    _check_once(found)
    notes: tuple[str, ...] = ()
    if reviewed:
        given = labels_of_review(reviewed, source=file.name)
        found += (Label(**row) for row in given.rows)
        blank, notes = blank + given.blank, given.notes
    if not found:
        raise DatasetError(f"{file} holds no label ({blank} rows have an empty 'label')")
    return Labels(
        rows=tuple(found),
        blank=blank,
        digest=digest_bytes(file.read_bytes()),
        source=file.name,
        notes=notes,
    )


def _check_once(labels: Iterable[Label]) -> None:
    seen: dict[tuple[object, ...], str] = {}
    for label in labels:
        key = (label.case_id, label.run, label.rater, label.output, label.repeat, label.metric)
        if key in seen:
            raise DatasetError(
                f"{label.where}: rater {label.rater!r} labelled case {label.case_id!r} before, at "
                f"{seen[key]}; keep one row, or tell raters apart in a column 'rater'"
            )
        seen[key] = label.where


def _rows(file: Path) -> Iterator[Row]:
    if file.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        yield from read_objects(file)
        return
    header: list[str] = []
    reader = csv.reader((line.text for line in read_lines(file)), strict=True)
    start = 1
    try:
        for cells in reader:
            where = Place(file, start)
            start = reader.line_num + 1
            if not any(cells):
                continue
            if not header:
                header = _header(cells, where)
            elif len(cells) != len(header):
                raise DatasetError(
                    f"{where}: the record has {len(cells)} cells, the header names {len(header)}; "
                    "put quotes around text that holds a comma or a line break"
                )
            else:
                row = dict(zip(header, cells, strict=True))
                # A sheet keeps texts from being formulas.
                yield Row(where, row | {key: original(row[key]) for key in _GUARDED if key in row})
    except csv.Error as error:
        raise DatasetError(f"{file}:{start}: not CSV: {error}") from error


def _header(cells: list[str], where: Place) -> list[str]:
    names = [cell.strip() for cell in cells]
    for needed in ("case_id", "label"):
        if needed not in names:
            raise DatasetError(
                f"{where}: there is no column {needed!r} (there are: {', '.join(names)}); labels "
                f"need case_id and label, and may have {', '.join(_KNOWN[2:])}"
            )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DatasetError(f"{where}: two columns are named {twice!r}")
    return names


def _label(row: Row) -> Label | None:
    for needed in ("case_id", "label"):
        if needed not in row.values:
            raise DatasetError(f"{row.where}: the row has no {needed!r}")
    given = row.values["label"]
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    texts = {name: _text(row.values, name) for name in _KNOWN if name not in ("label", "repeat")}
    if not texts["case_id"]:
        raise DatasetError(f"{row.where}: 'case_id' is empty")
    return Label(value=_value(given, row.where), repeat=_repeat(row), where=str(row.where), **texts)


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return "" if value is None else str(value).strip()


def _value(given: object, where: Place) -> float:
    if isinstance(given, bool | int | float):
        return float(given)
    text = str(given).strip().lower()
    try:
        number = _WORDS[text] if text in _WORDS else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise DatasetError(
            f"{where}: the label {given!r} is neither a number nor one of {', '.join(_WORDS)}"
        )
    return number


def _repeat(row: Row) -> int | None:
    text = _text(row.values, "repeat")
    if not text:
        return None
    if not text.isdigit():
        raise DatasetError(
            f"{row.where}: 'repeat' is the number of a trial, from 0 on; got {text!r}"
        )
    return int(text)
