"""Site: the index of the HTML reports, and the list of pages that it is made from."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from holdfast.commands.console import write_file
from holdfast.gate import Verdict
from holdfast.report import IndexEntry, render_index

__all__ = ["add_to_index", "entry_of", "html_folder"]

_LIST = "entries.json"


def html_folder(store: Path) -> Path:
    """Folder of the site, kept out of git."""
    from holdfast.store import private_folder

    return private_folder(store / "html")


def entry_of(verdict: Verdict, file: str) -> IndexEntry:
    """The line of the index that leads to the verdict's page, a path inside the folder."""
    candidate = verdict.comparison.candidate
    return IndexEntry(
        suite=verdict.comparison.suite,
        system=candidate.system.label,
        outcome=verdict.outcome,
        sentence=verdict.sentence,
        started=candidate.provenance.started,
        href=quote(file),
        counts=dict(candidate.tally),
    )


def add_to_index(entries: Iterable[IndexEntry | Mapping[str, Any]], folder: Path) -> Path:
    """Write the index of the pages in a folder: the given ones, and those of earlier sessions."""
    rows = [asdict(entry) if isinstance(entry, IndexEntry) else entry for entry in entries]
    known = {row["href"]: row for row in (*_earlier(folder), *rows)}
    kept = [row for href, row in known.items() if (folder / unquote(href)).is_file()]
    write_file(folder / _LIST, json.dumps(kept, ensure_ascii=False, indent=1))
    index = folder / "index.html"
    write_file(index, render_index(IndexEntry(**row) for row in kept))
    return index


def _earlier(folder: Path) -> list[dict[str, Any]]:
    fields = set(IndexEntry.__dataclass_fields__)
    try:
        rows: list[dict[str, Any]] = json.loads((folder / _LIST).read_text("utf-8"))
        return [row for row in rows if set(row) == fields]
    except (OSError, ValueError, TypeError):
        # The list can be made again; a broken one costs the links to older pages.
        return []
