"""`holdfast prompts`: which version is live, what changed, pinning and rolling back."""

import json
from pathlib import Path
from typing import Any

import pytest

from holdfast import cli


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose prompt has two versions; its prompts are the current folder's."""
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\nprompts = 'app/prompts'\n")
    monkeypatch.chdir(tmp_path)
    write(tmp_path, 1, "Be brief.")
    write(tmp_path, 2, "Be very brief.")
    return tmp_path


def write(root: Path, version: int, text: str) -> None:
    path = root / "app" / "prompts" / "support" / f"v{version}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"+++\nmodel = 'small'\n+++\n# system\n{text}\n", encoding="utf-8")


def call(*arguments: str) -> int:
    return cli.main(arguments=["prompts", *arguments])


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    call(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_the_list_shows_live_versions_and_drafts(capsys: pytest.CaptureFixture[str]):
    call("pin", "support", "v1")
    assert call("list") == 0
    assert capsys.readouterr().out.splitlines()[-1].split(None, 2) == [
        "support",
        "v1",
        "v1 live, v2 draft",
    ]
    row = answer(capsys, "list")["prompts"][0]
    assert (row["live"], row["newest"], row["altered"]) == (1, 2, [])


def test_an_edited_version_turns_the_list_red(folder: Path, capsys: pytest.CaptureFixture[str]):
    call("pin", "support", "v1")
    write(folder, 1, "Be long.")
    assert call("list") == 3
    assert "v1 edited" in capsys.readouterr().out
    assert call("pin", "support", "v1") == 4
    assert "write v3.md and restore v1.md" in capsys.readouterr().err


def test_a_diff_shows_lines_digests_and_days(capsys: pytest.CaptureFixture[str]):
    call("pin", "support", "v1")
    assert call("diff", "support") == 0
    out = capsys.readouterr().out
    assert "-Be brief.\n+Be very brief." in out
    assert "- support/v1  live, accepted on " in out
    assert "+ support/v2  draft  (" in out
    told = answer(capsys, "diff", "support", "v2", "1")
    assert (told["old"]["version"], told["new"]["version"]) == (2, 1)
    assert "+Be brief." in told["diff"]


def test_a_prompt_cannot_move_the_cursor_of_a_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    call("pin", "support", "v1")
    write(folder, 2, "Be \x1b[2J brief.")
    call("diff", "support")
    assert "\x1b" not in capsys.readouterr().out


def test_pins_and_rollbacks_are_logged(capsys: pytest.CaptureFixture[str]):
    for command in (("pin", "support", "v1"), ("pin", "support"), ("rollback", "support")):
        assert call(*command) == 0
    assert "support/v1 is live again, it was v2" in capsys.readouterr().out
    told = answer(capsys, "log", "support")
    assert told["live"] == 1
    assert [(one["version"], one["rollback"]) for one in told["pins"]] == [
        (1, False),
        (2, False),
        (1, True),
    ]
    assert [one["state"] for one in told["versions"]] == ["accepted", "live"]
    assert call("log", "support") == 0
    assert "v1  (rollback)" in capsys.readouterr().out


def test_a_version_can_be_accepted_without_going_live(capsys: pytest.CaptureFixture[str]):
    call("pin", "support", "v1")
    told = answer(capsys, "pin", "support", "v2", "--accept-only")
    assert (told["live"], told["changed"]) == (1, True)
    again = answer(capsys, "pin", "support", "v2", "--accept-only")
    assert again["changed"] is False


def test_what_is_not_there_is_named(capsys: pytest.CaptureFixture[str]):
    assert call("diff", "suport") == 4
    assert "did you mean 'support'" in capsys.readouterr().err
    assert call("diff", "support") == 4
    assert "holdfast prompts pin support v2" in capsys.readouterr().err
    assert call("pin", "support", "newest") == 4
    assert "'newest' is no version; write v3 or 3" in capsys.readouterr().err


def test_a_project_without_prompts_is_told_where_they_go(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "pyproject.toml").write_text("[tool.holdfast]\n")
    assert call("list") == 0
    assert "write one as prompts/NAME/v1.md" in capsys.readouterr().out
