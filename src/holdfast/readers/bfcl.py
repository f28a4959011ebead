"""Files of the Berkeley Function-Calling Leaderboard as cases."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.dataset import Case, Dataset
from holdfast.digest import Json
from holdfast.errors import DatasetError
from holdfast.readers.jsonl import read_objects
from holdfast.readers.lines import existing_file
from holdfast.readers.rows import Row

__all__ = ["BfclCases", "read_bfcl"]

_NUMBER = re.compile(r"_\d.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class BfclCases:
    """The questions of one file of the leaderboard, read anew for each walk."""

    questions: Path
    answers: Path | None
    any_call: bool = False

    def __iter__(self) -> Iterator[Case]:
        accepted = {} if self.answers is None else dict(_answers(self.answers))
        for row in read_objects(self.questions):
            name = _identity(row)
            calls: Json = "any" if self.any_call else []
            if self.answers is not None:
                if name not in accepted:
                    raise DatasetError(f"{row.where}: no answer for {name!r} in {self.answers}")
                calls = accepted[name]
            yield Case(
                id=name,
                input={"messages": _messages(row), "tools": row.values.get("function")},
                expected={"calls": calls},
                tags=(_NUMBER.sub("", name),),
                source=row.where.source,
            )


def read_bfcl(
    questions: str | Path,
    answers: str | Path | None = None,
    *,
    any_call: bool = False,
    name: str | None = None,
) -> Dataset:
    """Dataset of one category of the leaderboard, version 4, of a single turn.

    A case's input holds `messages` and `tools`, its expected value `calls` as
    `holdfast.metrics.ToolCalls` reads them, and its tag is the category. The types in the tools are
    the leaderboard's (`dict`, `float`, `tuple`), which a provider's protocol may not know.

    Args:
        questions: file such as `BFCL_v4_parallel.json`, one JSON object on each line.
        answers: file of the same name in `possible_answer`. None for the categories without one:
            irrelevance, where no call is right, and relevance.
        any_call: without answers, some call is right whatever it is (relevance); only
            `ToolDecision` can judge that.
        name: name of the dataset, None for that of the file of questions without its ending.

    Raises:
        DatasetError: a file is missing; while walking, a line is wrong (file and line named).
    """
    file = existing_file(questions)
    cases = BfclCases(
        questions=file,
        answers=None if answers is None else existing_file(answers),
        any_call=any_call,
    )
    return Dataset(name=name or file.stem, cases=cases)


def _answers(path: Path) -> Iterator[tuple[str, Json]]:
    for row in read_objects(path):
        yield _identity(row), row.values.get("ground_truth")


def _identity(row: Row) -> str:
    name = row.values.get("id")
    if not isinstance(name, str):
        raise DatasetError(f"{row.where}: expected a text as `id`, got {name!r:.80}")
    return name


def _messages(row: Row) -> Json:
    turns = row.values.get("question")
    if not isinstance(turns, list) or len(turns) != 1 or not isinstance(turns[0], list):
        raise DatasetError(
            f"{row.where}: expected one turn as `question`, a list with one list of messages; "
            "questions of several turns are not read"
        )
    if not all(isinstance(message, Mapping) for message in turns[0]):
        raise DatasetError(f"{row.where}: a message of `question` is no object")
    return turns[0]
