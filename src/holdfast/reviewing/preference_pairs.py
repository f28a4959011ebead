"""Preference pairs: chosen and rejected answers, as trainers of preferences read them.

The form is that of TRL's preference data with explicit prompts: `prompt`, `chosen` and `rejected`,
as texts or as lists of messages (huggingface.co/docs/trl/dataset_formats).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from holdfast.digest import Json, canonical
from holdfast.record import Run
from holdfast.reviewing.judgement import Judgement, Shown, standing

__all__ = ["PreferencePairs", "preference_pairs"]

Row = dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencePairs:
    """Rows for a trainer, and what was left out of them."""

    rows: tuple[Row, ...]
    left_out: Mapping[str, int] = field(default_factory=dict[str, int])
    """Pairs that give no row, by the reason."""

    @property
    def text(self) -> str:
        """JSON Lines."""
        # Escapes hold half a character too, which UTF-8 cannot.
        return "".join(json.dumps(row, allow_nan=False) + "\n" for row in self.rows)


def preference_pairs(
    judgements: Iterable[Judgement], runs: Mapping[str, Run], *, majority: bool = False
) -> PreferencePairs:
    """One row for each pair of answers of which people prefer one.

    Args:
        judgements: lines of a review.
        runs: the runs that hold the answers, by id.
        majority: where people disagree, take what most of them say; else such a pair is left out.
    """
    groups: dict[tuple[object, ...], list[Judgement]] = {}
    for one in standing(judgements).values():
        if one.kind == "pair" and one.choice != "skip":
            groups.setdefault((one.case_id, one.key[4]), []).append(one)
    rows: list[Row] = []
    left_out: dict[str, int] = {}
    for group in groups.values():
        found = _row(group, runs, majority=majority)
        if isinstance(found, str):
            left_out[found] = left_out.get(found, 0) + 1
        else:
            rows.append(found)
    return PreferencePairs(rows=tuple(rows), left_out=left_out)


def _row(group: Sequence[Judgement], runs: Mapping[str, Run], *, majority: bool) -> Row | str:
    winner = _winner([one.worth for one in group], majority=majority)
    if isinstance(winner, str):
        return winner
    told = group[0]
    texts = {shown.arm: _text(told.case_id, shown, runs.get(shown.run)) for shown in told.shown}
    better, worse = texts["candidate"], texts["baseline"]
    if winner < 0:
        better, worse = worse, better
    if not better or not worse:
        return "an answer is not in the store any more, or holds no text"
    if better == worse:
        return "the texts are equal, and only tools or passages differ"
    cases = runs[told.shown[0].run].cases
    case = next(case for case in cases if case.id == told.case_id)
    return _form(case.input, better, worse)


def _winner(worths: Sequence[float], *, majority: bool) -> float | str:
    if not any(worths):
        return "a tie"
    if len(set(worths)) == 1:
        return worths[0]
    if not majority:
        return "reviewers disagree"
    for side in (1.0, -1.0):
        if 2 * sum(worth == side for worth in worths) > len(worths):
            return side
    return "reviewers disagree, without a majority"


def _text(case_id: str, shown: Shown, run: Run | None) -> str:
    """What the answer says; empty where it is gone, or is no text."""
    for trial in () if run is None else run.trials:
        same = trial.case_id == case_id and trial.repeat == shown.repeat
        if same and trial.response is not None and trial.output_digest == shown.output:
            data = trial.response.data
            return trial.response.text or ("" if data is None else _plain(data))
    return ""


def _form(input: Json, better: str, worse: str) -> Row:
    messages = _messages(input)
    if messages is None:
        return {"prompt": _plain(input), "chosen": better, "rejected": worse}
    return {
        "prompt": messages,
        "chosen": [{"role": "assistant", "content": better}],
        "rejected": [{"role": "assistant", "content": worse}],
    }


def _messages(input: Json) -> list[Json] | None:
    """The messages of a conversation, where the input is one."""
    found = cast("Any", input)
    if isinstance(found, Mapping):
        found = cast("Mapping[str, Any]", found).get("messages")
    if not isinstance(found, list) or not found:
        return None
    rows = cast("list[Any]", found)
    whole = all(
        isinstance(row, dict) and isinstance(row.get("role"), str) and "content" in row
        for row in cast("list[Mapping[str, Any]]", rows)
    )
    return rows if whole else None


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value)
