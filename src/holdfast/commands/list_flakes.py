"""`holdfast flakes`: flaky cases with their pass history."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples

if TYPE_CHECKING:
    from holdfast.calibrating.ledger import Entry
    from holdfast.config import Config
    from holdfast.quarantine import Quarantine

__all__ = ["command"]

_HISTORY = 60
_QUARANTINE = """

\b
A case that cannot be mended at once is set aside in pyproject.toml, with somebody who answers
for it and a last day. It is then run and shown, and left out of the test on both sides:
  [tool.holdfast.suites.triage.quarantine]
  "case 17" = {owner = "ana", until = 2026-12-31, reason = "the judge flips on irony"}"""


@click.command(
    "flakes",
    short_help="List flaky cases with their pass history.",
    epilog=examples(
        "holdfast flakes triage/support.triage",
        "holdfast flakes triage/support.triage --json",
    )
    + _QUARANTINE,
)
@click.argument("name", metavar="SUITE/SYSTEM")
@click.option("--limit", type=click.IntRange(1), default=20, help="Cases to list.  [default: 20]")
@common
def command(*, name: str, limit: int, console: Console) -> int:
    """List the cases that one and the same system sometimes passes, the flakiest first.

    ▮ is a trial that passed, ▯ one that failed; a space parts runs, | versions of the system.
    The history is that of flakes.jsonl beside the baseline and of the runs in the store.
    """
    from holdfast.calibrating.ledger import entries_of, merged, read_ledger
    from holdfast.commands.calibrate_baseline import baseline_folder, runs_beside
    from holdfast.store import read_run

    config = console.project()
    folder = baseline_folder(name, config)
    baseline = read_run(folder)
    seen = entries_of(runs_beside(baseline, config), baseline=baseline)
    entries = sorted(merged(read_ledger(folder), seen), key=lambda entry: (-entry.rate, entry.case))
    aside = {one.case: one for one in config.quarantines.get(baseline.suite, ())}
    for line in _told(entries[:limit], aside, config=config, more=len(entries) - limit):
        console.say(line)
    console.answer([_row(entry, aside.get(entry.case), config) for entry in entries])
    return 0


def _told(
    entries: "list[Entry]", aside: "dict[str, Quarantine]", *, config: "Config", more: int
) -> list[str]:
    if not entries:
        return ["no case is known to be flaky; cases that were never repeated cannot be known so"]
    names = [entry.case if len(entry.case) <= 32 else entry.case[:31] + "…" for entry in entries]
    room = max(map(len, names))
    metrics = max(len(entry.metric) for entry in entries)
    lines: list[str] = []
    for entry, name in zip(entries, names, strict=True):
        marks = entry.marks if len(entry.marks) <= _HISTORY else "…" + entry.marks[-_HISTORY:]
        held = aside.get(entry.case)
        line = f"  {name:<{room}}  {entry.metric:<{metrics}}  {100 * entry.rate:3.0f} %  {marks}"
        lines.append(line if held is None else f"{line}  {_state(held, config)}")
    return lines + ([f"  and {more} more (--limit)"] if more > 0 else [])


def _state(held: "Quarantine", config: "Config") -> str:
    if held.holds(config.today):
        return f"in quarantine until {held.until}, {held.owner}"
    return f"quarantine ended on {held.until}, {held.owner}"


def _row(entry: "Entry", held: "Quarantine | None", config: "Config") -> dict[str, object]:
    return {
        "case": entry.case,
        "metric": entry.metric,
        "rate": entry.rate,
        "passed": entry.passed,
        "trials": entry.trials,
        "history": [
            {"run": o.run, "system": o.system, "passed": o.passed, "trials": o.trials}
            for o in entry.history
        ],
        "quarantine": None
        if held is None
        else {
            "owner": held.owner,
            "until": held.until.isoformat(),
            "reason": held.reason,
            "holds": held.holds(config.today),
        },
    }
