"""How quickly does the report of a large comparison open and answer in a browser?

Two runs of 10,000 cases and five metrics, with answers of 200 to 500 characters, are compared and
written as one HTML file; Chromium opens the file from disk. The same with 100,000 cases. Exits
with 1 where the first file is larger than 5 MB, takes more than 2 CPU seconds to write, shows
nothing for a second or answers a filter later than after 100 ms; or where the second is larger than
15 MB or its table takes more than 2 seconds.

    pip install playwright    # and a Chromium on the PATH, or named by HOLDFAST_CHROMIUM
    python benchmarks/report_browser.py
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from comparing import LARGE, simulated
from report import Target, finish, table

from holdfast.comparison import compare
from holdfast.gate import Verdict, decide, default_policies
from holdfast.record import Run
from holdfast.report import render_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FILTERS = (
    ("text", "returns", "a word of every answer"),
    ("text", "case-099", "a part of some ids"),
    ("text", "zzzz", "a word of no answer"),
    ("state", "broken", "a state"),
    ("tag", "topic-3", "a tag"),
    ("order", "id", "order by id"),
    ("order", "worst:recall", "order by a metric"),
)
# Runs the page's own handler, then lays the page out as the browser would before it paints.
ANSWER = """([name, value]) => {
  const field = document.querySelector(`#filter [name=${name}]`);
  field.value = value;
  const began = performance.now();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.getBoundingClientRect();
  const spent = performance.now() - began;
  document.querySelector("#filter").reset();
  return spent;
}"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was measured of one file."""

    megabytes: float
    written: float
    """CPU seconds of writing it."""
    painted: float
    """Seconds until the browser showed something."""
    table: float
    """Seconds until the table could be used."""
    searchable: float
    """Seconds until the words of all embedded answers could be searched."""
    answers: Mapping[str, float]
    """Milliseconds of each filter, the slowest of all rounds."""


def talking(run: Run, *, seed: int) -> Run:
    """The run with answers of 200 to 500 characters, words as frequent as in a language."""
    generator = np.random.default_rng(seed)
    letters = np.array(list("etaoinshrdlcumwfgypb"))
    words = ["".join(generator.choice(letters, generator.integers(2, 10))) for _ in range(8_000)]
    often = 1.0 / np.arange(1, len(words) + 1)
    often /= often.sum()
    trials = tuple(
        replace(
            trial,
            response=replace(
                trial.response,
                text=" ".join(words[place] for place in generator.choice(8_000, size, p=often)),
            ),
        )
        for trial, size in zip(run.trials, generator.integers(35, 85, len(run.trials)), strict=True)
        if trial.response is not None
    )
    return replace(run, trials=trials)


def verdict_of(cases: int) -> Verdict:
    """Two runs that share most answers' words, compared and judged."""
    shape = replace(LARGE, cases=cases)
    baseline = talking(simulated("a", shape, seed=1, drop=0.0), seed=3)
    candidate = talking(simulated("b", shape, seed=2, drop=0.05), seed=4)
    policies = default_policies(candidate.metrics)
    return decide(compare(baseline, candidate, policies=policies), policies)


def measure(browser: "Browser", cases: int, *, rounds: int) -> Opened:
    """Figures of one size; times are medians of the rounds."""
    verdict = verdict_of(cases)
    render_html(verdict)  # pictures are drawn by a library that takes its time once
    began = time.process_time()
    html = render_html(verdict)
    written = time.process_time() - began
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        file.write_text(html, encoding="utf-8")
        times, answers = zip(*(_opened(browser, file) for _ in range(rounds)), strict=True)
    painted, ready, searchable = map(statistics.median, zip(*times, strict=True))
    slowest = {name: max(found[name] for found in answers) for name in answers[0]}
    return Opened(
        megabytes=len(html.encode()) / 1e6,
        written=written,
        painted=painted,
        table=ready,
        searchable=searchable,
        answers=slowest,
    )


def _opened(browser: "Browser", file: Path) -> tuple[tuple[float, float, float], dict[str, float]]:
    page: Page = browser.new_page()
    began = time.perf_counter()
    page.goto(file.as_uri(), wait_until="commit")
    page.wait_for_selector("#explorer[data-ready]", timeout=60_000)
    ready = time.perf_counter() - began
    page.wait_for_selector("#explorer[data-ready=answers]", timeout=120_000)
    searchable = time.perf_counter() - began
    painted = page.evaluate(PAINTED) / 1_000
    answers = {what: page.evaluate(ANSWER, [name, value]) for name, value, what in FILTERS}
    page.close()
    return (painted, ready, searchable), answers


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", type=int, nargs=2, default=(10_000, 100_000))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    chromium = os.environ.get("HOLDFAST_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        small, large = (measure(browser, cases, rounds=options.rounds) for cases in options.cases)
        browser.close()
    targets = (
        Target(claim="size", measured=small.megabytes, limit=5, unit="MB"),
        Target(claim="CPU time of writing", measured=small.written, limit=2, unit="s"),
        Target(claim="first paint", measured=small.painted, limit=1, unit="s"),
        Target(claim="slowest filter", measured=max(small.answers.values()), limit=100, unit="ms"),
        Target(claim="size, large", measured=large.megabytes, limit=15, unit="MB"),
        Target(claim="table ready, large", measured=large.table, limit=2, unit="s"),
    )
    return finish(
        "The report in a browser",
        [_rows(options.cases, (small, large))],
        targets,
        write="report_browser" if options.write else None,
    )


def _rows(cases: Sequence[int], found: Sequence[Opened]) -> str:
    headers = ("figure", *(f"{number:,} cases" for number in cases))
    rows = [
        ("size, MB", *(f"{each.megabytes:.2f}" for each in found)),
        ("writing, CPU s", *(f"{each.written:.2f}" for each in found)),
        ("first paint, s", *(f"{each.painted:.2f}" for each in found)),
        ("table ready, s", *(f"{each.table:.2f}" for each in found)),
        ("all answers searchable, s", *(f"{each.searchable:.2f}" for each in found)),
    ]
    filters = [
        (f"{name}, ms", *(f"{each.answers[name]:.0f}" for each in found))
        for name in found[0].answers
    ]
    return table(headers, [*rows, *filters])


if __name__ == "__main__":
    raise SystemExit(main())
