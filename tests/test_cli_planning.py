"""The commands that plan, calibrate, list flakes and add trials, from the command line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from holdfast import cli
from holdfast.planning import simulation
from holdfast.record import Run
from holdfast.store import accept, baseline, extended, run_path, write_run
from holdfast.system import Response, Usage
from holdfast.testing import make_run

BASELINE = "baseline:triage/bot"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project with one margin, which is also the current folder."""
    for name in ("HOLDFAST_STORE", "HOLDFAST_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pyproject.toml").write_text(
        "[tool.holdfast.suites.triage.policies.correct]\nmargin = 0.05\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(simulation, "_WORK", 20_000)
    return tmp_path


def sampled(id: str, trials: int, *, cases: int = 60, seed: int = 0, drop: float = 0.0) -> Run:
    generator = np.random.default_rng(3)
    rates = generator.beta(0.85 * 0.5, 0.15 * 0.5, cases) * (generator.random(cases) >= drop)
    generator = np.random.default_rng([seed, *id.encode()])
    scores = {
        f"c{number}": [float(generator.random() < rate) for _ in range(trials)]
        for number, rate in enumerate(rates)
    }
    run = make_run(scores, id=id, suite="triage", system="bot")
    usage = Usage(input_tokens=900, output_tokens=100, calls=2, cost=0.003)
    answered = tuple(
        replace(trial, response=Response(text=f"{id} {trial.repeat}", usage=usage), seconds=1.2)
        for trial in run.trials
    )
    return replace(run, trials=answered)


@pytest.fixture
def keep(folder: Path) -> Callable[..., Run]:
    def write(id: str, trials: int = 1, **more: float) -> Run:
        run = sampled(id, trials, **more)  # type: ignore[arg-type]
        write_run(run, run_path(id, folder / "reports"))
        return run

    return write


@pytest.fixture
def accepted(keep: Callable[..., Run], folder: Path) -> Run:
    run = keep("20260101-base", 4)
    accept(run, folder / "reports")
    return run


def call(*arguments: str) -> int:
    return cli.main(arguments=arguments)


def test_a_plan_from_a_baseline_says_what_it_costs(
    accepted: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("plan", BASELINE, "--html", "plan.html") == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "60 cases, each with 4 baseline trials and 1 candidate trial" in text
    assert "60 calls, 120 calls of models, 60 k tokens, $0.18, 1 min 12 s" in text
    assert "Recommendation: " in text and "Simulated with the gate itself" in text
    assert "more baseline trials" in text
    assert '<svg class="chart"' in (folder / "plan.html").read_text("utf-8")


def test_a_plan_from_two_runs_and_one_as_json(
    accepted: Run, keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
) -> None:
    keep("20260102-new", 2)
    assert call("plan", BASELINE, "20260102", "--margin", "correct=0.2", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["design"] == {"cases": 60, "baseline_trials": 4, "candidate_trials": 2}
    assert document["gates"][0]["margin"] == 0.2
    assert document["enough"] is True


def test_a_plan_from_assumptions(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--cases", "200", "--score", "0.85", "--flips", "0.085", "--power", "0.9")
    assert call("plan", *options, "--margin", "score=0.04", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["gates"][0]["power"] == 0.9
    assert document["per_trial"]["tokens"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a run to plan from"),
        (("--cases", "20"), "--score"),
        ((BASELINE, "--flips", "0.1"), "not both"),
        (("--cases", "20", "--score", "0.9", "--flips", "0.9"), "fewer than 18 %"),
        ((BASELINE, "--margin", "tone=0.1"), "unknown metric 'tone'"),
        ((BASELINE, "--power", "1.5"), "must lie in (0, 1)"),
        ((BASELINE, BASELINE), "both are the run '20260101-base'"),
        ((BASELINE, "--power", "80"), "80 % is 0.8"),
        ((BASELINE, "--candidate-trials", "1001"), "range 1<=x<=1000"),
    ],
)
def test_a_plan_that_cannot_be_made_says_what_is_missing(
    accepted: Run,
    arguments: tuple[str, ...],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call("plan", *arguments) == 4
    assert words in capsys.readouterr().err


def test_a_calibration_is_stored_and_shown_in_every_report(
    accepted: Run, keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep("20260102-new")
    assert call("calibrate", "triage/bot", "--splits", "40") == 0
    said = capsys.readouterr().out
    assert "40 A/A splits" in said and "conditional" in said
    assert (folder / "reports/baselines/triage/bot/calibration.json").is_file()
    files = ("--html", "r.html", "--markdown", "r.md")
    call("compare", BASELINE, "20260102", *files)
    assert "Calibrated: This suite raised a false alarm" in capsys.readouterr().out
    for name in ("r.html", "r.md"):
        assert "raised a false alarm" in (folder / name).read_text("utf-8")
    call("compare", BASELINE, "20260102", "--json")
    assert json.loads(capsys.readouterr().out)["calibration"]["splits"] == 40
    # Other margins have other error rates.
    call("compare", BASELINE, "20260102", "--margin", "correct=0.3")
    assert "Calibrated" not in capsys.readouterr().out


def test_a_dry_run_of_a_calibration_writes_nothing(accepted: Run, folder: Path) -> None:
    assert call("calibrate", BASELINE, "--splits", "20", "--dry-run", "--json") == 0
    assert not (folder / "reports/baselines/triage/bot/calibration.json").exists()


def test_a_baseline_of_one_trial_says_what_to_run(
    keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accept(keep("one"), folder / "reports")
    assert call("calibrate", "triage/bot") == 4
    assert "pytest --holdfast-repeats 5 --holdfast-accept" in capsys.readouterr().err


def test_flaky_cases_are_listed_with_their_history_and_quarantine(
    accepted: Run, keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep("20260102-new")
    assert call("flakes", "triage/bot", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    worst = rows[0]
    assert [o["trials"] for o in worst["history"]] == [4, 1]
    with (folder / "pyproject.toml").open("a") as file:
        file.write(
            "[tool.holdfast.suites.triage.quarantine]\n"
            f'"{worst["case"]}" = {{owner = "ana", until = 2999-12-31, reason = "irony"}}\n'
        )
    assert call("flakes", "triage/bot", "--limit", "3") == 0
    text = capsys.readouterr().out
    assert "▮" in text and "▯" in text and "in quarantine until 2999-12-31, ana" in text
    call("compare", BASELINE, "20260102")
    told = " ".join(capsys.readouterr().out.split())
    assert f"Case '{worst['case']}' is in quarantine until 2999-12-31" in told


def test_an_expired_quarantine_is_said_in_every_verdict(
    accepted: Run, keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep("20260102-new")
    with (folder / "pyproject.toml").open("a") as file:
        file.write(
            "[tool.holdfast.suites.triage.quarantine]\n"
            'c3 = {owner = "ana", until = 2020-01-01, reason = "irony"}\n'
        )
    call("compare", BASELINE, "20260102")
    assert "has no effect" in capsys.readouterr().out


def test_added_trials_make_one_baseline(
    accepted: Run, keep: Callable[..., Run], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep("20260102-more", 2)
    assert call("accept", "20260102-more", "--add") == 0
    found = baseline("triage", "bot", root=folder / "reports")
    assert found is not None
    assert (found.repeats, len(found.trials), found.id) == (6, 360, "20260101-base+6")
    assert "20260101-base and 20260102-more" in found.provenance.origin
    assert call("accept", "20260102-more", "--add") == 4
    assert "in it already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"suite": "other"}, "differ in their suite"),
        ({"dataset_digest": "x"}, "differ in their dataset"),
        ({"metrics": ()}, "differ in their metrics"),
        ({"id": "20260101-base"}, "in it already"),
    ],
)
def test_trials_of_something_else_are_never_added(change: dict[str, object], words: str) -> None:
    old, run = sampled("20260101-base", 2), sampled("20260102-more", 2)
    from holdfast.errors import UsageError

    with pytest.raises(UsageError, match=words):
        extended(old, replace(run, **change))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="differ in their system"):
        extended(old, replace(run, system=replace(run.system, version="2")))
    with pytest.raises(UsageError, match="came from the cache"):
        extended(old, replace(run, trials=tuple(replace(t, cached=True) for t in run.trials)))


def test_there_must_be_a_baseline_to_add_to(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
) -> None:
    keep("20260102-more", 2)
    assert call("accept", "20260102-more", "--add") == 4
    assert "no baseline of triage/bot to add to" in capsys.readouterr().err


def test_accepting_a_single_trial_says_what_a_baseline_deserves(
    keep: Callable[..., Run], capsys: pytest.CaptureFixture[str]
) -> None:
    keep("20260102-new")
    assert call("accept", "20260102-new") == 0
    assert "1 of the 3 to 5 trials per case" in capsys.readouterr().out
