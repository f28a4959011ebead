"""Page key: a digest of everything that the page of a run depends on."""

from functools import cache
from pathlib import Path

import holdfast
from holdfast.config import Config
from holdfast.digest import Json, digest_bytes, digest_json
from holdfast.store import baseline_path, safe_name

__all__ = ["PageKeys", "software"]

_RECORDS = ("manifest.json", "cases.jsonl", "trials.jsonl")
_SOURCES = (".py", ".j2", ".css", ".js")


@cache
def software() -> str:
    """Digest of holdfast's own files: another version judges and draws anew."""
    root = Path(holdfast.__file__).parent
    return digest_json(
        [
            [file.relative_to(root).as_posix(), digest_bytes(file.read_bytes())]
            for file in sorted(root.rglob("*"))
            if file.suffix in _SOURCES and file.is_file()
        ]
    )


class PageKeys:
    """Keys of pages, reading each baseline once."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._folders: dict[Path, Json] = {}

    def of(self, run: Path, *, suite: str, system: str) -> str:
        """Key of the page of the run in a folder.

        Runs are never edited, so size and time of their files stand for what they hold; what
        people edit (policies, baselines, admissions of judges, settings) counts by its content.
        """
        config = self._config
        quarantines = config.quarantines.get(suite, ())
        return digest_json(
            [
                software(),
                run.name,
                [_stamp(run / name) for name in _RECORDS],
                _content(run / "policies.json"),
                self._folder(baseline_path(suite, system, root=config.store)),
                self._folder(config.store / "judges" / safe_name(suite)),
                repr((config.profile, config.profiles, config.suites.get(suite))),
                sorted(config.suites),
                repr((quarantines, config.today)) if quarantines else "",
            ]
        )

    def _folder(self, path: Path) -> Json:
        if path not in self._folders:
            files = sorted(path.iterdir()) if path.is_dir() else []
            self._folders[path] = [[file.name, _content(file)] for file in files]
        return self._folders[path]


def _stamp(file: Path) -> Json:
    try:
        found = file.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns]


def _content(file: Path) -> Json:
    try:
        return digest_bytes(file.read_bytes())
    except OSError:
        return None
