"""A pull request has one comment of a build, whatever else is written there."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from holdfast.cli import main

BOT = {"login": "github-actions[bot]", "type": "Bot"}
ROOT = Path(__file__).parents[1]


class GitHub:
    """The world behind the fake `gh`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "github.json"
        self.write(account=BOT, comments=[], read_only=False, asked=[])

    def read(self):
        return json.loads(self.path.read_text("utf-8"))

    def write(self, **change):
        old = self.read() if self.path.exists() else {}
        self.path.write_text(json.dumps(old | change), "utf-8")

    @property
    def bodies(self):
        return [comment["body"] for comment in self.read()["comments"]]


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    """A build of pull request 7, with `gh` on the path and a summary to post."""
    tools = tmp_path / "bin"
    tools.mkdir()
    shutil.copy(Path(__file__).parent / "fake_gh.py", tools / "fake_gh.py")
    program = tools / "gh"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{tools / "fake_gh.py"}" "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GITHUB_REPOSITORY", "me/mine")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    monkeypatch.setenv("GH_TOKEN", "secret-token")
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports/html").mkdir(parents=True)
    (tmp_path / "reports/html/summary.md").write_text("<!-- holdfast:build -->\n### ✓ Pass\n")
    return GitHub(tools)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments=["comment", *arguments]) == 0
    return capsys.readouterr().out


def test_the_first_build_writes_and_the_next_changes_it(github, capsys, tmp_path):
    assert told(capsys) == "wrote https://gh/1000\n"
    (tmp_path / "reports/html/summary.md").write_text("<!-- holdfast:build -->\n### ✕ Bad\n")
    assert told(capsys) == "changed https://gh/1000\n"
    assert github.bodies == ["<!-- holdfast:build -->\n### ✕ Bad\n"]


def test_each_key_has_its_own_comment(github, capsys):
    told(capsys)
    told(capsys, "--key", "nightly")
    told(capsys, "--key", "nightly")
    assert [body.splitlines()[0] for body in github.bodies] == [
        "<!-- holdfast:build -->",
        "<!-- holdfast:nightly -->",
    ]


def test_a_comment_of_somebody_else_is_never_changed(github, capsys):
    """Not by its text, and not where it quotes the marker."""
    mine = "<!-- holdfast:build -->\n"
    people = {"login": "eve", "type": "User"}
    other = {"login": "other[bot]", "type": "Bot"}
    comments = [
        {"id": 1, "user": people, "body": f"{mine} hello", "html_url": "https://gh/1"},
        {"id": 2, "user": BOT, "body": f"> {mine}", "html_url": "https://gh/2"},
        {"id": 3, "user": other, "body": f"{mine} x", "html_url": "https://gh/3"},
        {"id": 4, "user": None, "body": None, "html_url": "https://gh/4"},
    ]
    github.write(comments=comments)
    assert told(capsys).startswith("wrote ")
    assert github.bodies[:4] == [comment["body"] for comment in comments]
    assert not any("comments/1" in asked for asked in github.read()["asked"])


def test_a_person_s_token_finds_that_person_s_comment(github, capsys):
    github.write(account={"login": "me", "type": "User"})
    told(capsys)
    assert told(capsys).startswith("changed ")
    assert len(github.bodies) == 1


@pytest.mark.parametrize("answer", [{"message": "moved"}, None, 7, ["text"]])
def test_an_answer_that_is_no_list_of_comments_fails_no_build(github, capsys, answer):
    github.write(strange=answer)
    assert told(capsys).startswith("no comment: gh gave no list of comments")


def test_the_comment_is_found_behind_hundreds_of_others(github, capsys):
    others = [
        {"id": n, "user": {"login": "p", "type": "User"}, "body": "hi", "html_url": ""}
        for n in range(250)
    ]
    own = {
        "id": 999,
        "user": BOT,
        "body": "<!-- holdfast:build -->\nold",
        "html_url": "https://gh/9",
    }
    github.write(comments=[*others, own])
    assert told(capsys) == "changed https://gh/9\n"
    assert len(github.bodies) == 251


def test_a_fork_without_rights_is_told_and_does_not_fail(github, capsys):
    github.write(read_only=True)
    assert "Resource not accessible by integration" in told(capsys)
    assert github.bodies == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GH_TOKEN", "", "no token"),
        ("GITHUB_REPOSITORY", "", "no build of GitHub Actions"),
        ("GITHUB_EVENT_PATH", "/nowhere", "no pull request"),
        ("PATH", "/nowhere", "gh is not installed"),
    ],
)
def test_what_is_missing_is_said(github, capsys, monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    assert said in told(capsys)
    assert github.bodies == []


@pytest.mark.parametrize("event", ["[]", "{}", "nonsense", '{"pull_request": {"number": "7; rm"}}'])
def test_a_strange_event_is_no_pull_request(github, capsys, tmp_path, event):
    (tmp_path / "event.json").write_text(event)
    assert "no pull request" in told(capsys)


def test_a_session_that_wrote_nothing_has_no_comment(github, capsys, tmp_path):
    (tmp_path / "reports/html/summary.md").unlink()
    assert "did the session end?" in told(capsys)


def test_a_text_of_any_length_fits(github, capsys, tmp_path):
    (tmp_path / "long.md").write_text("ä line of a file\n" * 20_000)
    told(capsys, "long.md", "--report", "https://ci.example/7")
    [body] = github.bodies
    assert body.endswith("The rest is in the report.\n\n[Report](https://ci.example/7)\n")


@pytest.mark.parametrize("bad", ["--key=a --> b", "--report=javascript:alert(1)", "--pull=0"])
def test_what_could_leave_its_place_is_refused(github, capsys, bad):
    assert main(arguments=["comment", bad]) == 4
    assert github.bodies == []


def test_the_token_is_never_shown(github, capsys):
    github.write(read_only=True)
    assert main(arguments=["comment", "--json"]) == 0
    found = capsys.readouterr()
    assert "secret-token" not in found.out + found.err


# The action itself: its steps run by bash, as a runner would, with the real programs.


def steps():
    yaml = pytest.importorskip("ruamel.yaml")
    return yaml.YAML(typ="safe").load((ROOT / "action.yml").read_text("utf-8"))


def test_no_input_is_pasted_into_a_script_and_every_foreign_action_is_pinned():
    action = steps()
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        if "run" in step:
            assert step["shell"] == "bash"
        if "uses" in step:
            name, _, commit = step["uses"].partition("@")
            assert name.startswith("actions/")
            assert len(commit) == 40
    used = (ROOT / "action.yml").read_text("utf-8")
    assert all(f"inputs.{name}" in used for name in action["inputs"])


def run_action(tmp_path: Path, **inputs: str) -> tuple[int, str]:
    """Exit code and output of the steps that are scripts, in their order, but the installation."""
    action = steps()
    given = {name: str(field.get("default", "")) for name, field in action["inputs"].items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    outputs, said = tmp_path / "outputs", ""
    outputs.write_text("")
    code = 0
    for step in action["runs"]["steps"]:
        if "run" not in step or step["name"] == "Install":
            continue
        if step["name"].startswith("Comment") and given["comment"] != "true":
            continue
        environment = {**os.environ, "GITHUB_OUTPUT": str(outputs)}
        for name, value in step.get("env", {}).items():
            environment[name] = value
            for key, filled in given.items():
                environment[name] = environment[name].replace(f"${{{{ inputs.{key} }}}}", filled)
            exit_code = outputs.read_text().strip().rpartition("=")[2]
            wanted = "${{ steps.evaluate.outputs.exit-code }}"
            environment[name] = environment[name].replace(wanted, exit_code)
            environment[name] = environment[name].replace(
                "${{ steps.report.outputs.artifact-url }}", "https://gh/artifact"
            )
            assert "${{" not in environment[name].replace("${{ github.token }}", "")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=tmp_path / given["working-directory"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said += done.stdout + done.stderr
        code = done.returncode
        assert code == 0 or step["name"] == "Verdict" or step.get("continue-on-error")
    return code, said


@pytest.fixture
def holdfast_on_path(github, tmp_path, monkeypatch):
    """The command line as it is installed."""
    program = tmp_path / "bin/holdfast"
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c '
        '"import sys; from holdfast.cli import main; sys.exit(main())" "$@"\n'
    )
    program.chmod(0o755)
    return github


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_the_action_ends_with_the_verdict_after_it_commented(holdfast_on_path, tmp_path, code):
    assert run_action(tmp_path, command=f"exit {code}")[0] == code
    [body] = holdfast_on_path.bodies
    assert "[Report](https://gh/artifact)" in body


def test_inputs_stay_values(holdfast_on_path, tmp_path):
    trick = '$(touch owned) "; touch owned; #'
    code, _ = run_action(tmp_path, command="true", key=trick, profile=trick)
    assert code == 0
    assert not (tmp_path / "owned").exists()


def test_the_profile_reaches_pytest(holdfast_on_path, tmp_path):
    _, said = run_action(tmp_path, command='echo "<$PYTEST_ADDOPTS>"', profile="release")
    assert "--holdfast-profile=release>" in said


def test_a_fork_s_build_keeps_its_verdict(holdfast_on_path, tmp_path):
    holdfast_on_path.write(read_only=True)
    code, said = run_action(tmp_path, command="exit 1")
    assert code == 1
    assert "no comment: gh: Resource not accessible" in said.replace("gh: gh:", "gh:")


RECIPES = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/how-to/ci.md").read_text("utf-8"), re.S)
FORMS = {
    "action": ("github-actions", (ROOT / "action.yml").read_text("utf-8")),
    "init": (
        "github-workflows",
        (ROOT / "src/holdfast/skeleton/workflows/evals.yml.txt").read_text("utf-8"),
    ),
    "github": ("github-workflows", RECIPES[0]),
    "nightly": ("github-workflows", RECIPES[1]),
    "gitlab": ("gitlab-ci", RECIPES[2]),
}


@pytest.mark.parametrize("name", FORMS)
def test_actions_workflows_and_recipes_have_the_form_of_their_schema(name, tmp_path):
    checker = pytest.importorskip("check_jsonschema")
    schema, text = FORMS[name]
    copy = tmp_path / f"{name}.yml"
    copy.write_text(text)
    check = ["--builtin-schema", f"vendor.{schema}", str(copy)]
    done = CliRunner().invoke(checker.main, check)
    assert done.exit_code == 0, done.output
