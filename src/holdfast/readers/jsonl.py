"""JSON Lines: one case, or one object, on each line."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.dataset import Case, Dataset
from holdfast.digest import Json
from holdfast.errors import DatasetError
from holdfast.readers.lines import existing_file, read_lines
from holdfast.readers.rows import Place, Row, read_cases

__all__ = ["JsonlCases", "parse_json", "read_jsonl", "read_objects"]


@dataclass(frozen=True, slots=True)
class JsonlCases:
    """The cases of a JSON Lines file, read anew for each walk."""

    path: Path

    def __iter__(self) -> Iterator[Case]:
        return read_cases(read_objects(self.path), source=str(self.path))


def read_jsonl(path: str | Path, *, name: str | None = None) -> Dataset:
    """Dataset of a file with one JSON object on each line.

    The keys are `id` and `input`, and where you need them `expected`, `tags` (a list) and
    `cluster`. `note` and `missing` hold remarks and are not read; any other key is refused, so that
    a misspelt one cannot pass for an absent one. A whole number is taken as the id of its digits.
    Blank lines are left out. The file must be UTF-8, with or without a byte order mark.

    Args:
        path: the file; it is opened at each walk, one line is held at a time.
        name: name of the dataset, None for the name of the file without its ending.

    Raises:
        DatasetError: there is no such file; while walking, a line is wrong (file and line named).
    """
    file = existing_file(path)
    return Dataset(name=name or file.stem, cases=JsonlCases(file))


def read_objects(path: Path) -> Iterator[Row]:
    """Objects of a JSON Lines file, one at a time.

    Raises:
        DatasetError: a line is not one JSON object.
    """
    for line in read_lines(path):
        if not line.text.strip():
            continue
        where = Place(path, line.number)
        value = parse_json(line.text, where=where)
        if not isinstance(value, dict):
            hint = (
                "; write one object per line, without a list around them"
                if "[" in line.text
                else ""
            )
            raise DatasetError(
                f"{where}: expected a JSON object, got {line.text.strip()[:80]!r}{hint}"
            )
        yield Row(where, value)


def parse_json(text: str, *, where: Place | str) -> Json:
    """Value of a JSON text, read strictly: no NaN, no infinity, no key twice in one object.

    Raises:
        DatasetError: the text is not such JSON; the message begins with `where`.
    """
    try:
        return json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_unique_keys,
        )
    except json.JSONDecodeError as error:
        raise DatasetError(
            f"{where}: not JSON: {error.msg} at column {error.colno} of {text.strip()[:80]!r}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{where}: {error}") from error


def _refuse_constant(literal: str) -> Json:
    raise ValueError(f"{literal} is no JSON number; write null, or leave the key out")


def _finite(literal: str) -> float:
    value = float(literal)
    if math.isinf(value):
        raise ValueError(f"the number {literal} is too large")
    return value


def _unique_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} occurs twice in one object")
    return values
