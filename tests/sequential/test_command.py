"""`holdfast run --sequential`: stops beside the stored baseline, and compare tells the same."""

import json
from pathlib import Path

import pytest

from holdfast.cli import main
from holdfast.store import runs

EVALS = """
from holdfast.dataset import Case, Dataset
from holdfast.metrics import ExactMatch
from holdfast.policy import Policy
from holdfast.suite import Suite
from holdfast.system import Spec

SUITE = Suite(
    name="sums",
    dataset=Dataset(
        name="sums", cases=[Case(id=str(n), input=str(n), expected="yes") for n in range(300)]
    ),
    metrics=(ExactMatch(),),
    policies=(Policy(metric="exact_match", margin=0.05),),
)


class Bot:
    def __init__(self, wrong):
        self.wrong = wrong
        self.spec = Spec(name="bot", params={"wrong": wrong})

    def __call__(self, text):
        return "no" if int(text) % 10 < self.wrong else "yes"


OLD, WORSE = Bot(1), Bot(4)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("HOLDFAST_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\n")
    # A name of its own: modules of one process are imported once.
    (tmp_path / "sequential_sums.py").write_text(EVALS)
    return tmp_path


def test_the_command_stops_when_the_verdict_is_decided(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ["run", "sequential_sums.py:SUITE"]
    # Without a baseline there is nothing to be decided.
    assert main(arguments=[*made, "sequential_sums.py:OLD", "--sequential"]) == 0
    (first,) = runs(project / "reports")
    assert first.counts["skipped"] == 0
    assert main(arguments=["accept", first.id]) == 0
    assert main(arguments=[*made, "--sequential=betting", "sequential_sums.py:WORSE"]) == 0
    newest = runs(project / "reports")[0]
    assert newest.complete and newest.counts["skipped"] > 150
    capsys.readouterr()
    assert main(arguments=["compare", "baseline:sums/bot", newest.id, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    looks = told["candidate"]["sequence"]["looks"]
    assert looks[-1]["outcome"] == told["outcome"] == "regression"
    assert looks[-1]["states"] == {"exact_match": "regressed"}
    assert main(arguments=[*made, "sequential_sums.py:WORSE", "--sequential=peek"]) == 4
