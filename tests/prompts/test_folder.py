"""Prompts by name and version: what is accepted stays as it is, and one version is live."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.prompts import PromptFolder
from holdfast.prompts.commits import commits_of
from holdfast.prompts.pins import Pins, pins_text, read_pins

DAY = date(2026, 11, 20)
LATER = date(2026, 11, 24)


@pytest.fixture
def folder(tmp_path: Path) -> PromptFolder:
    write(tmp_path, 1, "Be brief.")
    write(tmp_path, 2, "Be very brief.")
    return PromptFolder(tmp_path)


def write(root: Path, version: int, text: str) -> None:
    path = root / "support" / f"v{version}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"# system\n{text}\n", encoding="utf-8")


def test_a_pinned_version_is_live_and_the_newer_draft_is_not(folder: PromptFolder):
    folder.pin("support", 1, today=DAY)
    assert folder.read("support").version == 1
    assert [folder.state("support", n) for n in folder.versions("support")] == ["live", "draft"]


def test_without_a_pin_nothing_is_live_and_the_error_says_how_to_pin(folder: PromptFolder):
    with pytest.raises(UsageError, match="holdfast prompts pin support v2"):
        folder.read("support")


def test_a_draft_may_change_and_an_accepted_version_may_not(folder: PromptFolder):
    folder.accept("support", 1, today=DAY)
    write(folder.path, 2, "Be brief, please.")
    assert "please" in folder.read("support", version=2).text
    write(folder.path, 1, "Be long.")
    with pytest.raises(
        UsageError, match=r"accepted on 2026-11-20 .* write v3\.md and restore v1\.md"
    ):
        folder.read("support", version=1)
    assert folder.state("support", 1) == "edited"
    with pytest.raises(UsageError, match=r"write v3\.md"):
        folder.pin("support", 1, today=LATER)


def test_an_accepted_version_without_its_file_is_missing(folder: PromptFolder):
    folder.pin("support", 1, today=DAY)
    (folder.path / "support" / "v1.md").unlink()
    assert folder.state("support", 1) == "missing"
    with pytest.raises(UsageError, match="has no file; restore"):
        folder.read("support")


def test_line_ends_of_a_checkout_do_not_count_as_an_edit(folder: PromptFolder):
    digest = folder.pin("support", 1, today=DAY).digest
    path = folder.path / "support" / "v1.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert folder.read("support").digest == digest


def test_a_version_without_text_of_an_editor_is_no_version(folder: PromptFolder):
    for name in ("v3.md~", "v03.md", "v0.md", "notes.md", "v4.txt"):
        (folder.path / "support" / name).write_text("# user\nx")
    assert folder.versions("support") == (1, 2)


def test_unknown_names_and_versions_list_the_known_ones(folder: PromptFolder):
    with pytest.raises(UsageError, match="did you mean 'support'"):
        folder.read("suport")
    with pytest.raises(UsageError, match=r"no version v7 .*known: v1, v2"):
        folder.read("support", version=7)


def test_a_rollback_goes_back_one_pin_at_a_time(folder: PromptFolder):
    write(folder.path, 3, "Be quick.")
    for version in (1, 2, 3):
        folder.pin("support", version, today=DAY)
    assert folder.roll_back("support", today=LATER).version == 2
    assert folder.roll_back("support", today=LATER).version == 1
    with pytest.raises(UsageError, match="no other version was live before"):
        folder.roll_back("support", today=LATER)
    assert [moment.version for moment in folder.pins("support").moments] == [1, 2, 3, 2, 1]


def test_a_rollback_to_an_edited_version_changes_nothing(folder: PromptFolder):
    folder.pin("support", 1, today=DAY)
    folder.pin("support", 2, today=DAY)
    write(folder.path, 1, "Be long.")
    with pytest.raises(UsageError, match=r"write v3\.md"):
        folder.roll_back("support", today=LATER)
    assert folder.live("support") == 2


def test_a_broken_file_of_pins_is_told_from_an_absent_one(folder: PromptFolder):
    (folder.path / "pins.json").write_text("<<<<<<< HEAD\n")
    with pytest.raises(UsageError, match="settle the merge"):
        folder.names()


def test_a_pin_of_what_was_never_accepted_is_refused(folder: PromptFolder):
    row = '{"prompts": {"support": {"accepted": {}, "live": [{"version": "v1", "date": "x"}]}}}'
    (folder.path / "pins.json").write_text(row)
    with pytest.raises(UsageError, match="not among the accepted"):
        folder.live("support")


ACTIONS = st.lists(st.integers(0, 4), max_size=30)


@given(ACTIONS)
def test_a_rollback_undoes_the_last_pin_that_stands(actions: list[int]):
    """0 rolls back, any other number is pinned; a stack of live versions tells what must be so."""
    pins, stack = Pins(), []
    for action in actions:
        if action == 0:
            if len(stack) < 2:
                with pytest.raises(UsageError):
                    pins.roll_back(DAY)
                continue
            stack.pop()
            pins = pins.roll_back(DAY)
        else:
            pins = pins.accept(action, f"{action:032}", DAY).pin(action, DAY)
            stack += [action] if not stack or stack[-1] != action else []
        assert pins.live == stack[-1]
        assert pins.before == (stack[-2] if len(stack) > 1 else None)
    assert read_pins(pins_text({"x": pins}), where="here") == {"x": pins}


def test_commits_of_a_file_come_newest_first_and_need_a_repository(folder: PromptFolder):
    path = folder.file("support", 1)
    assert commits_of(path) is None
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "-m", "First: brief"],
    ):
        subprocess.run(["git", *command], cwd=folder.path, check=True)
    found = commits_of(path)
    assert found is not None
    assert [commit.subject for commit in found] == ["First: brief"]
