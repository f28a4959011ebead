"""What does holdfast cost those who only start it, or who have it installed and do not use it?

CPU seconds of whole processes, beside a bare Python started in the same round. Exits with 1 where
`holdfast --help` costs more than 0.25 s above bare Python, `import holdfast` more than 0.1 s, or
where its pytest plugin costs a session that does not use it more than 0.03 s.

    python benchmarks/startup.py
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from report import Target, finish, table

TEST = "def test_nothing():\n    assert True\n"
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "bare python": ("-c", "pass"),
    "import holdfast": ("-c", "import holdfast"),
    "pytest without the plugin": PYTEST,
    "pytest with the plugin": (*PYTEST, "-p", "holdfast.plugin"),
}
"""Arguments of Python by what they measure."""


def commands() -> dict[str, list[str]]:
    """Command lines by what they measure."""
    found = {name: [sys.executable, *parts] for name, parts in COMMANDS.items()}
    script = Path(sys.executable).with_name("holdfast")
    if not script.exists():
        raise SystemExit(f"{script} is missing; install holdfast into this environment first")
    found["holdfast --help"] = [str(script), "--help"]
    return found


def spent(command: Sequence[str], folder: Path) -> float:
    """CPU seconds of a process and its children."""
    # Other plugins of the environment cost more than what is measured, and vary.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling anew each time is not starting
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(rounds: int) -> dict[str, list[float]]:
    """CPU seconds by command and round; the commands take turns."""
    lines = commands()
    times: dict[str, list[float]] = {name: [] for name in lines}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_nothing.py").write_text(TEST)
        for turn in range(rounds + 1):
            # Turning the order round takes from every command the advantage of its place.
            order = list(lines) if turn % 2 else list(reversed(lines))
            for name in order:
                seconds = spent(lines[name], Path(folder))
                if turn > 0:  # the first round fills the disk cache and compiles
                    times[name].append(seconds)
    return times


def above(times: Mapping[str, list[float]], name: str, ground: str) -> float:
    """Median over the rounds of what a command costs more than another in the same round."""
    pairs = zip(times[name], times[ground], strict=True)
    return statistics.median(cost - base for cost, base in pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15, help="at least 10 for a steady median")
    parser.add_argument("--write", action="store_true", help="write results/startup.md")
    chosen = parser.parse_args(arguments)
    times = measure(chosen.rounds)
    bare = statistics.median(times["bare python"])
    rows = [
        [
            name,
            f"{1000 * statistics.median(found):.0f}",
            f"{1000 * min(found):.0f}",
            f"{statistics.median(found) / bare:.1f}",
        ]
        for name, found in times.items()
    ]
    plugin = above(times, "pytest with the plugin", "pytest without the plugin")
    targets = [
        Target(
            claim="`holdfast --help` above bare Python",
            measured=above(times, "holdfast --help", "bare python"),
            limit=0.25,
            unit="s",
        ),
        Target(
            claim="`import holdfast` above bare Python",
            measured=above(times, "import holdfast", "bare python"),
            limit=0.1,
            unit="s",
        ),
        Target(
            claim="the plugin in a session without a gate", measured=plugin, limit=0.03, unit="s"
        ),
    ]
    headers = ("command", "median CPU, ms", "least CPU, ms", "times bare Python")
    sections = [f"{chosen.rounds} interleaved rounds.", table(headers, rows)]
    write = "startup" if chosen.write else None
    return finish("Cost of starting", sections, targets, write=write)


if __name__ == "__main__":
    sys.exit(main())
