"""Archive: the summaries of a store's runs, kept so that a run is read once."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from holdfast.digest import Json
from holdfast.errors import RecordError, StoreError
from holdfast.history.summary import Level, Summary, summarise
from holdfast.record import Run
from holdfast.storage.folder import read_head
from holdfast.storage.journal import write_whole
from holdfast.store import private_folder, read_run

__all__ = ["Archive", "read_archive", "read_baselines"]

_FILE = "history-1.json"
"""Its number is raised when the level of a run is computed in another way."""
_RECORDS = ("manifest.json", "cases.jsonl", "trials.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Every run of a store that a history may be made of."""

    summaries: tuple[Summary, ...]
    unreadable: tuple[str, ...]
    """Sentences, one for each run that cannot be read."""


def read_archive(root: Path, *, keep: Callable[[Run], bool] = lambda head: True) -> Archive:
    """Summaries of the runs of a store, in no particular order.

    `keep` chooses runs by what their manifests say. What a run scored is kept in the store's cache
    and computed again when its files change. The cache is nobody's record: where it is broken or
    cannot be written, the runs are read.
    """
    files = sorted((root / "runs").glob("*/manifest.json"))
    return _archive(root, [file.parent for file in files], keep=keep)


def read_baselines(root: Path) -> Archive:
    """Summaries of the accepted baselines of a store, kept in the cache like those of its runs."""
    files = sorted((root / "baselines").glob("*/*/manifest.json"))
    return _archive(root, [file.parent for file in files], keep=lambda head: True)


def _archive(root: Path, folders: Sequence[Path], *, keep: Callable[[Run], bool]) -> Archive:
    kept = _kept(root)
    fresh: dict[str, Json] = {}
    summaries: list[Summary] = []
    unreadable: list[str] = []
    for folder in folders:
        name = _name(folder, root)
        try:
            head = read_head(folder)
            if not keep(head):
                continue
            stamp = _stamp(folder)
            summary = _known(kept.get(name), head, stamp)
            if summary is None:
                summary = _read(folder, head)
                fresh[name] = _row(summary, stamp)
        except RecordError as error:
            unreadable.append(f"{folder.name} was left out: {error}")
        else:
            summaries.append(summary)
    if fresh:
        _keep(root, {**kept, **fresh})
    return Archive(summaries=tuple(summaries), unreadable=tuple(unreadable))


def _name(folder: Path, root: Path) -> str:
    """Name of a record in the cache: that of a run's folder, or the path of a baseline's."""
    path = folder.relative_to(root)
    return folder.name if path.parts[0] == "runs" else path.as_posix()


def _read(folder: Path, head: Run) -> Summary:
    if head.complete:
        return summarise(read_run(folder))
    return Summary(head=head, levels={}, cases=0, repeated=False)


def _stamp(folder: Path) -> list[Json]:
    """What changes when a file of the run does."""
    try:
        found = [(folder / name).stat() for name in _RECORDS]
    except OSError as error:
        raise RecordError(f"{str(folder)!r} is not a whole run: {error.strerror}") from error
    return [number for file in found for number in (file.st_size, file.st_mtime_ns)]


def _row(summary: Summary, stamp: list[Json]) -> Json:
    levels = {label: [level.value, level.cases] for label, level in summary.levels.items()}
    return {
        "stamp": stamp,
        "levels": levels,
        "cases": summary.cases,
        "repeated": summary.repeated,
    }


def _known(row: Any, head: Run, stamp: list[Json]) -> Summary | None:
    try:
        if row is None or row["stamp"] != stamp:
            return None
        levels = {
            label: Level(value=value if value is None else float(value), cases=int(cases))
            for label, (value, cases) in row["levels"].items()
        }
        return Summary(
            head=head, levels=levels, cases=int(row["cases"]), repeated=bool(row["repeated"])
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _kept(root: Path) -> Mapping[str, Json]:
    try:
        rows: Any = json.loads((root / "cache" / _FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Json]", rows) if isinstance(rows, dict) else {}


def _keep(root: Path, rows: Mapping[str, Json]) -> None:
    present = {
        name: row
        for name, row in rows.items()
        if (root / name if "/" in name else root / "runs" / name).is_dir()
    }
    try:
        folder = private_folder(root / "cache")
        write_whole(folder / _FILE, iter((json.dumps(present).encode(),)))
    except StoreError:
        # A store that may only be read has a history all the same.
        return
