"""What does a report of the same two runs cost here, in promptfoo and in Inspect?

Two recorded runs of 10,000 cases and five metrics are written as holdfast's HTML file, as
promptfoo's HTML output and as the bundle of Inspect View. Compared are the time of writing (of
promptfoo: an evaluation with HTML output less one without, since it writes HTML in no other way),
the size, whether the file opens from disk, and how long Chromium takes until a case stands on the
screen. Exits with 1 where holdfast's report is larger than another or takes longer to open. The
times of writing are no target: bundling copies logs that the evaluation wrote and compares nothing.

    pip install playwright    # and a Chromium on the PATH, or named by HOLDFAST_CHROMIUM
    python benchmarks/report_peers.py

promptfoo is a program for Node 22: it is installed with npm, and Node itself as a Python wheel.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comparing import LARGE, simulated
from environments import QUIET, interpreter, node_package
from report import Target, finish, table
from report_browser import talking

from holdfast.comparison import compare
from holdfast.gate import decide, default_policies
from holdfast.metric import Score
from holdfast.record import Run
from holdfast.report import render_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent
PATIENCE = 90
"""Seconds that a page is given to show a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was measured of one tool's report."""

    tool: str
    seconds: float
    megabytes: float
    files: int
    from_disk: bool
    """A case can be read where the file is opened from disk, without a server."""
    opened: float
    """Seconds until a case stands on the screen; infinite where it never did."""


def rows_of(run: Run) -> dict[str, Any]:
    """A run as the peers' adapters read it."""
    cases = {case.id: case for case in run.cases}
    return {
        trial.case_id: {
            "question": cases[trial.case_id].input,
            "expected": cases[trial.case_id].expected,
            "text": trial.response.text if trial.response else "",
            "scores": {
                metric: (outcome.value, outcome.why)
                for metric, outcome in trial.scores.items()
                if isinstance(outcome, Score)
            },
        }
        for trial in run.trials
    }


def of_holdfast(runs: Sequence[Run], folder: Path, browser: "Browser") -> Written:
    """The report of this project."""
    baseline, candidate = runs
    policies = default_policies(candidate.metrics)
    verdict = decide(compare(baseline, candidate, policies=policies), policies)
    file = folder / "holdfast.html"
    began = time.perf_counter()
    file.write_text(render_html(verdict), encoding="utf-8")
    seconds = time.perf_counter() - began
    opened = shown(browser, file.as_uri())
    return Written(
        tool="holdfast",
        seconds=seconds,
        megabytes=file.stat().st_size / 1e6,
        files=1,
        from_disk=opened < PATIENCE,
        opened=opened,
    )


def of_promptfoo(runs: Sequence[Run], folder: Path, browser: "Browser") -> Written:
    """The HTML output of promptfoo."""
    for name in ("provider.js", "score.js"):
        shutil.copy(HERE / "peers" / "promptfoo" / name, folder)
    rows = rows_of(runs[0])
    tests = [{"vars": {"id": key, "question": row["question"]}} for key, row in rows.items()]
    asserts = [
        {
            "type": "javascript",
            "metric": name,
            "value": "file://score.js",
            "config": {"metric": name},
        }
        for name in LARGE.metrics
    ]
    settings = {
        "prompts": ["{{question}}"],
        "providers": [{"id": "file://provider.js", "config": {"arm": arm}} for arm in "ab"],
        "defaultTest": {"assert": asserts},
        "tests": "file://tests.json",
    }
    (folder / "tests.json").write_text(json.dumps(tests))
    (folder / "promptfooconfig.json").write_text(json.dumps(settings))
    command = node_package("promptfoo")
    bare = evaluated(command, folder)
    full = evaluated(command, folder, "-o", "promptfoo.html")
    file = folder / "promptfoo.html"
    opened = shown(browser, file.as_uri())
    return Written(
        tool="promptfoo, HTML output",
        seconds=full - bare,
        megabytes=file.stat().st_size / 1e6,
        files=1,
        from_disk=opened < PATIENCE,
        opened=opened,
    )


def evaluated(command: Sequence[str], folder: Path, *options: str) -> float:
    """Seconds of one evaluation of both runs."""
    line = [*command, "eval", "-c", "promptfooconfig.json", "--no-cache", "--no-table"]
    line += ["--no-progress-bar", "-j", "8", *options]
    quiet = {
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
        "PROMPTFOO_CONFIG_DIR": str(folder / "home"),
    }
    began = time.perf_counter()
    done = subprocess.run(
        line, cwd=folder, env=os.environ | quiet, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 100):  # 100: some checks failed, as they should
        raise RuntimeError(f"promptfoo ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.perf_counter() - began


def of_inspect(folder: Path, browser: "Browser") -> Written:
    """The bundle of Inspect View."""
    script = HERE / "peers" / "bundle_inspect_ai.py"
    done = subprocess.run(
        [interpreter("inspect-ai"), script, folder],
        env=os.environ | QUIET,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"inspect-ai ended with {done.returncode}:\n{done.stderr[-2000:]}")
    bundle = folder / "bundle"
    files = [file for file in bundle.rglob("*") if file.is_file()]
    log = next(file.name for file in files if file.suffix == ".eval")
    from_disk = shown(browser, (bundle / "index.html").as_uri(), patience=10)
    with served(bundle) as address:
        opened = shown(browser, f"{address}#/logs/{log}")
    return Written(
        tool="Inspect View, bundle",
        seconds=json.loads(done.stdout.splitlines()[-1])["wall"],
        megabytes=sum(file.stat().st_size for file in files) / 1e6,
        files=len(files),
        from_disk=from_disk < 10,
        opened=opened,
    )


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of the folder on this machine, while it is needed."""
    line = [interpreter("inspect-ai"), HERE / "peers" / "serve_folder.py", folder]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = next(iter(server.stdout or ()), "0")
            yield f"http://127.0.0.1:{int(port)}/"
        finally:
            server.terminate()


def shown(browser: "Browser", address: str, *, patience: float = PATIENCE) -> float:
    """Seconds until the question of a case stands on the screen."""
    page = browser.new_page()
    began = time.perf_counter()
    try:
        page.goto(address, wait_until="commit", timeout=1_000 * patience)
        words = page.get_by_text("of the handbook say about returns?").first
        words.wait_for(state="visible", timeout=1_000 * patience)
    except Exception as error:  # the library's errors share no public base before it is imported
        if "Timeout" not in type(error).__name__:
            raise
        return float("inf")
    finally:
        page.close()
    return time.perf_counter() - began


def measure(cases: int) -> list[Written]:
    """Figures of every tool."""
    from playwright.sync_api import sync_playwright

    shape = replace(LARGE, cases=cases)
    drops = (("a", 1, 0.0), ("b", 2, 0.05))
    runs = [
        talking(simulated(name, shape, seed=seed, drop=drop), seed=seed + 2)
        for name, seed, drop in drops
    ]
    chromium = os.environ.get("HOLDFAST_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        for run in runs:
            (folder / f"{run.id}.json").write_text(json.dumps(rows_of(run)))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        found = [
            of_holdfast(runs, folder, browser),
            of_promptfoo(runs, folder, browser),
            of_inspect(folder, browser),
        ]
        browser.close()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--write", action="store_true", help="write results/report_peers.md")
    chosen = parser.parse_args(arguments)
    found = measure(chosen.cases)
    ours, others = found[0], found[1:]
    headers = ("report", "written, s", "size, MB", "files", "from disk", "case seen, s")
    rows = [
        (
            each.tool,
            f"{each.seconds:.1f}" if each.seconds > 0 else "less than the noise",
            f"{each.megabytes:.1f}",
            str(each.files),
            "yes" if each.from_disk else "no",
            f"{each.opened:.1f}" if each.opened < PATIENCE else f"not in {PATIENCE}",
        )
        for each in found
    ]
    ratios = (
        ("size", [ours.megabytes / other.megabytes for other in others]),
        ("time until a case is seen", [ours.opened / other.opened for other in others]),
    )
    targets = [
        Target(claim=f"{what}, of {other.tool}'s", measured=ratio, limit=1.0)
        for what, found_ratios in ratios
        for other, ratio in zip(others, found_ratios, strict=True)
    ]
    section = f"Two runs of {chosen.cases:,} cases and {len(LARGE.metrics)} metrics.\n\n"
    write = "report_peers" if chosen.write else None
    return finish("Reports side by side", [section + table(headers, rows)], targets, write=write)


if __name__ == "__main__":
    raise SystemExit(main())
