"""What the documents tell people to type works."""

import json
import re
import runpy
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

# Compiled libraries cannot be imported twice in a process, and pytester forgets what it imported.
import holdfast.commands.gating
from holdfast.checking.defect import KINDS
from holdfast.cli import main
from holdfast.config import load_config

assert holdfast.commands.gating

pytest_plugins = "pytester"

HOW_TO = Path(__file__).parents[1] / "docs" / "how-to"
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """The modules of a page end with its test: others have modules of the same name."""
    yield
    for name in ("letters", "parrot", "sums"):
        sys.modules.pop(name, None)


def block(language: str, start: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return next(text for text in found if start in text)


def test_the_hello_world_accepts_a_baseline_and_then_holds_it(pytester: pytest.Pytester) -> None:
    text = block("python", "def test_sums(gate)")
    pytester.makepyfile(test_sums=text)
    assert pytester.runpytest("-q").ret == 3
    assert pytester.runpytest("-q", "--holdfast-accept").ret == 0
    assert pytester.runpytest("-q").ret == 0
    pytester.makepyfile(test_sums=text.replace("str(eval(question))", 'question.split(" ")[0]'))
    assert pytester.runpytest("-q").ret == 1


def test_the_hello_world_fits_in_twelve_lines() -> None:
    text = block("python", "def test_sums(gate)")
    assert len([line for line in text.splitlines() if line.strip()]) <= 12


def test_scores_of_another_harness_pass_through_the_commands_of_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"q{n},{int(n % 9 > 0)},topic{n % 3}" for n in range(200)]
    for name in ("old", "new"):
        Path(f"{name}.csv").write_text("\n".join(["id,acc,topic", *rows]), encoding="utf-8")
    commands = block("console", "holdfast import csv").strip().splitlines()
    codes = [main(arguments=command.split()[1:]) for command in commands]
    assert codes == [0, 0, 0]
    assert {"report.html", "comment.md", "junit.xml"} <= {path.name for path in tmp_path.iterdir()}


def test_the_settings_of_the_readme_are_settings(tmp_path: Path) -> None:
    text = block("toml", "tool.holdfast")
    assert "tool" in tomllib.loads(text)
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    config = load_config(tmp_path, environ={})
    assert [table.metric for table in config.suites["support"]] == ["accuracy"]


def test_the_suite_of_the_how_to_is_checked_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (HOW_TO / "check-a-suite.md").read_text(encoding="utf-8")
    found = dict.fromkeys(re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL))
    python = "\n".join(text for language, text in found if language == "python")
    (tmp_path / "sums.py").write_text(python, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    command = next(text for language, text in found if language == "console")
    assert main(arguments=command.split()[1:]) == 1
    told = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    assert next(text for language, text in found if language == "text").rstrip() in told
    assert main(arguments=["check", "sums.py:SPOKEN", "--allow", "misses"]) == 0
    kinds = set(re.findall(r"`([a-z_]+)`", page.split("## What is found")[1]))
    assert set(KINDS) <= kinds


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("There are {left} left", "There are {left + 1} left"),
        ('{"part": part}', '{"part": part, "shelf": 1}'),
        ('name="count_stock"', 'name="find_part"'),
    ],
)
def test_the_agent_of_the_how_to_is_held_to_its_calls_and_its_answer(
    pytester: pytest.Pytester, right: str, wrong: str
) -> None:
    page = (HOW_TO / "test-an-agent.md").read_text(encoding="utf-8")
    text = next(iter(re.findall(r"```python\n(.*?)```", page, re.DOTALL)))
    assert text.count(right) == 1
    pytester.makepyfile(test_stock=text)
    assert pytester.runpytest("-q", "--holdfast-accept").ret == 0
    pytester.makepyfile(test_stock=text.replace(right, wrong))
    assert pytester.runpytest("-q").ret == 1


def test_the_judge_of_the_how_to_is_admitted_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (HOW_TO / "trust-a-judge.md").read_text(encoding="utf-8")
    found = re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL)
    suite, pairs = (text for language, text in found if language == "python")
    (tmp_path / "letters.py").write_text(suite, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    commands = [
        line
        for language, text in found
        if language == "console"
        for line in text.strip().splitlines()
    ]
    runs: dict[str, str] = {}
    codes: dict[str, int] = {}
    for line in commands:
        words = [runs.get(word, word) for word in line.split()[1:]]
        capsys.readouterr()
        codes[" ".join(line.split()[1:3])] = main(arguments=[*words, "--json"])
        answer = json.loads(capsys.readouterr().out)
        if words[0] == "run":
            runs["NEW" if line.endswith("new") else "OLD"] = answer["id"]
        if words[1] == "sheet":
            text = (tmp_path / "labels.csv").read_text(encoding="utf-8")
            polite = re.compile(r"(?m)^(.*(?:Please|glad).*,)$")
            text = re.sub(r"(?m)^((?!case_id).*,)$", r"\1fail", polite.sub(r"\1pass", text))
            (tmp_path / "labels.csv").write_text(text, encoding="utf-8")
    assert codes["judge check"] == 0
    assert codes["compare OLD"] == 1
    assert codes["judge drift"] == 0
    assert (tmp_path / "reports" / "judges" / "letters" / "polite.json").is_file()
    (tmp_path / "both.py").write_text(f"{suite}\n{pairs}", encoding="utf-8")
    runpy.run_path(str(tmp_path / "both.py"))
    assert re.match(r"\d+ \d+ \d+ p ", capsys.readouterr().out)


def test_the_page_on_changes_names_them_and_keeps_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (HOW_TO / "see-what-changed.md").read_text(encoding="utf-8")
    [program] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "parrot.py").write_text(program, encoding="utf-8")
    ids = []
    for arm in ("old", "new"):
        assert main(arguments=["run", "parrot.py:SUITE", f"parrot.py:{arm}", "--json"]) == 0
        ids.append(json.loads(capsys.readouterr().out)["id"])
    assert main(arguments=["compare", *ids, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["origin"]["sentence"] == (
        "2 things changed besides the answers: prompt parrot.md, temperature 0.0 → 0.7."
    )
    [diff] = [change["diff"] for change in found["changes"] if change["kind"] == "prompt"]
    assert "-Say nothing else.\n+Be brief." in diff
    files = [file.read_bytes() for file in (tmp_path / "reports").rglob("*") if file.is_file()]
    assert not any(b"k-3f9a1c77d2" in content for content in files)
