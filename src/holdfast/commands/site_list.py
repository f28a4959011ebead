"""Site list: the verdicts that the site knows, and what its pages were made of."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from holdfast.report.entry import IndexEntry
from holdfast.report.matrix import latest, main_of
from holdfast.storage.journal import write_whole
from holdfast.store import run_path

__all__ = ["SiteList", "read_list", "write_list", "write_page"]

_FILE = "entries.json"
_MOST = 1_000
"""Verdicts of one gate that are remembered, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteList:
    """What the site knows without reading a run."""

    entries: tuple[IndexEntry, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict[str, str])
    """Key of each page of a suite or a history, by its path."""

    def find(self, run: str) -> IndexEntry | None:
        """The verdict of a run beside its own baseline."""
        found = (entry for entry in self.entries if entry.run == run and not entry.beside)
        return next(found, None)

    def with_entries(self, fresh: Iterable[IndexEntry], *, now: str) -> "SiteList":
        """The list with newer verdicts, first seen now where they are new."""
        known = {(entry.gate, entry.run): entry for entry in self.entries}
        taken: dict[str, tuple[tuple[str, str, str], str]] = {}
        for entry in fresh:
            place = (entry.gate, entry.run)
            before = known.pop(place, None)
            seen = now if before is None else before.seen or now
            session = entry.session or ("" if before is None else before.session)
            known[place] = replace(entry, seen=seen, session=session)
            taken[entry.href] = place
        # A page that is written anew is no longer that of the verdict it was written for.
        entries = (
            entry if taken.get(entry.href, place) == place else replace(entry, href="")
            for place, entry in known.items()
        )
        return replace(self, entries=tuple(entries))

    def pruned(self, folder: Path) -> "SiteList":
        """The list without links to pages that are gone, and without what nobody can look up."""
        store, kept = folder.parent, list[IndexEntry]()
        by_gate: dict[tuple[str, str, str], list[IndexEntry]] = {}
        for entry in self.entries:
            there = bool(entry.href) and (folder / unquote(entry.href)).is_file()
            if there or (entry.run and run_path(entry.run, store).is_dir()):
                by_gate.setdefault(entry.gate, []).append(
                    entry if there else replace(entry, href="")
                )
        for own in by_gate.values():
            newest = latest(own)[0]
            own.sort(key=lambda entry: (entry.moment, entry.run), reverse=True)
            kept += [entry if entry is newest else _brief(entry) for entry in own[:_MOST]]
        return replace(self, entries=tuple(kept))


def _brief(entry: IndexEntry) -> IndexEntry:
    """An older verdict: the metric that decided it is all that is still told."""
    main = main_of(entry)
    return replace(entry, metrics=() if main is None else (main,))


def read_list(folder: Path) -> SiteList:
    """The list in the folder of a site; a broken one costs what can be made again."""
    try:
        found: Any = json.loads((folder / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return SiteList()
    document = cast("dict[str, Any]", found) if isinstance(found, dict) else {"entries": found}
    rows, pages = document.get("entries"), document.get("pages")
    entries = map(IndexEntry.from_json, cast("list[Any]", rows) if isinstance(rows, list) else ())
    keys = cast("dict[str, Any]", pages) if isinstance(pages, dict) else {}
    return SiteList(
        entries=tuple(entry for entry in entries if entry is not None),
        pages={file: str(key) for file, key in keys.items()},
    )


def write_list(found: SiteList, folder: Path) -> None:
    """Write the list whole or not at all."""
    entries = [entry.as_json() for entry in found.entries]
    document = {"version": 2, "entries": entries, "pages": dict(found.pages)}
    write_page(folder / _FILE, json.dumps(document, ensure_ascii=False, allow_nan=False))


def write_page(path: Path, text: str) -> None:
    """Write a file of the site whole or not at all: a killed process leaves no half of one.

    Raises:
        StoreError: the disk refused.
    """
    write_whole(path, iter((text.encode("utf-8", "surrogatepass"),)))
