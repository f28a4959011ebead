"""Site: the index of the HTML reports, the pages it leads to, and what they are made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from holdfast.commands.page_key import PageKeys, software
from holdfast.commands.site_list import SiteList, read_list, write_list, write_page
from holdfast.config import Config
from holdfast.digest import digest_json
from holdfast.gate import Verdict
from holdfast.history.archive import read_archive, read_baselines
from holdfast.record import Run
from holdfast.report import IndexEntry, render_html, render_index
from holdfast.report.entry import entry_of as remembered
from holdfast.report.history_page import render_history_page
from holdfast.report.matrix import latest
from holdfast.report.past import Past, pasts_of
from holdfast.report.places import history_file, page_name, suite_file
from holdfast.report.suite_page import render_suite_page
from holdfast.store import private_folder, run_path

__all__ = [
    "add_to_index",
    "entry_of",
    "html_folder",
    "index_page",
    "now",
    "page_at",
    "session_page",
    "write_site",
]


def html_folder(store: Path) -> Path:
    """Folder of the site, kept out of git."""
    return private_folder(store / "html")


def now() -> str:
    """The present moment, as the list of verdicts writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def entry_of(
    verdict: Verdict, file: str, *, beside: str = "", accepted: bool = False, key: str = ""
) -> IndexEntry:
    """The line of the index that leads to the verdict's page, a path inside the folder."""
    entry = replace(remembered(verdict, href=quote(file), beside=beside), key=key)
    if not accepted:
        return entry
    system = f"{entry.suite}/{verdict.comparison.candidate.system.name}"
    return replace(entry, accepted=True, sentence=f"This run is the baseline of {system}.")


def session_page(
    verdict: Verdict, config: Config, *, other: Run | None, accepted: bool
) -> IndexEntry:
    """Write the page of a verdict that a session gave, and give the index's line for it.

    Args:
        verdict: What the gate decided.
        config: Settings of the project.
        other: The run that stood in the baseline's place, if one did.
        accepted: The candidate became the baseline.
    """
    comparison = verdict.comparison
    candidate = comparison.candidate
    name, beside = candidate.system.name, "" if other is None else other.system.label
    page = f"{candidate.system.label} beside {beside}" if beside else name
    file = f"{page_name(comparison.suite)}/{page_name(page)}.html"
    write_page(html_folder(config.store) / file, render_html(verdict))
    key = ""
    if not (accepted or beside):
        folder = run_path(candidate.id, config.store)
        key = PageKeys(config).of(folder, suite=comparison.suite, system=name)
    return entry_of(verdict, file, beside=beside, accepted=accepted, key=key)


def add_to_index(entries: Iterable[IndexEntry | Mapping[str, Any]], folder: Path) -> Path:
    """Write the index with the verdicts of a session that ends now; returns its path."""
    ended = now()
    found = [
        entry if isinstance(entry, IndexEntry) else IndexEntry.from_json(dict(entry))
        for entry in entries
    ]
    fresh = [replace(entry, session=ended) for entry in found if entry is not None]
    index, _ = write_site(read_list(folder).with_entries(fresh, now=ended), folder)
    return index


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """What the index and the pages of suites and histories say."""

    listed: SiteList
    pasts: tuple[Past, ...]
    unreadable: tuple[str, ...]

    def index(self) -> str:
        return render_index(self.listed.entries, pasts=self.pasts, unreadable=self.unreadable)


def _read(listed: SiteList, folder: Path) -> _Site:
    store = folder.parent
    listed = listed.pruned(folder)
    archive, accepted = read_archive(store), read_baselines(store)
    return _Site(
        listed=listed,
        pasts=pasts_of(archive.summaries, accepted.summaries, listed.entries),
        unreadable=(*archive.unreadable, *accepted.unreadable),
    )


def index_page(store: Path) -> str:
    """The index of a store as it stands now; nothing is written but the cache of levels."""
    folder = store / "html"
    return _read(read_list(folder), folder).index()


def page_at(store: Path, file: str) -> str | None:
    """The page of a suite or a history that the index links to; None where it is neither.

    `file` is a path inside the folder of the site, not percent-encoded, such as
    `triage/@suite.html`.
    """
    folder = store / "html"
    site = _read(read_list(folder), folder)
    for suite in {entry.suite for entry in site.listed.entries}:
        if file == suite_file(suite):
            return render_suite_page(suite, site.listed.entries)
    for past in site.pasts:
        if file == history_file(past.suite, past.system):
            return render_history_page(past)
    return None


def write_site(listed: SiteList, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Write what changed of the pages, then the list, and the index last.

    Returns:
        The path of the index, and a sentence about each run that cannot be read.
    """
    site = _read(listed, folder)
    pages: dict[str, str] = {}
    for suite in sorted({entry.suite for entry in site.listed.entries}):
        own = [entry for entry in latest(site.listed.entries) if entry.suite == suite]
        key = digest_json([software(), [entry.as_json() for entry in own]])
        file = suite_file(suite)
        if _is_stale(file, key, listed, folder):
            write_page(folder / file, render_suite_page(suite, own))
        pages[file] = key
    for past in site.pasts:
        key, file = _key_of(past), history_file(past.suite, past.system)
        if _is_stale(file, key, listed, folder):
            write_page(folder / file, render_history_page(past))
        pages[file] = key
    write_list(replace(site.listed, pages=pages), folder)
    index = folder / "index.html"
    write_page(index, site.index())
    for file in sorted({*listed.pages} - {*pages}):
        if _is_inside(folder / file, folder):
            (folder / file).unlink(missing_ok=True)
    return index, site.unreadable


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether a path that the list names is the site's own: the list may come from anywhere."""
    return path.name.startswith("@") and path.resolve().is_relative_to(folder.resolve())


def _is_stale(file: str, key: str, listed: SiteList, folder: Path) -> bool:
    return listed.pages.get(file) != key or not (folder / file).is_file()


def _key_of(past: Past) -> str:
    """Digest of everything that the page of a history depends on."""
    baseline = past.baseline
    return digest_json(
        [
            software(),
            [entry.as_json() for entry in past.entries],
            [[head.id, head.complete, head.provenance.started] for head in past.heads],
            [
                [series.metric.label, [[point.run.id, point.value] for point in series.points]]
                for series in past.series
            ],
            None if baseline is None else [baseline.head.id, repr(baseline.levels)],
        ]
    )
