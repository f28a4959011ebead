"""`holdfast export`: a run or a comparison as a table in a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from holdfast.commands.console import Console, common, examples, keeping_everything, run_argument

if TYPE_CHECKING:
    from holdfast.config import Config
    from holdfast.tables.column import Table

__all__ = ["command"]


@click.command(
    "export",
    short_help="Write a run, or two beside each other, as a table.",
    epilog=examples(
        "holdfast export 20260314 run.parquet",
        "holdfast export 20260314 answers.csv --texts",
        "holdfast export 20260314 changes.jsonl --against baseline:triage/support.triage",
    ),
)
@run_argument("run")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--against", metavar="BASELINE", help="One row for each case and metric of both.")
@click.option("--texts", is_flag=True, help="Add inputs, expectations and answers to every row.")
@click.option("--raw", is_flag=True, help="CSV: leave texts that spreadsheets run as formulas.")
@common
@keeping_everything()
def command(
    *, run: str, file: Path, against: str | None, texts: bool, raw: bool, console: Console
) -> int:
    """Write the run RUN to FILE, whose ending says how: .csv, .jsonl or .parquet.

    One row for each trial and metric; with --against one for each case and metric, with the scores
    of both runs, the change, what happened to the case and what speaks for it. In CSV, a text that
    a spreadsheet could take for a formula gets a ' before it. The columns are described in
    docs/reference/tables.md.
    """
    from holdfast.tables.files import write_table

    config = console.project()
    if against is None:
        table = _run_table(run, config, texts=texts)
    else:
        table = _comparison_table(against, run, config=config, texts=texts)
    rows = write_table(table, file, guarded=not raw)
    console.say(f"wrote {console.place(file)}: {rows:,} rows, {len(table.columns)} columns")
    console.answer({"file": str(file), "rows": rows, "columns": list(table.names)})
    return 0


def _run_table(run: str, config: "Config", *, texts: bool) -> "Table[Any]":
    from holdfast.store import find, read_run
    from holdfast.tables.observations import observations

    return observations(read_run(find(run, config.store)), texts=texts)


def _comparison_table(before: str, after: str, *, config: "Config", texts: bool) -> "Table[Any]":
    from holdfast.commands.rulebook import read_policies
    from holdfast.commands.ruling import judge
    from holdfast.store import find, read_run
    from holdfast.tables.changes import changes

    old, new = find(before, config.store), find(after, config.store)
    verdict = judge(read_run(old), read_run(new), config=config, beside=read_policies(new))
    return changes(verdict.comparison, texts=texts)
