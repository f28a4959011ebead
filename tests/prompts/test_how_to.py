"""The page on prompts says what is so: its version is read, its program runs, its commands work."""

import re
import runpy
from pathlib import Path

import pytest

from holdfast.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "keep-prompts.md"


def test_the_page_on_prompts_works_from_top_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    blocks = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\n")
    folder = tmp_path / "prompts" / "sorter"
    folder.mkdir(parents=True)
    (folder / "v1.md").write_text(blocks["markdown"], encoding="utf-8")
    (folder / "v2.md").write_text(blocks["markdown"].replace("one of", "exactly one of"))
    (tmp_path / "sorter.py").write_text(blocks["python"], encoding="utf-8")
    program = runpy.run_path(str(tmp_path / "sorter.py"))

    for line in blocks["console"].strip().splitlines():
        assert main(arguments=line.split()[1:]) == 0, line
    assert "+Sort the message into exactly one of" in capsys.readouterr().out

    sorter = program["Sorter"]()
    assert sorter.prompt.label == "sorter/v1"
    assert [turn.content for turn in sorter.turns("Refund?")] == [
        "Sort the message into one of: delivery, money, other.",
        "Where is my parcel?",
        "delivery",
        "Refund?",
    ]
    assert sorter.spec.artifacts == {"sorter.md": sorter.prompt.digest}
    assert sorter.spec.digest != program["Sorter"](2).spec.digest
