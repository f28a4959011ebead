"""IFEval: prompts with verifiable instructions."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.dataset import Case, Dataset
from holdfast.digest import Json
from holdfast.errors import DatasetError
from holdfast.readers.jsonl import read_objects
from holdfast.readers.lines import existing_file
from holdfast.readers.rows import Row, read_cases

__all__ = ["IfevalCases", "read_ifeval"]

_NEEDED = ("key", "prompt", "instruction_id_list", "kwargs")


@dataclass(frozen=True, slots=True)
class IfevalCases:
    """The cases of a file in IFEval's form, read anew for each walk."""

    path: Path

    def __iter__(self) -> Iterator[Case]:
        rows = (_row(row) for row in read_objects(self.path))
        return read_cases(rows, source=str(self.path))


def read_ifeval(path: str | Path, *, name: str | None = None) -> Dataset:
    """Dataset of a file such as IFEval's own `input_data.jsonl`.

    Each line holds `key` (the id), `prompt` (the input), `instruction_id_list` and `kwargs`, which
    become `expected["instructions"]`; the ids of the instructions are the tags.

    Args:
        path: the file; it is opened at each walk.
        name: name of the dataset, None for the name of the file without its ending.

    Raises:
        DatasetError: there is no such file; while walking, a line is wrong (file and line named).
    """
    file = existing_file(path)
    return Dataset(name=name or file.stem, cases=IfevalCases(file))


def _row(row: Row) -> Row:
    for key in _NEEDED:
        if key not in row.values:
            raise DatasetError(
                f"{row.where}: a line of IFEval's data has {', '.join(_NEEDED)}; {key!r} is missing"
            )
    names = row.values["instruction_id_list"]
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise DatasetError(f"{row.where}: instruction_id_list must be a list of ids, got {names!r}")
    tags: list[Json] = list(dict.fromkeys(names))
    parts: dict[str, Json] = {
        "instruction_id_list": names,
        "kwargs": row.values["kwargs"],
    }
    values: dict[str, Json] = {
        "id": row.values["key"],
        "input": row.values["prompt"],
        "expected": {"instructions": parts},
        "tags": tags,
    }
    return Row(row.where, values)
