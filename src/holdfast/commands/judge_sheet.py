"""`holdfast judge sheet`: answers for people to label."""

from pathlib import Path

import click

from holdfast.commands.console import Console, common, examples, run_argument, write_file
from holdfast.commands.judged_run import judge_of_run
from holdfast.errors import UsageError

__all__ = ["sheet_command"]


@click.command(
    "sheet",
    short_help="Draw answers for people to label.",
    epilog=examples(
        "holdfast judge sheet RUN --cases 150 --out labels.csv",
        "holdfast judge sheet RUN --against BASELINE --cases 100 --out labels.csv",
    ),
)
@run_argument("run")
@click.option(
    "--against", metavar="RUN", help="Draw the answers of this run to the same cases too."
)
@click.option("--metric", metavar="METRIC", help="The judge, where the run has several.")
@click.option("--cases", type=click.IntRange(1), default=150, help="Cases to draw.  [default: 150]")
@click.option("--seed", type=int, default=0, help="Seed of the drawing.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The CSV file to write.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@common
def sheet_command(  # noqa: PLR0913  # one parameter for each option
    *,
    run: str,
    against: str | None,
    metric: str | None,
    cases: int,
    seed: int,
    out: Path,
    force: bool,
    console: Console,
) -> int:
    """Write a CSV file of randomly drawn answers of RUN, with an empty column to be filled in.

    It shows neither the system nor the judge's score, so that labels are blind. Fill in `label`
    with pass or fail, or a number on the scale of the metric; several people work in copies with a
    column `rater`.
    """
    from holdfast.judges.sheet import draw_sheet
    from holdfast.store import find, read_run

    if out.exists() and not force:
        raise UsageError(f"there is a file {out}; labels are work, so replace it only with --force")
    root = console.project().store
    runs = [read_run(find(name, root)) for name in (run, against) if name is not None]
    judge = judge_of_run(runs[0], metric)
    sheet = draw_sheet(runs, metric=judge.label, cases=cases, seed=seed)
    write_file(out, sheet.text)
    console.say(f"{console.place(out)}: {sheet.rows} answers to {sheet.cases} cases")
    both = "" if against is None else f" --against {against}"
    console.say(f"next: fill in the labels, then holdfast judge check {run} --labels {out}{both}")
    console.answer({"path": str(out), "cases": sheet.cases, "rows": sheet.rows})
    return 0
