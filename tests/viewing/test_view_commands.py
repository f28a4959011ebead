"""`holdfast view`, `holdfast review` and `holdfast judge pairs` as they are called."""

import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.cli import main
from holdfast.reviewing.drawing import draw
from holdfast.reviewing.label_file import read_judgements
from holdfast.reviewing.review import Review
from holdfast.store import run_path, write_run
from tests.reviewing.builders import plan_of, two_runs


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "reports"
    for run in two_runs(12, equal=1):
        write_run(run, run_path(run.id, root))
    return root


def reviewed(store: Path, file: Path, *choices: str) -> Path:
    review = Review(draw(*two_runs(12, equal=1), plan_of()), file)
    for choice in choices:
        number = review.current()
        assert number is not None
        review.say(number, choice)  # type: ignore[arg-type]
    return file


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, object]:
    capsys.readouterr()
    code = main(arguments=[*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("end", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("what", ["view", "review"])
def test_the_address_is_one_line_and_an_interrupt_ends_it(store: Path, what: str, end: str) -> None:
    old, new = (run.id for run in two_runs())
    more = [] if what == "view" else [old, new, "--reviewer", "anna"]
    process = subprocess.Popen(
        [sys.executable, "-m", "holdfast.cli", what, *more, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        row = json.loads(process.stdout.readline())
        connection = http.client.HTTPConnection("127.0.0.1", row["port"], timeout=30)
        connection.request("GET", row["address"].split(f":{row['port']}")[1])
        found = connection.getresponse()
        assert found.status == 200 and "Set-Cookie" in dict(found.getheaders())
        connection.close()
    finally:
        process.send_signal(getattr(signal, end))
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
    with pytest.raises(OSError, match="refused"):
        http.client.HTTPConnection("127.0.0.1", row["port"], timeout=5).connect()


def test_a_review_needs_two_runs_and_a_person(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (run.id for run in two_runs())
    for arguments, says in (
        ([], "two runs and a person"),
        ([old, new], "two runs and a person"),
        ([old, old, "--reviewer", "a"], "a review needs two"),
        ([old, "nope", "--reviewer", "a"], "no run 'nope'"),
        ([old, new, "--reviewer", "a", "--filter", "color=red"], "state=broken"),
        ([old, new, "--reviewer", "a", "--filter", "tag=red"], "no case that is tag=red"),
        ([old, new, "--reviewer", "a", "--metric", "nope"], "nope"),
    ):
        assert main(arguments=["review", *arguments]) == 4
        assert says in capsys.readouterr().err, arguments


def test_a_summary_tells_whose_answers_were_preferred(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choices = (*["candidate"] * 6, "baseline", "tie", "skip")
    file = reviewed(store, tmp_path / "l.jsonl", *choices)
    assert main(arguments=["review", "--summary", str(file)]) == 0
    text = capsys.readouterr().out
    assert "bbbbbb beside 20260101-000000-aaaaaa: 6 preferred, 1 not, 2 ties" in text
    assert "won 85.7\xa0% (95 % interval 42.1\xa0% to 99.6\xa0%, exact)" in text
    code, found = answer(capsys, "review", "--summary", str(file))
    assert code == 0 and found[0]["cases"]["wins"] == 6  # type: ignore[index]
    assert found[0]["p_worse"] > 0.9  # type: ignore[index]
    assert main(arguments=["review", "--summary", "nothing.jsonl"]) == 4


def test_pairs_are_written_for_a_trainer(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = reviewed(store, tmp_path / "l.jsonl", "candidate", "baseline", "tie")
    out = tmp_path / "pairs.jsonl"
    code, found = answer(capsys, "judge", "pairs", str(file), "--out", str(out))
    assert code == 0
    assert (found["pairs"], found["left_out"]) == (2, {"a tie": 1})  # type: ignore[index]
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [set(row) for row in rows] == [{"prompt", "chosen", "rejected"}] * 2
    assert rows[0]["chosen"].startswith("new") and rows[1]["chosen"].startswith("old")
    assert main(arguments=["judge", "pairs", str(file), "--out", str(out)]) == 4
    assert "--force" in capsys.readouterr().err


def test_answers_of_an_accepted_run_are_found_where_the_run_is_gone(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = reviewed(store, tmp_path / "l.jsonl", "candidate", "baseline")
    old = two_runs(12, equal=1)[0]
    run_path(old.id, store).rename(tmp_path / "moved")
    out = tmp_path / "pairs.jsonl"
    assert main(arguments=["judge", "pairs", str(file), "--out", str(out)]) == 4
    assert "holds no pair that people decided" in capsys.readouterr().err
    write_run(old, store / "baselines" / "letters" / "secret-old-system")
    assert main(arguments=["judge", "pairs", str(file), "--out", str(out)]) == 0


def test_labels_of_a_review_check_and_correct_a_judge(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = two_runs(12, equal=1)
    plan = plan_of(kind="answer", metric="tone")
    review = Review(draw(*runs, plan), tmp_path / "l.jsonl")
    while (number := review.current()) is not None:
        review.say(number, "label", label=float(number % 2))
    old, new = (run.id for run in runs)
    given = ("judge", "check", new, "--against", old, "--labels", str(review.file))
    code, found = answer(capsys, *given)
    assert code == 1 and found["strays"] == []  # type: ignore[index]
    assert answer(capsys, "judge", "check", new, "--labels", str(review.file))[0] == 1
    code, verdict = answer(capsys, "compare", old, new, "--labels", str(review.file))
    assert any("12 cases are labelled" in text for text in verdict["warnings"])  # type: ignore[index]


def test_a_filter_marks_the_sample_as_chosen(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from holdfast.commands.console import Console
    from holdfast.commands.review_answers import asked_of

    old, new = (run.id for run in two_runs())
    asked = asked_of(
        (old, new),
        plan={"reviewer": "anna", "metric": None, "cases": 5, "seed": 0},
        labels=None,
        filters=("state=same",),
        console=Console(as_json=False, store=store),
    )
    number = asked.review.current()
    assert number is not None
    asked.review.say(number, "tie")
    (one, *_) = read_judgements(asked.review.file)
    assert one.sampling.filter == ("state=same",) and not one.sampling.random
    assert asked.review.file == store / "labels" / "letters.jsonl"
