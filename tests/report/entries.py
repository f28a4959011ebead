"""Verdicts as the site remembers them, made by hand."""

from dataclasses import replace
from typing import Any

from holdfast.report.entry import IndexEntry, MetricEntry

METRIC = MetricEntry(
    metric="accuracy",
    role="gate",
    state="regressed",
    word="regressed",
    direction="higher is better",
    level="78.0 % (73.0 % to 82.3 %)",
    baseline="84.0 %",
    change="−6.0 pt",
    interval="−10.1 to −2.0 pt",
    confidence="90 %",
    margin="2.0 pt",
    percent=True,
    levels=(0.73, 0.78, 0.823),
    before=0.84,
    changes=(-0.101, -0.06, -0.02),
    margin_size=0.02,
)


def make_entry(suite: str = "triage", system: str = "bot", day: int = 1, **more: Any) -> IndexEntry:
    """A verdict that passed; `day` is the day in January on which its run began."""
    entry = IndexEntry(
        suite=suite,
        system=system,
        name=system,
        outcome="pass",
        passed=True,
        sentence="Not worse: accuracy stayed within its margin.",
        started=f"2026-01-{day:02}T03:00:00+00:00",
        href=f"runs/{suite}-{system}-{day}.html",
        run=f"{suite}-{system}-{day}",
        baseline="day-000",
        metrics=(replace(METRIC, state="within_margin", word="within margin", change="+1.0 pt"),),
    )
    return replace(entry, **more)


def regressed(suite: str = "triage", system: str = "bot", day: int = 1, **more: Any) -> IndexEntry:
    """A verdict that found a regression."""
    entry = make_entry(suite, system, day, outcome="regression", passed=False, metrics=(METRIC,))
    return replace(entry, sentence="Regressed: accuracy lost 6.0 pt.", **more)
