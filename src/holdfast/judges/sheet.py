"""Sheet: answers drawn at random for people to label, who see neither system nor score."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from holdfast.digest import Json, canonical, digest_json
from holdfast.errors import UsageError
from holdfast.record import Run, TrialRecord
from holdfast.tables.files import harmless

__all__ = ["Sheet", "draw_sheet", "mark_of"]

T = TypeVar("T")
_COLUMNS = ("case_id", "output", "metric", "drawn", "question", "answer", "label")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file to be labelled."""

    text: str
    """CSV: one row for each answer, with an empty label."""
    cases: int
    rows: int


def draw_sheet(runs: Sequence[Run], *, metric: str, cases: int, seed: int = 0) -> Sheet:
    """Answers of randomly drawn cases, in random order.

    Drawn without a look at the scores, as the correction of a judge by labels demands. An answer
    that several runs gave is asked about once.

    Args:
        runs: one run, or the two that are compared; a case needs an answer in each.
        metric: label of the judge.
        cases: how many to draw at most.
        seed: of the drawing.

    Raises:
        UsageError: no case has a recorded answer in every run.
    """
    answers = [_by_case(run) for run in runs]
    shared = [key for key in answers[0] if all(key in found for found in answers)]
    if not shared:
        names = " and ".join(repr(run.id) for run in runs)
        raise UsageError(f"no case has a recorded answer in {names}; there is nothing to label")
    dice = np.random.default_rng(seed)
    drawn = _shuffled(shared, dice)[:cases]
    questions = {case.id: case.input for run in runs for case in run.cases}
    said: dict[tuple[str, str], str] = {}
    marks: dict[tuple[str, str], list[str]] = {}
    for key in drawn:
        for run, found in zip(runs, answers, strict=True):
            trial = found[key][int(dice.integers(len(found[key])))]
            output = trial.output_digest or ""
            said[key, output] = _said(trial)
            marks.setdefault((key, output), []).append(mark_of(run.id, key))
    table = [
        (key, output, metric, " ".join(marks[key, output]), _shown(questions[key]), answer, "")
        for (key, output), answer in said.items()
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(map(harmless, row) for row in _shuffled(table, dice))
    return Sheet(text=text.getvalue(), cases=len(drawn), rows=len(table))


def mark_of(run_id: str, case_id: str) -> str:
    """What stands for a run in one row of a sheet: it tells who labels nothing, not even twice."""
    return digest_json(["drawn", run_id, case_id])[:12]


def _shuffled(items: list[T], dice: np.random.Generator) -> list[T]:
    order: list[int] = dice.permutation(len(items)).tolist()
    return [items[place] for place in order]


def _by_case(run: Run) -> dict[str, list[TrialRecord]]:
    found: dict[str, list[TrialRecord]] = {}
    for trial in run.trials:
        if trial.response is not None:
            found.setdefault(trial.case_id, []).append(trial)
    return found


def _said(trial: TrialRecord) -> str:
    if trial.response is None:
        return ""
    return trial.response.text or _shown(trial.response.data)


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value)
