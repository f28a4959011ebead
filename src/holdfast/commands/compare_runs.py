"""`holdfast compare`: judge a candidate run beside a baseline."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.commands.console import (
    Console,
    common,
    examples,
    keeping_everything,
    run_argument,
    write_file,
)

if TYPE_CHECKING:
    from holdfast.gate import Verdict
    from holdfast.judges.labels import Labels

__all__ = ["command"]

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "compare",
    short_help="Judge a candidate run beside a baseline.",
    epilog=examples(
        "holdfast compare baseline:triage/support.triage 20260314",
        "holdfast compare old new --margin recall=0.02 --monitor tone",
        "holdfast compare old new --profile release --html report.html --json",
        "holdfast compare old new --labels labels.csv",
    ),
)
@run_argument("baseline")
@run_argument("candidate")
@click.option("--html", type=_FILE, metavar="FILE", help="Write the report as one HTML file.")
@click.option("--markdown", type=_FILE, metavar="FILE", help="Write the report as Markdown.")
@click.option("--junit", type=_FILE, metavar="FILE", help="Write the findings as JUnit XML.")
@click.option("--sarif", type=_FILE, metavar="FILE", help="Write what asks for attention as SARIF.")
@click.option(
    "--github", is_flag=True, help="Also write GitHub annotations, and the summary of the step."
)
@click.option("--profile", metavar="NAME", help="pr, release, or one of your own.")
@click.option("--margin", multiple=True, metavar="METRIC=X", help="Gate it; tolerate a loss of X.")
@click.option("--floor", multiple=True, metavar="METRIC=X", help="Gate it; its mean must reach X.")
@click.option("--monitor", multiple=True, metavar="METRIC", help="Warn, but do not gate.")
@click.option(
    "--labels",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What people said of answers of both runs: it corrects the judge (PPI++).",
)
@click.option(
    "--difficulty",
    multiple=True,
    metavar="RUN",
    help="An earlier run: also look for losses in the cases it found easy or hard.",
)
@click.option("--info", multiple=True, metavar="METRIC", help="Show, and do not judge.")
@common
@keeping_everything()
def command(  # noqa: PLR0913  # one parameter for each option
    *,
    baseline: str,
    candidate: str,
    html: Path | None,
    markdown: Path | None,
    junit: Path | None,
    sarif: Path | None,
    github: bool,
    profile: str | None,
    margin: tuple[str, ...],
    floor: tuple[str, ...],
    monitor: tuple[str, ...],
    labels: Path | None,
    difficulty: tuple[str, ...],
    info: tuple[str, ...],
    console: Console,
) -> int:
    """Judge the run CANDIDATE beside the run BASELINE; the exit code is the verdict.

    A run is named by its folder, its id, the beginning of its id, or baseline:SUITE/SYSTEM.
    Policies are those of the suite that made CANDIDATE, overridden by pyproject.toml, overridden by
    the options below. METRIC is a label (recall(k=5)), or a name that only one metric has.
    """
    from holdfast.commands.overrides import override_tables
    from holdfast.commands.rulebook import read_policies
    from holdfast.commands.ruling import judge
    from holdfast.store import find, read_run

    config = console.project()
    before, after = find(baseline, config.store), find(candidate, config.store)
    verdict = judge(
        read_run(before),
        read_run(after),
        config=config,
        profile=profile,
        beside=read_policies(after),
        tables=override_tables(margin=margin, floor=floor, monitor=monitor, info=info),
        labels=_read(labels),
        earlier=[read_run(find(name, config.store)) for name in difficulty],
    )
    _write_files(verdict, html=html, markdown=markdown, junit=junit, sarif=sarif)
    _write_answer(verdict, console, github=github)
    return verdict.exit_code


def _read(path: Path | None) -> "Labels | None":
    if path is None:
        return None
    from holdfast.judges.labels import read_labels

    return read_labels(path)


def _write_files(
    verdict: "Verdict",
    *,
    html: Path | None,
    markdown: Path | None,
    junit: Path | None,
    sarif: Path | None,
) -> None:
    from holdfast.report import render_html, render_junit, render_markdown, render_sarif

    if html:
        write_file(html, render_html(verdict, beside=_write_cases(verdict, html)))
    if markdown:
        write_file(markdown, render_markdown(verdict))
    if junit:
        write_file(junit, render_junit(verdict))
    if sarif:
        write_file(sarif, render_sarif(verdict))


def _write_cases(verdict: "Verdict", page: Path) -> str:
    """Name of the table beside a page that cannot open every case; empty where there is none."""
    from holdfast.errors import MissingExtra
    from holdfast.report.explorer import MOST
    from holdfast.tables.changes import changes
    from holdfast.tables.files import write_table

    if len(verdict.comparison.cases) <= MOST:
        return ""
    file = page.with_name(f"{page.stem}.cases.parquet")
    try:
        write_table(changes(verdict.comparison, texts=True), file)
    except MissingExtra as error:
        click.echo(
            f"warning: {page.name} opens {MOST:,} of {len(verdict.comparison.cases):,} cases; "
            f"the table of all beside it was not written: {error}",
            err=True,
        )
        return ""
    return file.name


def _write_answer(verdict: "Verdict", console: Console, *, github: bool) -> None:
    from holdfast.report import render_github, render_terminal, verdict_as_json

    if console.as_json:
        console.answer(verdict_as_json(verdict))
    else:
        console.show(render_terminal(verdict, color=console.color, width=console.width).rstrip())
    if github:
        import os

        from holdfast.commands.telling import add_to_step_summary
        from holdfast.report.overview import summary_of

        notes = render_github(verdict).rstrip()
        if console.as_json:
            # GitHub reads both streams, and the first holds the document alone.
            click.echo(notes, err=True)
        else:
            console.show(notes)
        add_to_step_summary((summary_of(verdict),), os.environ)
