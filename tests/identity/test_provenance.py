"""Tests of holdfast.identity.provenance: enough to make a run again, nothing about who made it."""

import functools
import getpass
import importlib
import platform
import socket
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from holdfast.identity.provenance import observe, own_sources
from holdfast.metrics import ExactMatch


def system(question: str) -> str:
    import filelock  # a dependency that only the system's own code names
    import yaml_that_is_not_installed  # type: ignore[import-not-found]

    return f"{filelock}{yaml_that_is_not_installed}{question}"


def test_a_run_knows_its_python_packages_and_time() -> None:
    found = observe(system, seed=3)
    assert found.python == platform.python_version()
    assert found.seed == 3
    assert found.holdfast
    assert {"filelock", "pytest"} <= set(found.packages)
    assert "yaml_that_is_not_installed" not in found.packages
    assert datetime.fromisoformat(found.started).tzinfo is not None


def test_packages_of_the_parts_that_a_system_carries_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "carried_part.py").write_text("def answer(question):\n    import jinja2\n")
    monkeypatch.syspath_prepend(tmp_path)
    part = importlib.import_module("carried_part").answer
    whole = functools.partial(system, parts={"first": [part]})
    assert "jinja2" not in {name.lower() for name in observe(system, seed=0).packages}
    assert "jinja2" in {name.lower() for name in observe(whole, seed=0).packages}


def test_names_of_hosts_and_users_stay_out() -> None:
    text = repr(observe(system, seed=0))
    for name in (socket.gethostname(), getpass.getuser(), str(Path.home())):
        if len(name) > 4:
            assert name not in text


def test_a_folder_without_git_has_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = observe(system, seed=0)
    assert (found.git_commit, found.git_dirty) == (None, None)


def test_a_machine_without_git_has_no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert observe(system, seed=0).git_commit is None


def test_a_commit_and_its_later_changes_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "somebody@example.org")
    (tmp_path / "file").write_text("1")
    for command in (["init", "-q"], ["add", "file"], ["commit", "-qm", "first"]):
        subprocess.run(["git", *command], check=True)
    clean = observe(system, seed=0)
    assert clean.git_commit is not None
    assert len(clean.git_commit) == 40
    assert clean.git_dirty is False
    (tmp_path / "file").write_text("2")
    assert observe(system, seed=0).git_dirty is True
    subprocess.run(["git", "switch", "-qc", "next"], check=True)
    assert observe(system, seed=0).git_branch == "next"
    subprocess.run(["git", "switch", "-q", "--detach"], check=True)
    assert observe(system, seed=0).git_branch is None


def test_the_own_files_of_a_system_are_known_by_their_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "own_helper.py").write_text("SIZE = 1\n")
    (tmp_path / "own_other.py").write_text("")
    (tmp_path / "own_bot.py").write_text(
        "import jinja2\nimport own_helper\ndef answer(question): return own_helper.SIZE\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    answer = importlib.import_module("own_bot").answer
    before = own_sources([answer])
    assert list(before) == ["own_bot.py", "own_helper.py"]
    assert observe(answer, seed=0).sources == before
    (tmp_path / "own_helper.py").write_text("SIZE = 10\n")
    after = own_sources([answer])
    assert after["own_bot.py"] == before["own_bot.py"]
    assert after["own_helper.py"] != before["own_helper.py"]


def test_the_engine_and_installed_packages_are_known_by_their_versions() -> None:
    assert own_sources([ExactMatch(), importlib.import_module("jinja2").Environment]) == {}
