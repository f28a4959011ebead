"""Child: a script run in a process of its own, whose last line of output is its figures as JSON."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from environments import QUIET


def run_child(command: list[str | Path], *, timeout: float = 1800.0) -> dict[str, Any]:
    """Figures that the command printed, with the bytes that it left in its home folder.

    The command starts in an empty folder that is also its home, so that whatever it records on
    disk is found there.

    Raises:
        RuntimeError: it failed.
    """
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as home:
        environment = {**os.environ, **QUIET, "HOME": home, "XDG_DATA_HOME": home}
        done = subprocess.run(
            [str(part) for part in command],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stderr[-3000:]}")
        figures = json.loads(done.stdout.strip().splitlines()[-1])
        files = [path for path in Path(home).rglob("*") if path.is_file()]
        return {**figures, "bytes": sum(path.stat().st_size for path in files)}
