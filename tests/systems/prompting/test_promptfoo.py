"""promptfoo's own command line against the served system, and what is imported of it."""

import json
import subprocess
from pathlib import Path

import pytest

from evals import promptfoo_cli
from evals.promptfoo_cli import NotInstalled, installed
from holdfast.adapters.promptfoo import Evaluation, import_promptfoo
from systems.prompting import variants
from systems.prompting.serving import served

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / "evals" / "promptfoo" / "promptfooconfig.yaml"
CASES = 8


@pytest.fixture(scope="module")
def promptfoo():
    if not list((ROOT / ".holdfast" / "promptfoo").glob("*/complete")):
        pytest.skip("promptfoo is not installed here; evals/test_promptfoo.py installs it")
    return installed()


@pytest.fixture
def rows():
    text = (ROOT / "datasets" / "extraction" / "test.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()[:CASES]]


def test_results_come_back_by_case_with_the_answers_that_the_system_gave(
    promptfoo, rows, rule, tmp_path
):
    known = {row["input"]["text"]: row for row in rows}
    wrong = {rows[1]["id"]: "{}", rows[4]["id"]: "I do not know."}

    def say(messages):
        row = known[messages[-1].content.strip()]
        return wrong.get(row["id"], json.dumps(row["expected"]))

    results = tmp_path / "results.json"
    with served(variants.live(model=rule(say))) as address:
        env = {"HOLDFAST_SYSTEM_URL": address, "HOLDFAST_CASES": str(CASES)}
        promptfoo.evaluate(CONFIG, output=results, env=env, seconds=120)
    run = import_promptfoo(Evaluation(path=results), suite="extraction", system="live")
    assert [case.id for case in run.cases] == [row["id"] for row in rows]
    assert [case.tags for case in run.cases] == [tuple(row["tags"]) for row in rows]
    scores = {
        trial.case_id: (trial.scores["field_exactness"].value, trial.scores["valid_json"].value)
        for trial in run.trials
    }
    expected = dict.fromkeys((row["id"] for row in rows), (1.0, 1.0))
    expected |= {rows[1]["id"]: (0.0, 1.0), rows[4]["id"]: (0.0, 0.0)}
    assert scores == expected
    assert {trial.scores["total_tokens"].value for trial in run.trials} == {10.0}


def test_a_configuration_that_cannot_be_read_is_an_error_with_what_it_said(promptfoo, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("providers: [file://absent.mjs]\nprompts: [hello]\n")
    with pytest.raises(RuntimeError, match="promptfoo wrote no results"):
        promptfoo.evaluate(config, output=tmp_path / "results.json", env={}, seconds=60)


def test_without_a_registry_the_reason_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(promptfoo_cli, "_FOLDER", tmp_path)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    with pytest.raises(NotInstalled, match=r"registry of npm cannot be reached: .*ECONNREFUSED"):
        installed()


def test_an_old_node_is_passed_over(tmp_path, monkeypatch):
    for name in ("node", "npm"):
        script = tmp_path / name
        script.write_text("#!/bin/sh\necho v20.20.2\n")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    found, npm = promptfoo_cli._node()
    assert found.parent != tmp_path
    version = subprocess.run([*npm, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.strip()
