"""`holdfast init`: what it writes works as it is, and turns red when the system breaks."""

import json
from pathlib import Path

import pytest

# Compiled libraries cannot be imported twice in a process, and pytester forgets what it imported.
import holdfast.commands.gating
import holdfast.metrics
import holdfast.readers
from holdfast import cli

assert holdfast.commands.gating, (holdfast.metrics, holdfast.readers)

pytest_plugins = "pytester"


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository with the skeleton in it."""
    monkeypatch.delenv("HOLDFAST_STORE", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    (pytester.path / ".git").mkdir()
    assert cli.main(arguments=["init"]) == 0
    return pytester.path


def evals(pytester: pytest.Pytester, *options: str) -> tuple[int, str]:
    result = pytester.runpytest("evals", "-p", "no:plugin", "-p", "no:cacheprovider", *options)
    return int(result.ret), result.stdout.str()


def test_the_skeleton_is_accepted_passes_and_turns_red(
    pytester: pytest.Pytester, folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert evals(pytester)[0] == 3
    assert evals(pytester, "--holdfast-accept")[0] == 0
    assert (folder / "reports/baselines/triage/support.triage/manifest.json").is_file()
    assert evals(pytester, "--import-mode=importlib")[0] == 0

    system = folder / "evals/support.py"
    text = system.read_text("utf-8")
    system.write_text(text.replace("return team if hits[team] else", "return"), "utf-8")
    code, output = evals(pytester)
    assert code == 1
    assert "below the floor" in output
    assert "22 cases" in output
    assert "billing-1" in output


def test_the_skeleton_has_enough_cases_for_a_verdict(folder: Path):
    lines = (folder / "evals/tickets.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines]

    assert len({case["id"] for case in cases}) == len(cases) >= 24
    assert len({case["expected"] for case in cases}) == 5


def test_everything_for_a_pipeline_is_there(folder: Path):
    assert "def evals" in (folder / "noxfile.py").read_text("utf-8")
    assert "nox -s evals" in (folder / ".github/workflows/evals.yml").read_text("utf-8")
    compile((folder / "noxfile.py").read_text("utf-8"), "noxfile.py", "exec")


def test_nothing_is_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "noxfile.py").write_text("mine")
    (folder / "evals/tickets.jsonl").unlink()

    assert cli.main(arguments=["init"]) == 4
    assert "noxfile.py" in capsys.readouterr().err
    assert not (folder / "evals/tickets.jsonl").exists()

    assert cli.main(arguments=["init", "--skip-existing", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == ["evals/tickets.jsonl"]
    assert (folder / "noxfile.py").read_text() == "mine"


def test_another_folder_can_be_named(folder: Path):
    assert cli.main(arguments=["init", "deep/er"]) == 0
    assert (folder / "deep/er/evals/test_triage.py").is_file()
