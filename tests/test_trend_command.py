"""`holdfast trend` from the outside."""

import json
from pathlib import Path

import numpy as np
import pytest

from holdfast.cli import main
from holdfast.store import accept
from tests.history.days import LATENCY, keep, make_day


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with forty nightly runs, worse and slower since the twentieth."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pyproject.toml").write_text("[tool.holdfast]\n")
    generator = np.random.default_rng(1)
    nights = [
        make_day(day, list(generator.binomial(1, 0.9 if day < 20 else 0.6, 60).astype(float)))
        for day in range(40)
    ]
    slow = [
        make_day(
            100 + day,
            list(generator.lognormal(0.0 if day < 20 else 1.0, 0.2, 20)),
            metric=LATENCY,
            suite="speed",
        )
        for day in range(40)
    ]
    keep(folder / "reports", *nights, *slow)
    return folder


@pytest.fixture
def store(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project is the current folder."""
    monkeypatch.chdir(runs)
    monkeypatch.delenv("HOLDFAST_STORE", raising=False)


@pytest.mark.usefixtures("store")
def test_a_trend_informs_and_blocks_only_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments=["trend", "triage/bot"]) == 0
    told = capsys.readouterr().out
    assert "history of triage/bot" in told and "Confirmed change: accuracy fell by" in told
    assert "speed" not in told
    assert main(arguments=["trend", "triage", "--fail-on-change"]) == 1
    assert main(arguments=["trend", "triage", "--fail-on-change", "--since", "2026-01-25"]) == 0


@pytest.mark.usefixtures("store")
def test_seconds_of_separate_sessions_never_block(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments=["trend", "speed", "--fail-on-change"]) == 0
    assert "Confirmed change: latency rose by" in capsys.readouterr().out


@pytest.mark.usefixtures("store")
def test_a_page_is_written_and_a_machine_reads_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "pages" / "trend.html"
    assert main(arguments=["trend", "--html", str(page), "--json", "--metric", "accuracy"]) == 0
    (course,) = json.loads(capsys.readouterr().out)
    assert course["metric"] == "accuracy" and len(course["runs"]) == 40
    assert "<svg" in page.read_text(encoding="utf-8")
    assert "accepted baseline" not in page.read_text(encoding="utf-8")


def test_the_page_marks_the_accepted_baseline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nights = [make_day(day, [1.0, 0.0, 1.0]) for day in range(4)]
    accept(nights[1], keep(tmp_path, *nights))
    page = tmp_path / "trend.html"
    assert main(arguments=["trend", "--store", str(tmp_path), "--html", str(page)]) == 0
    assert "The dashed line is the accepted baseline day-001" in page.read_text(encoding="utf-8")
    assert "history of triage/bot" in capsys.readouterr().out


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["trend", "triagee"], "did you mean 'triage'"),
        (["trend", "--metric", "accurracy"], "did you mean 'accuracy'"),
        (["trend", "--since", "yesterday"], "does not match the formats"),
    ],
)
def test_wrong_names_are_answered_with_the_right_ones(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments=arguments) == 4
    assert message in capsys.readouterr().err


def test_an_empty_store_and_a_broken_run_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments=["trend", "--store", str(tmp_path)]) == 0
    assert "no runs in" in capsys.readouterr().out
    keep(tmp_path, make_day(0, [1.0, 0.0]), make_day(1, [1.0, 0.0]))
    (tmp_path / "runs" / "day-000" / "trials.jsonl").write_text("{")
    assert main(arguments=["trend", "--store", str(tmp_path)]) == 0
    assert "day-000 was left out" in capsys.readouterr().err
