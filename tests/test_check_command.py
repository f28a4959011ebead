"""`holdfast check` from the outside."""

import json
from pathlib import Path

import pytest

from holdfast.cli import main

ROOT = Path(__file__).parents[1]
SUITE = """
from holdfast import Case, Dataset, Policy, Suite
from holdfast.metrics import ExactMatch, metric

@metric(version="1")
def polite(trial):
    return len(trial.response.text) > 0

CASES = tuple(
    Case(id=f"c{n}", input=f"How much is {n} plus {n}?", expected=f"It is {2 * n}")
    for n in range(24)
)
DATA = Dataset(name="sums", cases=CASES)
GOOD = Suite(
    name="sums", dataset=DATA, metrics=(ExactMatch(),),
    policies=(Policy(metric="exact_match", margin=0.1),),
)
BAD = Suite(
    name="sums", dataset=DATA, metrics=(ExactMatch(), polite),
    policies=(Policy(metric="exact_match", margin=0.1), Policy(metric="polite", margin=0.1)),
)
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\n")
    (tmp_path / "checked_suites.py").write_text(SUITE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("HOLDFAST_STORE", raising=False)
    monkeypatch.delitem(__import__("sys").modules, "checked_suites", raising=False)
    return tmp_path


def test_a_good_suite_is_proven_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments=["check", "checked_suites.py:GOOD"]) == 0
    told = capsys.readouterr().out
    assert "suite sums: proven (24 cases)" in told
    row = next(line.split() for line in told.splitlines() if "exact_match" in line)
    assert " ".join(row) == "exact_match 100.0 % 24 of 24 24 of 24 24 of 24 24 of 24"
    assert not (project / "reports").exists()


def test_a_bad_metric_fails_the_check_with_its_figures(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(arguments=["check", "checked_suites.py:BAD"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "suite sums: not proven, 3 defects" in told
    assert "✕ misses: polite does not tell negated answers from right ones in 24 of 24" in told
    assert main(arguments=["check", "checked_suites.py:BAD", "--allow", "misses"]) == 0


def test_a_machine_reads_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments=["check", "checked_suites.py:BAD", "--json", "--cases", "12"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["proven"], told["cases"]) == (False, 12)
    exact, polite = told["metrics"]
    assert exact["faults"]["negated"] == {
        "cases": 12, "told": 12, "preferred": 0, "skipped": 0, "unscored": 0,
        "auroc": 1.0, "mean": 0.0, "drop": 1.0, "examples": [],
    }  # fmt: skip
    assert polite["faults"]["empty"]["told"] == 12 and polite["faults"]["shuffled"]["told"] == 0
    assert [defect["metric"] for defect in told["defects"] if defect["blocks"]] == ["polite"] * 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["checked_suites.py:GODO"], "did you mean 'GOOD'"),
        (["checked_suites.py:CASES"], "is no Suite"),
        (["checked_suites.py:GOOD", "--allow", "leaks"], "did you mean 'leak'"),
    ],
)
def test_usage_errors_are_4(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments=["check", *arguments]) == 4
    assert message in capsys.readouterr().err


def test_the_settings_of_the_project_count(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.holdfast.suites.sums.policies."exact_match"]\nmargin = 1.0\n'
    )
    assert main(arguments=["check", "checked_suites.py:GOOD"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "not proven, 1 defect" in told and "this gate can never fail" in told


@pytest.mark.parametrize("name", ["HANDBOOK_RETRIEVAL", "HANDBOOK_ABSTENTION"])
def test_the_suites_of_this_repository_are_proven(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    assert main(arguments=["check", f"evals.retrieval_suites:{name}"]) == 0
