"""`holdfast import`: scores that something else computed, as a run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.adapters.promptfoo_result import Identity
    from holdfast.record import Run

__all__ = ["command"]


@click.group(
    "import",
    short_help="Turn scores from elsewhere into a run.",
    epilog=examples(
        "holdfast import csv scores.csv --case id --score recall=recall \\",
        "    --suite search --system v2 --out v2",
        "holdfast import promptfoo results.json --suite search --system v2 --out v2",
    ),
)
def command() -> None:
    """Turn scores that something else computed into a run that can be compared."""


@command.command(
    "csv",
    short_help="Import per-case scores from a CSV file.",
    epilog=examples(
        "holdfast import csv old.csv --case id --score recall=recall@5 \\",
        "    --suite search --system v1 --out v1",
        "holdfast import csv new.csv --case id --score recall=recall@5 \\",
        "    --suite search --system v2 --out v2",
        "holdfast compare v1 v2",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--case", required=True, metavar="COLUMN", help="Holds the id of the case.")
@click.option(
    "--score", multiple=True, required=True, metavar="METRIC=COLUMN", help="Holds its score."
)
@click.option("--repeat", metavar="COLUMN", help="Tells repeated trials of one case apart.")
@click.option("--tag", multiple=True, metavar="COLUMN", help="Names a slice of the cases.")
@click.option("--cluster", metavar="COLUMN", help="Names cases that depend on one another.")
@click.option("--input", metavar="COLUMN", help="Holds what the system was asked.")
@click.option("--output", metavar="COLUMN", help="Holds what the system answered.")
@click.option("--lower-is-better", multiple=True, metavar="METRIC", help="Lower scores are better.")
@click.option(
    "--range",
    "ranges",
    multiple=True,
    metavar="METRIC=LOW,HIGH",
    help="Smallest and largest possible score.  [default: 0,1 where all scores fit, and fill it "
    "where lower is better]",
)
@click.option("--delimiter", metavar="CHARACTER", help="Separates the cells.  [default: found out]")
@click.option("--suite", required=True, metavar="NAME", help="Two runs are compared in one suite.")
@click.option("--system", required=True, metavar="NAME", help="What was measured.")
@click.option("--out", required=True, metavar="RUN", help="Id in the store, or a path of a folder.")
@click.option("--force", is_flag=True, help="Replace a run that exists.")
@common
def import_csv_file(  # noqa: PLR0913  # one parameter for each option
    *,
    file: Path,
    case: str,
    score: tuple[str, ...],
    repeat: str | None,
    tag: tuple[str, ...],
    cluster: str | None,
    input: str | None,
    output: str | None,
    lower_is_better: tuple[str, ...],
    ranges: tuple[str, ...],
    delimiter: str | None,
    suite: str,
    system: str,
    out: str,
    force: bool,
    console: Console,
) -> int:
    """Turn the CSV file FILE, one row for each trial, into a run.

    A cell that holds no number is missing evidence; it counts neither as 0 nor as nothing.
    true, pass and yes are 1; false, fail and no are 0.
    """
    from holdfast.csv_import import Columns, ScoreFile, import_csv

    columns = Columns(
        case=case,
        scores=_scores(score),
        tags=tag,
        cluster=cluster,
        repeat=repeat,
        input=input,
        output=output,
    )
    source = ScoreFile(
        path=file,
        columns=columns,
        lower_is_better=frozenset(lower_is_better),
        ranges=dict(_range(text) for text in ranges),
        delimiter={"tab": "\t", "\\t": "\t"}.get(delimiter or "", delimiter),
    )
    run = import_csv(source, suite=suite, system=system, started=_now())
    _check_scores(run, columns.scores, file=file)
    run, path = _place(run, out, console=console, force=force)
    _write(run, path, console=console)
    return 0


@command.command(
    "promptfoo",
    short_help="Import an evaluation of promptfoo.",
    epilog=examples(
        "promptfoo eval -o results.json",
        "holdfast import promptfoo results.json --suite support --system bot --out new",
        "holdfast import promptfoo results.json --provider small --prompt terse \\",
        "    --suite support --system bot-small --out small",
        "holdfast compare baseline:support/bot new --margin passed=0.03",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--provider", metavar="NAME", help="Label or id, where the evaluation has several providers."
)
@click.option(
    "--prompt", metavar="NAME", help="Label or id, where the evaluation has several prompts."
)
@click.option(
    "--case",
    type=click.Choice(["auto", "metadata", "vars", "description", "digest"]),
    default="auto",
    show_default=True,
    help="What names a case: metadata.id, vars.id, the description, or a digest of the variables; "
    "auto takes the first of these that a test has.",
)
@click.option("--suite", required=True, metavar="NAME", help="Two runs are compared in one suite.")
@click.option("--system", required=True, metavar="NAME", help="What was measured.")
@click.option("--out", required=True, metavar="RUN", help="Id in the store, or a path of a folder.")
@click.option("--force", is_flag=True, help="Replace a run that exists.")
@common
def import_promptfoo_file(  # noqa: PLR0913  # one parameter for each option
    *,
    file: Path,
    provider: str | None,
    prompt: str | None,
    case: "Identity",
    suite: str,
    system: str,
    out: str,
    force: bool,
    console: Console,
) -> int:
    """Turn FILE, the JSON that promptfoo wrote, into a run.

    Each test is a case, named by what it says of itself and never by its position. Metrics are
    `passed` (every assertion held), `score`, each named metric, and cost, tokens and seconds where
    promptfoo recorded them. A provider's error is a failure, never an answer.
    """
    from holdfast.adapters.promptfoo import Evaluation, import_promptfoo
    from holdfast.adapters.promptfoo_file import Choice

    choice = Choice(provider=provider, prompt=prompt)
    source = Evaluation(path=file, choice=choice, identity=case)
    run = import_promptfoo(source, suite=suite, system=system)
    run, path = _place(run, out, console=console, force=force)
    _write(run, path, console=console)
    return 0


def _check_scores(run: "Run", columns: "Mapping[str, str]", *, file: Path) -> None:
    """Refuse a column that holds no score at all: it is the wrong one, or of the wrong form.

    Raises:
        UsageError: there is such a column.
    """
    from holdfast.metric import Failure

    for metric in run.metrics:
        outcomes = [trial.outcome(metric.label) for trial in run.trials]
        found = [one.error for one in outcomes if isinstance(one, Failure)]
        if len(found) == len(outcomes):
            raise UsageError(
                f"no cell of column {columns[metric.label]!r} in {file} is a score ({found[0]}); "
                "name another column with --score"
            )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _scores(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = [_pair(text, option="--score") for text in texts]
    scores = dict(pairs)
    if len(scores) < len(pairs):
        raise UsageError("--score names one metric twice; a metric has one column")
    return scores


def _pair(text: str, *, option: str) -> tuple[str, str]:
    metric, sign, column = text.partition("=")
    if "(" in metric and ")" not in metric:
        # The label of a metric may hold the sign itself: `recall(k=5)=column`.
        head, _, rest = text.partition(")")
        sign, metric, column = rest[:1], f"{head})", rest[1:]
    if sign != "=" or not metric or not column:
        raise UsageError(f"{option} {text!r}: write METRIC=COLUMN, for example recall=recall@5")
    return metric, column


def _range(text: str) -> tuple[str, tuple[float, float]]:
    metric, _, limits = text.rpartition("=")
    low, _, high = limits.partition(",")
    try:
        return metric, (float(low), float(high))
    except ValueError:
        raise UsageError(
            f"--range {text!r}: write METRIC=LOW,HIGH, for example stars=1,5"
        ) from None


def _place(run: "Run", out: str, *, console: Console, force: bool) -> "tuple[Run, Path]":
    """The run under its final id, and its folder: a path as it is, a name inside the store."""
    from dataclasses import replace

    from holdfast.store import private_folder, run_path

    if "/" in out or "\\" in out:
        path = Path(out)
    else:
        store = console.project().store
        run, path = replace(run, id=out), run_path(out, store)
        private_folder(store / "runs")
    if (path / "manifest.json").exists() and not force:
        raise UsageError(f"there is a run in {path}; take another name, or --force to replace it")
    return run, path


def _write(run: "Run", path: Path, *, console: Console) -> None:
    from holdfast.judging.numbers import plural
    from holdfast.metric import Failure
    from holdfast.store import write_run

    write_run(run, path)
    missing = {
        metric.label: sum(isinstance(t.outcome(metric.label), Failure) for t in run.trials)
        for metric in run.metrics
    }
    made = f"{plural(len(run.cases), 'case')}, {plural(len(run.trials), 'trial')}"
    console.say(f"imported {made}, as {console.place(path)}")
    for metric in run.metrics:
        limits = "no range"
        if metric.bounds:
            limits = f"range {metric.bounds[0]:g} to {metric.bounds[1]:g}"
        lost = missing[metric.label]
        console.say(f"  {metric.label}: {limits}, {metric.better} is better, {lost} missing")
    console.answer(
        {
            "id": run.id,
            "path": str(path),
            "cases": len(run.cases),
            "trials": len(run.trials),
            "missing": missing,
        }
    )
