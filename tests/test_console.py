"""Colors go where they are read, and nowhere else."""

import os
import sys

import pytest

from holdfast.cli import main
from holdfast.commands.console import Console


@pytest.mark.parametrize(
    ("terminal", "environment", "colored"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "0"}, False),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {"FORCE_COLOR": "0"}, True),
        (True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_color_follows_terminal_and_environment(monkeypatch, terminal, environment, colored):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", type("Out", (), {"isatty": lambda _: terminal})())
    found = Console(as_json=False).color
    monkeypatch.undo()
    assert found == colored


def test_the_width_is_what_columns_says(monkeypatch):
    monkeypatch.setenv("COLUMNS", "57")
    assert Console(as_json=False).width == 57
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((0, 0)))
    assert Console(as_json=False).width == 100


def test_what_is_said_moves_no_cursor_and_commands_no_log(capsys):
    Console(as_json=False).say("run \x1b]0;owned\x07 of\n::error::owned\n ##[error]x \u202eabc")
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\x07" not in out and "\u202e" not in out and "##[" not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())
    Console(as_json=False).show("\x1b[31mred\x1b[0m")
    assert capsys.readouterr().out == "\x1b[31mred\x1b[0m\n"


def test_an_error_moves_no_cursor_and_commands_no_log(capsys):
    assert main(arguments=["show", "x\x1b[2J\n::error::owned"]) == 4
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert not any(line.lstrip().startswith("::") for line in err.splitlines())
