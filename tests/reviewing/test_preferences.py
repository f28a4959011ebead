"""What people prefer, how far they agree, and what a trainer reads of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from holdfast.errors import UsageError
from holdfast.record import Run
from holdfast.reviewing.judgement import Judgement
from holdfast.reviewing.label_file import read_judgements
from holdfast.reviewing.preference_pairs import preference_pairs
from holdfast.reviewing.preferences import preferences
from tests.reviewing.builders import review_of, two_runs

FILE = "labels.jsonl"


def said(
    folder: Path, choices: Mapping[str, Sequence[str]], *, number: int = 12, equal: int = 0
) -> tuple[Judgement, ...]:
    """Judgements of several people, by the number of the case."""
    runs = two_runs(number, equal=equal)
    for name, wanted in choices.items():
        review = review_of(runs, folder / FILE, reviewer=name)
        while (place := review.current()) is not None:
            case = int(review.item(place).case.id[1:])
            review.say(place, wanted[case])  # type: ignore[arg-type]
    return read_judgements(folder / FILE)


def test_wins_losses_and_ties_are_counted_with_exact_bounds(tmp_path: Path) -> None:
    choices = ["candidate"] * 7 + ["baseline"] * 2 + ["tie", "both_bad", "skip"]
    (found,) = preferences(said(tmp_path, {"anna": ["", "", *choices]}, number=14, equal=2))
    tally = found.cases
    assert (tally.wins, tally.losses, tally.ties) == (7, 2, 4)
    assert (tally.both_bad, tally.identical, found.skipped) == (1, 2, 1)
    exact = binomtest(7, 9).proportion_ci(0.95, "exact")
    assert tally.share is not None
    np.testing.assert_allclose((tally.share.low, tally.share.high), exact)
    assert (found.baseline, found.candidate) == tuple(run.id for run in two_runs())
    assert found.first.wins + found.first.losses == 9
    assert found.random and found.concord is None
    with pytest.raises(UsageError, match="no pair of answers was judged"):
        preferences([])


def test_agreement_is_of_pairs_that_people_were_asked_about(tmp_path: Path) -> None:
    anna = ["candidate"] * 6 + ["baseline"] * 4 + ["tie"] * 2
    ben = ["candidate"] * 5 + ["baseline"] * 5 + ["tie"] * 2
    (found,) = preferences(said(tmp_path, {"anna": anna, "ben": ben}))
    concord = found.concord
    assert concord is not None
    assert (concord.pairs, concord.same, concord.reviewers) == (12, 11, ("anna", "ben"))
    assert concord.kappa is not None and concord.alpha is not None
    assert concord.kappa.estimate == pytest.approx((11 / 12 - 54 / 144) / (1 - 54 / 144))
    assert found.cases.wins == 5 and found.cases.losses == 4 and found.cases.ties == 3
    assert [name for name, _ in found.by_reviewer] == ["anna", "ben"]


def test_people_who_always_say_the_same_have_no_alpha(tmp_path: Path) -> None:
    (found,) = preferences(said(tmp_path, {"anna": ["tie"] * 12, "ben": ["tie"] * 12}))
    assert found.concord is not None and found.concord.alpha is None
    assert found.cases.share is None


def by_id(runs: tuple[Run, Run]) -> dict[str, Run]:
    return {run.id: run for run in runs}


def test_pairs_for_a_trainer_hold_the_better_answer_first(tmp_path: Path) -> None:
    choices = ["candidate", "baseline", "tie", "both_bad", "skip", *["candidate"] * 7]
    found = preference_pairs(said(tmp_path, {"anna": choices}), by_id(two_runs(12)))
    rows = {row["prompt"]: row for row in map(json.loads, found.text.splitlines())}
    assert len(rows) == 9
    assert rows["question c0"] == {
        "prompt": "question c0",
        "chosen": "new words 0",
        "rejected": "old words 0",
    }
    assert rows["question c1"]["chosen"] == "old words 1"
    assert found.left_out == {"a tie": 2}


def test_where_people_disagree_nothing_is_taught_unless_most_agree(tmp_path: Path) -> None:
    lines = said(
        tmp_path,
        {
            "anna": ["candidate", "candidate", "tie", *["tie"] * 9],
            "ben": ["candidate", "baseline", "candidate", *["tie"] * 9],
            "cleo": ["baseline", "tie", "candidate", *["tie"] * 9],
        },
    )
    runs = by_id(two_runs(12))
    assert preference_pairs(lines, runs).left_out == {"a tie": 9, "reviewers disagree": 3}
    most = preference_pairs(lines, runs, majority=True)
    assert {row["prompt"]: row["chosen"] for row in most.rows} == {
        "question c0": "new words 0",
        "question c2": "new words 2",
    }
    assert most.left_out == {"a tie": 9, "reviewers disagree, without a majority": 1}


def test_a_conversation_becomes_a_conversation(tmp_path: Path) -> None:
    lines = said(tmp_path, {"anna": ["candidate"] * 12})
    talk = [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hello"}]
    old, new = two_runs(12)

    def with_input(run: Run, value: object) -> Run:
        cases = tuple(replace(case, input=value) for case in run.cases)  # type: ignore[arg-type]
        return replace(run, cases=cases)

    for given in (talk, {"messages": talk}):
        rows = preference_pairs(lines, by_id((with_input(old, given), with_input(new, given)))).rows
        assert all(row["prompt"] == talk for row in rows)
        for row in rows:
            assert all(is_conversational({name: row[name]}) for name in row)
            assert row["chosen"][0]["role"] == "assistant"  # type: ignore[index,call-overload]
    odd = {"topic": "orders", "n": 3}
    rows = preference_pairs(lines, by_id((with_input(old, odd), with_input(new, odd)))).rows
    assert rows[0]["prompt"] == '{"n":3,"topic":"orders"}'
    assert not is_conversational(rows[0])


def is_conversational(example: Mapping[str, object]) -> bool:
    """What TRL 1.16 asks of a conversational example (trl/data_utils.py): messages with roles."""
    keys = {"prompt", "chosen", "rejected", "completion", "messages"} & set(example)
    answers = []
    for key in keys:
        value = example[key]
        first = value[0] if isinstance(value, list) and value else None
        answers.append(isinstance(first, dict) and "role" in first)
    return bool(answers) and all(answers)


def test_answers_that_are_gone_are_counted(tmp_path: Path) -> None:
    lines = said(tmp_path, {"anna": ["candidate"] * 12})
    _old, new = two_runs(12)
    found = preference_pairs(lines, {new.id: new})
    assert not found.rows
    assert found.left_out == {"an answer is not in the store any more, or holds no text": 12}
