"""One person's way through a review: every step is on disk, and can be taken back."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import DatasetError, UsageError
from holdfast.reviewing.drawing import draw
from holdfast.reviewing.judgement import judgement_from, judgement_row, standing
from holdfast.reviewing.label_file import append_judgements, read_judgements
from holdfast.reviewing.review import Review, checked_reviewer
from tests.reviewing.builders import plan_of, review_of, two_runs


def answer(review: Review, choice: str = "candidate", **settings: object) -> int:
    number = review.current()
    assert number is not None
    assert review.say(number, choice, **settings)  # type: ignore[arg-type]
    return number


def test_a_choice_is_on_disk_with_all_that_is_needed_to_use_it(tmp_path: Path) -> None:
    now = [100.0]
    runs = two_runs(12, equal=2)
    file = tmp_path / "deep" / "labels.jsonl"
    review = Review(draw(*runs, plan_of(seed=5)), file, clock=lambda: now[0])
    number = review.current()
    assert number is not None
    item = review.item(number)
    review.reveal(number)
    now[0] += 7.5
    assert review.say(number, "candidate", note="  kinder\n")
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    (row,) = (one for one in rows if not one["identical"])
    assert row["case_id"] == item.case.id
    assert row["case_digest"] == item.case.digest
    assert [one["arm"] for one in row["shown"]] == [one.arm for one in item.shown]
    assert {one["run"] for one in row["shown"]} == {run.id for run in runs}
    expected = {"choice": "candidate", "reviewer": "anna", "seconds": 7.5, "note": "kinder"}
    assert {name: row[name] for name in expected} == expected
    assert row["revealed"] is True and row["identical"] is False
    assert row["sampling"] == row["sampling"] | {
        "seed": 5,
        "frame": 12,
        "drawn": 12,
        "random": True,
        "filter": [],
    }
    assert review.progress().seconds == 7.5


def test_equal_answers_are_ties_that_nobody_is_asked_about(tmp_path: Path) -> None:
    review = review_of(two_runs(5, equal=5), tmp_path / "l.jsonl")
    assert review.current() is None
    said = read_judgements(review.file)
    assert [one.choice for one in said] == ["tie"] * 5
    assert all(one.identical and one.seconds is None for one in said)
    again = review_of(two_runs(5, equal=5), tmp_path / "l.jsonl")
    assert again.progress() == review.progress()
    assert len(read_judgements(review.file)) == 5


@given(st.lists(st.sampled_from(["candidate", "baseline", "tie", "both_bad", "skip", "undo"])))
def test_whoever_stops_goes_on_at_the_same_question(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    file = tmp_path_factory.mktemp("labels") / "labels.jsonl"
    runs = two_runs(8, equal=3)
    model: list[str] = []
    review_of(runs, file)
    for step in steps:
        review = review_of(runs, file)
        if step == "undo":
            assert review.undo() == bool(model)
            model = model[:-1]
        elif review.current() is not None:
            answer(review, step)
            model.append(step)
        assert review.progress().done == len(model)
    said = standing(read_judgements(file) if file.is_file() else ()).values()
    assert [one.choice for one in said if not one.identical] == model
    places = sorted(one.sampling.place for one in said)
    assert places == list(range(len(places))), "a beginning of the order, equal answers included"
    assert len(places) == 8 or len(model) < 5


def test_what_is_undone_is_asked_again_and_stays_in_the_history(tmp_path: Path) -> None:
    review = review_of(two_runs(6), tmp_path / "l.jsonl")
    first = answer(review, "baseline")
    assert review.undo()
    assert review.current() == first
    answer(review, "candidate")
    choices = [one.choice for one in read_judgements(review.file)]
    assert choices == ["baseline", "undo", "candidate"]
    (kept,) = standing(read_judgements(review.file)).values()
    assert kept.choice == "candidate"
    assert not review.say(first, "tie"), "an answered question takes no second answer"
    assert len(read_judgements(review.file)) == 3


def test_several_people_share_a_file(tmp_path: Path) -> None:
    runs = two_runs(6)
    anna = review_of(runs, tmp_path / "l.jsonl")
    answer(anna, "baseline")
    ben = review_of(runs, tmp_path / "l.jsonl", reviewer="ben")
    assert ben.progress().done == 0
    answer(ben, "tie")
    assert {one.reviewer for one in read_judgements(anna.file)} == {"anna", "ben"}
    assert review_of(runs, tmp_path / "l.jsonl").progress().done == 1


def test_another_seed_is_another_review(tmp_path: Path) -> None:
    runs = two_runs(6)
    answer(review_of(runs, tmp_path / "l.jsonl"), "baseline")
    assert review_of(runs, tmp_path / "l.jsonl", seed=1).progress().done == 0
    assert review_of(runs, tmp_path / "l.jsonl", cases=3).progress().done == 1


def test_a_half_written_line_is_cut_and_a_whole_one_completed(tmp_path: Path) -> None:
    review = review_of(two_runs(6), tmp_path / "l.jsonl")
    answer(review)
    whole = review.file.read_bytes()
    for tail, lines in ((whole[:40], 2), (whole.rstrip(b"\n"), 3)):
        review.file.write_bytes(whole + tail)
        append_judgements(read_judgements_of(whole, tmp_path), review.file)
        assert len(read_judgements(review.file)) == lines


def test_people_who_write_at_the_same_time_lose_no_line(tmp_path: Path) -> None:
    file, people, lines = tmp_path / "l.jsonl", 6, 40
    source = review_of(two_runs(6), tmp_path / "one.jsonl")
    answer(source)
    program = (
        "import sys\nfrom dataclasses import replace\nfrom pathlib import Path\n"
        "from holdfast.reviewing.label_file import append_judgements, read_judgements\n"
        "(one,) = read_judgements(Path(sys.argv[1]))\n"
        "said = [replace(one, note='n' * 50_000)]\n"
        "print('ready', flush=True)\nsys.stdin.readline()\n"
        f"for _ in range({lines}):\n    append_judgements(said, Path(sys.argv[2]))\n"
    )
    command = [sys.executable, "-c", program, str(source.file), str(file)]
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(people)
    ]
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == b"ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.close()
    assert [writer.wait(60) for writer in writers] == [0] * people
    assert len(read_judgements(file)) == people * lines
    for writer in writers:
        writer.stdout.close()  # type: ignore[union-attr]


def read_judgements_of(data: bytes, folder: Path):  # type: ignore[no-untyped-def]
    copy = folder / "copy.jsonl"
    copy.write_bytes(data)
    return read_judgements(copy)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2}, "a newer holdfast wrote it"),
        ({"choice": "first"}, "is none of baseline, candidate"),
        ({"choice": "label"}, "is none of"),
        ({"label": 1.0}, "the label 1.0"),
        ({"shown": []}, "they are of baseline, candidate or both"),
        ({"sampling": {}}, "no line of a review"),
        ({"reviewer": "anna\n::error::x"}, "printable name"),
        ({"reviewer": ""}, "printable name"),
        ({"case_digest": None, "label": "x"}, "no line of a review"),
    ],
)
def test_an_edited_line_is_refused(tmp_path: Path, change: dict[str, object], says: str) -> None:
    review = review_of(two_runs(6), tmp_path / "l.jsonl")
    answer(review)
    (one,) = read_judgements(review.file)
    row = judgement_row(one)
    assert judgement_from(row, where="here") == one
    with pytest.raises(DatasetError, match=says):
        judgement_from(row | change, where="here")  # type: ignore[arg-type]


def test_a_line_cannot_be_made_random_or_of_any_answer_by_half(tmp_path: Path) -> None:
    chosen = review_of(two_runs(6), tmp_path / "l.jsonl", filter=("state=broken",))
    answer(chosen)
    (one,) = read_judgements(chosen.file)
    row = json.loads(json.dumps(judgement_row(one)))
    row["sampling"]["filter"] = []
    with pytest.raises(DatasetError, match="random is False; the line was edited"):
        judgement_from(row, where="here")
    row = json.loads(json.dumps(judgement_row(one)))
    row["shown"][0]["output"] = ""
    with pytest.raises(DatasetError, match="without its run or its digest"):
        judgement_from(row, where="here")


def test_text_that_utf_8_cannot_hold_is_kept_as_an_escape(tmp_path: Path) -> None:
    review = review_of(two_runs(6), tmp_path / "l.jsonl")
    answer(review, note="half \ud800")
    (one,) = read_judgements(review.file)
    assert one.note == "half \ud800"
    assert replace(one, note="") in standing([replace(one, note="")]).values()


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, "bell\x07"])
def test_a_reviewer_has_a_name(name: str) -> None:
    with pytest.raises(UsageError, match="--reviewer"):
        checked_reviewer(name)
    assert checked_reviewer(" Anna  B. ") == "Anna B."
