"""Environments: one virtual environment for each peer, built when a benchmark first needs it."""

import shutil
import subprocess
import sys
from pathlib import Path

PINS = {
    "pydantic-evals": "pydantic-evals==2.62.0",
    "deepeval": "deepeval==4.3.1",
    "inspect-ai": "inspect-ai==0.3.285",
    "multivon-eval": "multivon-eval==0.20.0",
    "statgate": "statgate==0.1.1",
    "evalsig": "evalsig==0.1.2",
    "deltagate": "deltagate==0.1.1",
    "evalproof": "evalproof==0.2.1",
}
"""What pip installs for each peer; the only place that names their versions."""

QUIET = {
    "DEEPEVAL_TELEMETRY_OPT_OUT": "YES",
    "DEEPEVAL_NO_INSPECT_PROMPT": "1",
    "DO_NOT_TRACK": "1",
    "INSPECT_DISPLAY": "none",
    "LOGFIRE_SEND_TO_LOGFIRE": "false",
}
"""Environment variables that keep the peers from sending anything anywhere."""

_CACHE = Path(__file__).parents[1] / ".holdfast" / "bench"


def built(peer: str) -> bool:
    """Whether the peer's environment is there, with the version that is pinned."""
    folder = _CACHE / peer
    marker = folder / "pin.txt"
    return (
        marker.is_file()
        and marker.read_text() == PINS[peer]
        and (folder / "bin" / "python").exists()
    )


def interpreter(peer: str) -> Path:
    """Python of the peer's environment; building it needs a package index once."""
    folder, pin = _CACHE / peer, PINS[peer]
    python = folder / "bin" / "python"
    if built(peer):
        return python
    print(f"building an environment with {pin}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", pin], check=True)
    (folder / "pin.txt").write_text(pin)
    return python
