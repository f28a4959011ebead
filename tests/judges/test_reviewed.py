"""Labels of a blind review, wherever labels are read."""

from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.comparison import compare
from holdfast.errors import DatasetError, RecordError, UsageError
from holdfast.judges.correction import correct
from holdfast.judges.labels import read_labels
from holdfast.judges.matching import match, trials_by_case
from holdfast.judges.preference import prefer
from holdfast.metric import Score
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.reviewing.drawing import draw
from holdfast.reviewing.review import Review
from tests.reviewing.builders import TONE, plan_of, review_of, two_runs


def scored(run: Run, good: int) -> Run:
    """The judge gives the first `good` cases 1."""
    trials = tuple(
        replace(trial, scores={"tone": Score(float(int(trial.case_id[1:]) < good))})
        for trial in run.trials
    )
    return replace(run, trials=trials)


def labelled(runs: tuple[Run, Run], file: Path, good: tuple[int, int], **settings: object) -> Path:
    """People find the first so many answers of each run good."""
    review = review_of(runs, file, kind="answer", metric="tone", **settings)
    limits = {runs[0].id: good[0], runs[1].id: good[1]}
    while (number := review.current()) is not None:
        item = review.item(number)
        value = float(int(item.case.id[1:]) < limits[item.shown[0].run])
        review.say(number, "label", label=value)
    return file


def matched(file: Path, arms: dict[str, Run]):  # type: ignore[no-untyped-def]
    return match(
        read_labels(file),
        {arm: trials_by_case(run.trials) for arm, run in arms.items()},
        names={run.id: arm for arm, run in arms.items()},
        metric=TONE,
    )


def test_a_review_corrects_a_judge_like_any_labels(tmp_path: Path) -> None:
    old, new = two_runs(60, equal=10)
    old, new = scored(old, 50), scored(new, 50)
    file = labelled((old, new), tmp_path / "l.jsonl", (50, 30), cases=40)
    comparison = compare(old, new, policies=[Policy(metric="tone", margin=0.05)])
    delta = correct(comparison, read_labels(file)).deltas[0]
    assert delta.corrected is not None and delta.corrected.labelled == 40
    # The judge saw no change; people saw that 20 of 60 cases became worse.
    assert delta.corrected.estimate == 0.0
    assert delta.estimate == pytest.approx(-1 / 3, abs=0.12)


def test_labels_of_both_runs_serve_a_check_of_one(tmp_path: Path) -> None:
    old, new = two_runs(30)
    file = labelled((old, new), tmp_path / "l.jsonl", (15, 10))
    both = matched(file, {"baseline": old, "candidate": new})
    assert len(both.rated) == 60 and not both.strays
    alone = matched(file, {"candidate": old})
    assert len(alone.rated) == 30 and not alone.strays
    assert sum(one.mean for one in alone.rated) == 15


def test_a_run_that_was_scored_again_keeps_its_labels(tmp_path: Path) -> None:
    old, new = two_runs(30)
    file = labelled((old, new), tmp_path / "l.jsonl", (15, 10))
    again = replace(new, id="scored-again")
    found = matched(file, {"baseline": old, "candidate": again})
    assert not found.strays
    assert sum(one.mean for one in found.rated if one.arm == "candidate") == 10
    assert len(matched(file, {"candidate": again}).rated) == 30
    # The other way round the answers are not those that people saw.
    with pytest.raises(RecordError, match="answered otherwise than when it was labelled"):
        matched(file, {"baseline": replace(new, id="x"), "candidate": replace(old, id="y")})


def test_chosen_cases_correct_nothing(tmp_path: Path) -> None:
    runs = two_runs(30)
    plan = plan_of(kind="answer", metric="tone", filter=("state=broken",))
    review = Review(draw(*runs, plan, chosen=lambda case: True), tmp_path / "l.jsonl")
    while (number := review.current()) is not None:
        review.say(number, "label", label=0.0)
    with pytest.raises(DatasetError, match=r"chosen \(state=broken\) and none drawn at random"):
        read_labels(review.file)
    # Beside a random sample they are left out, and cannot overwrite it.
    labelled(runs, review.file, (30, 30), cases=20)
    found = read_labels(review.file)
    assert len(found.rows) == 40
    assert {row.value for row in found.rows} == {1.0}
    assert any("60 labels of cases that were chosen by a filter" in text for text in found.notes)


def test_skipped_questions_are_told(tmp_path: Path) -> None:
    runs = two_runs(30)
    review = review_of(runs, tmp_path / "l.jsonl", kind="answer", metric="tone")
    for choice in ("skip", "label", "skip"):
        number = review.current()
        assert number is not None
        review.say(number, choice, label=1.0 if choice == "label" else None)  # type: ignore[arg-type]
    found = read_labels(review.file)
    assert found.blank == 2 and len(found.rows) == 1
    assert "2 questions of 3 were skipped" in found.notes[0]


def test_pairs_correct_a_judge_of_pairs(tmp_path: Path) -> None:
    old, new = two_runs(60)
    review = review_of((old, new), tmp_path / "l.jsonl", cases=40)
    while (number := review.current()) is not None:
        worse = int(review.item(number).case.id[1:]) < 45
        review.say(number, "baseline" if worse else "candidate")
    judged = prefer(old, new, lambda case, first, second: "tie")
    comparison = compare(judged.baseline, judged.candidate)
    before = next(one for one in comparison.deltas if one.metric.label == "preference")
    assert before.estimate == 0.0
    after = correct(comparison, read_labels(review.file))
    delta = next(one for one in after.deltas if one.metric.label == "preference")
    # 45 of 60 lost and 15 won: -0.5 · 45/60 + 0.5 · 15/60.
    assert delta.estimate == pytest.approx(-0.25, abs=0.1)
    with pytest.raises(UsageError, match="labels preference, and the comparison measures tone"):
        correct(compare(scored(old, 30), scored(new, 20)), read_labels(review.file))


def test_a_file_holds_reviews_of_any_runs(tmp_path: Path) -> None:
    old, new = two_runs(30)
    third = replace(new, id="20260103-000000-cccccc")
    file = labelled((old, new), tmp_path / "l.jsonl", (30, 0))
    labelled((old, third), file, (30, 20))
    # The answers are the same, and the labels are of the run that people saw.
    for run, good in ((new, 0), (third, 20)):
        found = matched(file, {"baseline": old, "candidate": run})
        assert not found.strays
        assert sum(one.mean for one in found.rated if one.arm == "candidate") == good
        assert sum(one.mean for one in matched(file, {"candidate": run}).rated) == good


def test_a_pair_says_nothing_beside_another_baseline(tmp_path: Path) -> None:
    old, new = two_runs(30)
    other = replace(old, id="20260103-000000-cccccc")
    for runs, choice in (((other, new), "candidate"), ((old, new), "baseline")):
        review = review_of(runs, tmp_path / "l.jsonl")
        while (number := review.current()) is not None:
            review.say(number, choice)
    judged = prefer(old, new, lambda case, first, second: "tie")
    comparison = compare(judged.baseline, judged.candidate)
    after = correct(comparison, read_labels(tmp_path / "l.jsonl"))
    delta = next(one for one in after.deltas if one.metric.label == "preference")
    assert delta.estimate == pytest.approx(-0.5)
