"""What a user gives by mistake: each answer names the mistake and a way on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast import cli
from holdfast.metric import Failure
from holdfast.record import Run
from holdfast.store import accept, run_path, write_run
from holdfast.testing import make_run

ERROR = "TypeError: Response() got an unexpected\n  keyword argument 'output'\x1b[2J"
SHOWN = "most often: TypeError: Response() got an unexpected keyword argument 'output'[2J"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("HOLDFAST_STORE", raising=False)
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Everything that a command prints, on lines of any width; its exit code must be right."""

    def call(*arguments: str, code: int = 4) -> str:
        assert cli.main(arguments=arguments) == code
        printed = capsys.readouterr()
        return " ".join((printed.out + printed.err).split())

    return call


def kept(id: str, *, failures: tuple[Failure, ...] = ()) -> Run:
    run = make_run({f"c{n}": [1.0] for n in range(40)}, id=id, suite="triage", system="bot")
    failed = [
        replace(trial, scores={}, failure=failure)
        for trial, failure in zip(run.trials, failures, strict=False)
    ]
    run = replace(run, trials=(*failed, *run.trials[len(failed) :]))
    write_run(run, run_path(id, Path("reports")))
    return run


def test_a_run_whose_trials_failed_says_why_wherever_it_is_told(said: Callable[..., str]) -> None:
    rare = Failure(stage="system", error="ValueError: once")
    often = Failure(stage="system", error=ERROR)
    good = kept("good")
    kept("bad", failures=(rare, *[often] * 39))
    accept(good, Path("reports"))
    assert SHOWN in said("show", "bad", code=0)
    told = said("compare", "good", "bad", "--margin", "correct=0.1", code=1)
    assert f"40 cases of the candidate ended in an error, {SHOWN}." in told
    assert "most often" not in said("show", "good", code=0)


def test_a_run_without_any_score_is_not_accepted_and_says_why(said: Callable[..., str]) -> None:
    kept("bad", failures=(Failure(stage="system", error=ERROR),) * 40)
    assert f"it holds no score of correct ({SHOWN})" in said("accept", "bad")


def test_a_column_without_a_score_is_no_run(said: Callable[..., str], folder: Path) -> None:
    (folder / "a.csv").write_text("id,score,note\na,1,x\nb,,y\n")
    base = ("import", "csv", "a.csv", "--case", "id", "--suite", "s", "--system", "v", "--out", "o")
    text = said(*base, "--score", "recall=note")
    assert "no cell of column 'note' in a.csv is a score" in text
    assert "name another column with --score" in text
    assert not (folder / "reports/runs/o").exists()
    assert "imported 2 cases, 2 trials" in said(*base, "--score", "recall=score", code=0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "a.csv"), "'a.csv' is a file, and a run is a folder; `holdfast import csv`"),
        (("calibrate", "triage/boot"), "the baseline); did you mean 'baseline:triage/bot'?"),
        (("compare", "baseline:triage/bot", "good", "--margin", "Correct=1"), "mean 'correct'?"),
    ],
)
def test_a_name_of_something_else_leads_to_the_right_one(
    said: Callable[..., str], folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    (folder / "a.csv").write_text("id,score\n")
    accept(kept("good"), Path("reports"))
    assert words in said(*arguments)
