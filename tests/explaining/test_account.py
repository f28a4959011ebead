"""Every number of a finding is traced, whatever way it was computed."""

import json
from pathlib import Path
from typing import get_args

import pytest

from holdfast import Policy, compare, decide
from holdfast.cli import main
from holdfast.comparing.estimate import Method
from holdfast.errors import UsageError
from holdfast.explaining.account import account
from holdfast.explaining.sources import ADJUSTMENTS, BOUNDS, way_of_test
from holdfast.gate import Verdict
from holdfast.judging.finding import Adjustment
from holdfast.testing import make_run


def verdict_of(before: list[list[float]], after: list[list[float]], **policy: object) -> Verdict:
    runs = [
        make_run({f"c{n}": scores for n, scores in enumerate(arm)}, id=name)
        for name, arm in (("old", before), ("new", after))
    ]
    settings = {"margin": 0.02, **policy}
    return decide(compare(*runs), [Policy(metric="correct", **settings)])  # type: ignore[arg-type]


def test_every_way_of_computing_a_bound_or_an_adjustment_is_explained() -> None:
    assert set(BOUNDS) == set(get_args(Method))
    assert set(ADJUSTMENTS) == set(get_args(Adjustment))
    for way in (*BOUNDS.values(), *ADJUSTMENTS.values()):
        assert way.name and way.formula and way.source


@pytest.mark.parametrize(
    "scores",
    [
        pytest.param(([[1.0]] * 60, [[1.0]] * 40 + [[0.0]] * 20), id="one trial"),
        pytest.param(([[1.0, 1.0]] * 60, [[1.0, 0.0]] * 60), id="two trials"),
        pytest.param(([[0.9]] * 60, [[0.001 * n] for n in range(60)]), id="graded"),
    ],
)
def test_the_account_holds_the_numbers_of_the_finding(
    scores: tuple[list[list[float]], list[list[float]]],
) -> None:
    verdict = verdict_of(*scores)
    finding = verdict.findings[0]
    assert finding.delta is not None
    steps = {step.title: step for step in account(verdict, "correct")}
    assert steps["State"].result.startswith(f"{finding.state}: ")
    given = dict(steps["Test"].inputs)
    assert float(given["p that luck alone looks as bad"]) == pytest.approx(
        finding.delta.p_worse, rel=1e-5
    )
    assert steps["Test"].formula and steps["Test"].source
    counted = dict(steps["Change"].inputs)["cases worse, better, equal"]
    assert sum(int(number) for number in counted.split(", ")) == finding.delta.pairs


def test_an_unknown_test_is_told_by_its_own_name() -> None:
    assert way_of_test("a test of tomorrow").name == "a test of tomorrow"


def test_a_metric_that_nobody_judged_is_an_error_that_names_the_others() -> None:
    verdict = verdict_of([[1.0]] * 20, [[1.0]] * 20)
    with pytest.raises(UsageError, match=r"says nothing of 'tone'.*correct"):
        account(verdict, "tone")


def test_doubt_is_explained_with_what_would_end_it() -> None:
    verdict = verdict_of([[1.0]] * 40 + [[0.0]] * 5, [[1.0]] * 38 + [[0.0]] * 4 + [[1.0]] * 3)
    assert verdict.outcome == "inconclusive"
    titles = [step.title for step in account(verdict, "correct")]
    assert titles[-1] == "What would decide it"


def test_the_command_explains_one_metric_or_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, worst in (("old", 0), ("new", 12)):
        rows = [f"q{n},{int(n >= worst)},{n / 100:g}" for n in range(60)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["id,acc,tone", *rows]), encoding="utf-8")
        scores = [
            "--case",
            "id",
            "--score",
            "acc=acc",
            "--score",
            "tone=tone",
            "--suite",
            "quiz",
            "--system",
            "bot",
        ]
        assert main(arguments=["import", "csv", f"{name}.csv", *scores, "--out", name]) == 0
    capsys.readouterr()
    asked = ["explain", "new", "--against", "old"]
    assert main(arguments=[*asked, "--metric", "acc"]) == 0
    text = capsys.readouterr().out
    assert "regressed" in text and "Tango 1998" in text and "tone\n====" not in text
    assert main(arguments=[*asked, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document["metrics"]) == {"acc", "tone"}
    assert main(arguments=["explain", "new", "--metric", "acc"]) == 4
    assert "name another run with --against" in capsys.readouterr().err
