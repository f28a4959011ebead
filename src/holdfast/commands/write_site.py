"""`holdfast report`: all runs of the store as a site of HTML files."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, write_file

if TYPE_CHECKING:
    from holdfast.config import Config
    from holdfast.report import IndexEntry
    from holdfast.store import Header

__all__ = ["command"]


@click.command(
    "report",
    short_help="Write all runs of the store as a site.",
    epilog=examples("holdfast report", "holdfast report --open", "holdfast report --suite triage"),
)
@click.option("--open", "show", is_flag=True, help="Open the site in a browser.")
@click.option("--suite", metavar="NAME", help="Only the runs of this suite.")
@common
def command(*, show: bool, suite: str | None, console: Console) -> int:
    """Write an index and one page for each run, judged beside its baseline.

    The files work offline. They are written to the folder html of the store.
    """
    from holdfast.commands.site import add_to_index, html_folder
    from holdfast.store import runs

    config = console.project()
    entries: list[IndexEntry] = []
    skipped: list[str] = []
    for header in runs(config.store):
        if suite not in (None, header.suite):
            continue
        found = _page(header, config)
        if isinstance(found, str):
            skipped.append(found)
        else:
            entries.append(found)
    index = add_to_index(entries, html_folder(config.store))
    for text in skipped:
        click.echo(f"warning: {text}", err=True)
    console.say(f"wrote {console.place(index)}: {len(entries)} runs")
    console.answer({"index": str(index), "pages": len(entries), "skipped": skipped})
    if show:
        click.launch(index.resolve().as_uri())
    return 0


def _page(header: "Header", config: "Config") -> "IndexEntry | str":
    """Write the page of one run; a sentence where its record cannot be read or judged."""
    from holdfast.commands.rulebook import read_policies
    from holdfast.commands.ruling import judge, judge_alone
    from holdfast.commands.site import entry_of, html_folder
    from holdfast.errors import HoldfastError
    from holdfast.report import render_html
    from holdfast.store import baseline, read_run, safe_name

    try:
        run, beside = read_run(header.path), read_policies(header.path)
        old = baseline(run.suite, run.system.name, root=config.store)
        if old is None or old.id == run.id:
            accepted = old is not None
            verdict = judge_alone(run, config=config, beside=beside, accepted=accepted)
        else:
            verdict = judge(old, run, config=config, beside=beside)
    except HoldfastError as error:
        return f"{header.id} was left out: {error}"
    file = f"runs/{safe_name(run.id)}.html"
    write_file(html_folder(config.store) / file, render_html(verdict))
    return entry_of(verdict, file)
