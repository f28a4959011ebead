"""Colors go where they are read, and nowhere else."""

import os
import sys

import pytest

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
