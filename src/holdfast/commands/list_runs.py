"""`holdfast runs`: what the store holds."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples

if TYPE_CHECKING:
    from holdfast.store import Header

__all__ = ["command"]


@click.command(
    "runs",
    short_help="List the runs of the store, newest first.",
    epilog=examples(
        "holdfast runs",
        "holdfast runs --suite triage --json",
    ),
)
@click.option("--suite", metavar="NAME", help="Only the runs of this suite.")
@common
def command(*, suite: str | None, console: Console) -> int:
    """List the runs of the store, newest first."""
    from holdfast.store import runs

    root = console.project().store
    headers = [header for header in runs(root) if suite in (None, header.suite)]
    console.answer([_row(header) for header in headers])
    if not headers:
        console.say(f"no runs in {root}; make one with pytest, or with: holdfast import csv")
        return 0
    titles = ("run", "suite", "system", "started", "cases")
    table = [titles, *(_cells(header) for header in headers)]
    widths = [max(len(row[column]) for row in table) for column in range(len(titles))]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.say("  ".join(cells).rstrip())
    return 0


def _row(header: "Header") -> dict[str, object]:
    return {
        "id": header.id,
        "path": str(header.path),
        "suite": header.suite,
        "system": header.system,
        "dataset": header.dataset,
        "started": header.started,
        "complete": header.complete,
        "counts": dict(header.counts),
    }


def _cells(header: "Header") -> tuple[str, ...]:
    from holdfast.report.untrusted import one_line

    ends = ", ".join(
        f"{count} {name}" for name, count in header.counts.items() if count and name != "total"
    )
    state = ends if header.complete else f"incomplete; {ends}" if ends else "incomplete"
    names = (one_line(text, 200) for text in (header.id, header.suite, header.system))
    return (*names, header.started[:16], state)
