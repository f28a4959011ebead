"""Ctrl-C: in pytest and on the command line a user is told what was kept and how to go on."""

import subprocess
import sys
from pathlib import Path

import pytest

SUITE = '''
"""A suite whose system is interrupted by the user while it answers the tenth question."""
import os
import signal
import time

from holdfast import Case, Dataset, Policy, Spec, Suite
from holdfast.metrics import ExactMatch

CASES = tuple(Case(id=f"c{n}", input=n, expected=str(n)) for n in range(40))
SUITE = Suite(
    name="long",
    dataset=Dataset(name="long", cases=CASES),
    metrics=(ExactMatch(),),
    policies=(Policy(metric="exact_match", margin=0.1),),
)


def system(number):
    if number == 10:
        os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.2 if number >= 10 else 0.0)
    return str(number)


system.spec = Spec(name="slow")


def test_long(gate):
    gate(SUITE, system)
'''

PYTEST = ("pytest", "-q", "-p", "no:cacheprovider", "test_long.py")
RUN = ("holdfast", "run", "test_long.py:SUITE", "test_long.py:system")


@pytest.mark.parametrize("command", [PYTEST, (*PYTEST, "-s"), RUN], ids=["pytest", "-s", "run"])
def test_ctrl_c_says_what_was_kept_and_nothing_else(command: tuple[str, ...], tmp_path: Path):
    (tmp_path / "test_long.py").write_text(SUITE)
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\n")

    program = [sys.executable, "-m", *command]
    if command[0] == "holdfast":
        entry = "import sys; from holdfast.cli import main; sys.exit(main())"
        program = [sys.executable, "-c", entry, *command[1:]]
    ended = subprocess.run(
        program, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )

    text = ended.stdout + ended.stderr
    assert ended.returncode in (2, 130)
    assert text.count("run the same command again to resume") == 1
    assert "of 40 trials, kept in" in text
    assert "Traceback" not in text
    assert "never retrieved" not in text
