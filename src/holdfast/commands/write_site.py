"""`holdfast report`: all runs of the store as a site of HTML files."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click

from holdfast.commands.console import Console, common, examples
from holdfast.errors import HoldfastError, UsageError

if TYPE_CHECKING:
    from holdfast.commands.site_list import SiteList
    from holdfast.config import Config
    from holdfast.gate import Verdict
    from holdfast.report import IndexEntry
    from holdfast.store import Header

__all__ = ["command", "verdict_of"]

_PAUSE = 2.0
"""Seconds between two writings of the list, so that a killed process has little to do again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What became of the pages of the runs."""

    listed: "SiteList"
    written: int
    kept: int
    skipped: tuple[str, ...]


@click.command(
    "report",
    short_help="Write all runs of the store as a site.",
    epilog=examples(
        "holdfast report",
        "holdfast report --open",
        "holdfast report --suite triage",
        "holdfast report --single verdicts.html",
    ),
)
@click.option("--open", "show", is_flag=True, help="Open the site in a browser.")
@click.option("--suite", metavar="NAME", help="Only the runs of this suite.")
@click.option(
    "--single",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the newest verdict of every system into this one file instead, to be sent.",
)
@common
def command(*, show: bool, suite: str | None, single: Path | None, console: Console) -> int:
    """Write an index and one page for each run, judged beside its baseline.

    The files work offline and can be kept anywhere together. They are written to the folder html
    of the store. Pages whose run, baseline, policies and holdfast are what they were are kept.
    """
    from holdfast.commands.site import html_folder, write_site
    from holdfast.commands.site_list import read_list
    from holdfast.store import runs

    config = console.project()
    if not config.store.is_dir():
        raise UsageError(
            f"there is no store at {console.place(config.store)}; run pytest to make one, or name "
            "another with --store"
        )
    headers = runs(config.store)
    if suite is not None:
        headers = _of_suite(suite, headers)
    if single is not None:
        return _single(single, headers, config=config, console=console, show=show)
    folder = html_folder(config.store)
    with console.watching("pages") as tell:
        made = _pages(headers, read_list(folder), config=config, folder=folder, tell=tell)
    index, unreadable = write_site(made.listed, folder)
    _tell(made, index, unreadable, console=console)
    if show:
        click.launch(index.resolve().as_uri())
    return 0


def _tell(made: _Made, index: Path, unreadable: tuple[str, ...], *, console: Console) -> None:
    """Say where the site is, how much of it is new, and what is missing."""
    named = {text.partition(" was left out")[0] for text in made.skipped}
    others = (text for text in unreadable if text.partition(" was left out")[0] not in named)
    skipped = [*made.skipped, *others]
    for text in skipped:
        click.echo(f"warning: {text}", err=True)
    pages = made.written + made.kept
    console.say(
        f"wrote {console.place(index)}: {pages} runs "
        f"({made.written} pages written, {made.kept} as they were)"
    )
    console.answer(
        {
            "index": str(index),
            "pages": pages,
            "written": made.written,
            "kept": made.kept,
            "skipped": skipped,
        }
    )


def _of_suite(suite: str, headers: "list[Header]") -> "list[Header]":
    from holdfast.config import did_you_mean

    found = [header for header in headers if header.suite == suite]
    if not found:
        known = sorted({header.suite for header in headers})
        raise UsageError(f"no run of a suite {suite!r}{did_you_mean(suite, known)}")
    return found


def _pages(
    headers: "list[Header]",
    listed: "SiteList",
    *,
    config: "Config",
    folder: Path,
    tell: Callable[[int], None],
) -> "_Made":
    """Write the pages whose ingredients changed, and keep the list as they are written."""
    from holdfast.commands.page_key import PageKeys
    from holdfast.commands.site import now
    from holdfast.commands.site_list import write_list

    keys, skipped = PageKeys(config), list[str]()
    stale: list[tuple[Header, str]] = []
    for header in headers:
        key = keys.of(header.path, suite=header.suite, system=header.name)
        known = listed.find(header.id)
        there = known is not None and known.href and (folder / unquote(known.href)).is_file()
        if not there or known is None or known.key != key:
            stale.append((header, key))
    fresh: list[IndexEntry] = []
    saved = time.monotonic()
    for header, key in stale:
        found = _page(header, key, config=config, folder=folder)
        if isinstance(found, str):
            skipped.append(found)
        else:
            fresh.append(found)
        tell(len(stale))
        if time.monotonic() - saved > _PAUSE:
            write_list(listed.with_entries(fresh, now=now()), folder)
            saved = time.monotonic()
    return _Made(
        listed=listed.with_entries(fresh, now=now()),
        written=len(stale) - len(skipped),
        kept=len(headers) - len(stale),
        skipped=tuple(skipped),
    )


def _page(header: "Header", key: str, *, config: "Config", folder: Path) -> "IndexEntry | str":
    """Write the page of one run; a sentence where its record cannot be read or judged."""
    from holdfast.commands.site import entry_of
    from holdfast.commands.site_list import write_page
    from holdfast.report import render_html
    from holdfast.report.places import page_name

    try:
        verdict = verdict_of(header.path, config)
    except HoldfastError as error:
        return f"{header.id} was left out: {error}"
    file = f"runs/{page_name(header.id)}.html"
    write_page(folder / file, render_html(verdict))
    return entry_of(verdict, file, accepted=_is_baseline(verdict), key=key)


def _is_baseline(verdict: "Verdict") -> bool:
    """Whether the run passed without another one beside it: it is the baseline itself."""
    return verdict.comparison.baseline.id == "none" and verdict.outcome == "pass"


def verdict_of(folder: Path, config: "Config") -> "Verdict":
    """The verdict of a run beside its baseline, as the site shows it.

    Raises:
        HoldfastError: the record cannot be read or judged.
    """
    from holdfast.commands.rulebook import read_policies
    from holdfast.commands.ruling import judge, judge_alone
    from holdfast.store import baseline, read_run

    run, beside = read_run(folder), read_policies(folder)
    old = baseline(run.suite, run.system.name, root=config.store)
    if old is None or old.id == run.id:
        return judge_alone(run, config=config, beside=beside, accepted=old is not None)
    return judge(old, run, config=config, beside=beside)


def _single(
    file: Path, headers: "list[Header]", *, config: "Config", console: Console, show: bool
) -> int:
    """Write the newest verdict of every gate into one file."""
    from holdfast.commands.site import entry_of
    from holdfast.commands.site_list import write_page
    from holdfast.report.single_page import render_single_page

    skipped = _broken(config.store)
    done: set[tuple[str, str]] = set()

    def verdicts() -> "Iterator[tuple[IndexEntry, Verdict]]":
        for header in headers:
            gate = (header.suite, header.name)
            if gate in done:
                continue
            try:
                verdict = verdict_of(header.path, config)
            except HoldfastError as error:
                skipped.append(f"{header.id} was left out: {error}")
                continue
            done.add(gate)
            yield entry_of(verdict, "", accepted=_is_baseline(verdict)), verdict

    write_page(file, render_single_page(verdicts(), unreadable=skipped))
    size = file.stat().st_size
    for text in skipped:
        click.echo(f"warning: {text}", err=True)
    console.say(f"wrote {console.place(file)}: {len(done)} verdicts, {size:,} bytes")
    console.answer({"file": str(file), "verdicts": len(done), "bytes": size, "skipped": skipped})
    if show:
        click.launch(file.resolve().as_uri())
    return 0


def _broken(store: Path) -> list[str]:
    """A sentence about each run whose manifest cannot be read, so that nobody knows its gate."""
    from holdfast.errors import RecordError
    from holdfast.storage.folder import read_head

    found: list[str] = []
    for file in sorted((store / "runs").glob("*/manifest.json")):
        try:
            read_head(file.parent)
        except RecordError as error:
            found.append(f"{file.parent.name} was left out: {error}")
    return found
