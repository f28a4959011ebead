"""Cache: responses and scores that need not be asked for again."""

import sqlite3
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.codec import plain
from holdfast.digest import digest_bytes, digest_json
from holdfast.errors import StoreError
from holdfast.system import Spec

__all__ = ["Cache", "CallKey", "SystemKey", "score_key"]

# A changed layout takes a new file name, so that two versions never meet in one file.
_FILE = "answers-1.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS answers(
    key TEXT PRIMARY KEY, system TEXT, input TEXT, params TEXT, version TEXT, artifacts TEXT,
    code TEXT, repeat INTEGER, seed INTEGER, answer BLOB, seconds REAL);
CREATE INDEX IF NOT EXISTS history ON answers(system, input);
CREATE TABLE IF NOT EXISTS scores(key TEXT PRIMARY KEY, score BLOB) WITHOUT ROWID;
"""
_PATIENCE = 30.0
_BATCH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemKey:
    """Everything of a system that can change its answers."""

    name: str
    params: str
    version: str
    artifacts: str
    code: str
    digest: str

    @classmethod
    def of(cls, spec: Spec, code: str) -> "SystemKey":
        """Key of a system's spec and the digest of its code."""
        return cls(
            name=digest_json(spec.name),
            params=digest_json(plain(spec.params)),
            version=spec.version,
            artifacts=digest_json(plain(spec.artifacts)),
            code=code,
            digest=digest_json([spec.digest, code]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallKey:
    """Everything that can change one answer."""

    system: SystemKey
    input: str
    """Digest of the case's input."""
    repeat: int
    seed: int

    @property
    def digest(self) -> str:
        """The key under which the answer is kept."""
        parts = f"{self.system.digest}\0{self.input}\0{self.repeat}\0{self.seed}"
        return digest_bytes(parts.encode())


def score_key(metric: str, case: str, answer: str) -> str:
    """Key of a score, from the digests of the metric with its code, the case and the answer."""
    return digest_bytes(f"{metric}\0{case}\0{answer}".encode())


class Cache:
    """A file of answers and scores that several processes may use at once.

    What is kept is written in batches: the journal of the run is the durable record, and what a
    killed process did not write here is only asked for again.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / _FILE
        self._answers: dict[str, tuple[Any, ...]] = {}
        self._scores: dict[str, bytes] = {}
        with self._explained():
            self._database = sqlite3.connect(
                self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(_TABLES)

    def answer(self, key: str) -> tuple[str, float] | None:
        """JSON text of a kept response and the seconds it took, or None."""
        pending = self._answers.get(key)
        row = pending[-2:] if pending else self._one("SELECT answer, seconds", "answers", key)
        return None if row is None else (_text(row[0]), row[1])

    def keep_answer(self, call: CallKey, text: str, *, seconds: float) -> None:
        """Keep a response under its call."""
        system = call.system
        self._answers[call.digest] = (
            *(call.digest, system.name, call.input, system.params, system.version),
            *(system.artifacts, system.code, call.repeat, call.seed, _bytes(text), seconds),
        )
        if len(self._answers) >= _BATCH:
            self.flush()

    def score(self, key: str) -> str | None:
        """JSON text of a kept score, or None."""
        pending = self._scores.get(key)
        row = (pending,) if pending else self._one("SELECT score", "scores", key)
        return None if row is None else _text(row[0])

    def keep_score(self, key: str, text: str) -> None:
        """Keep a score."""
        self._scores[key] = _bytes(text)

    def reason(self, call: CallKey) -> str:
        """Why a call has no kept answer: what differs from the most similar call that has one."""
        with self._explained():
            rows = self._database.execute(
                "SELECT params, version, artifacts, code, repeat, seed FROM answers"
                " WHERE system = ? AND input = ? ORDER BY rowid DESC LIMIT 50",
                (call.system.name, call.input),
            ).fetchall()
        system = call.system
        now = (system.params, system.version, system.artifacts, system.code, call.repeat, call.seed)
        changes = [_changes(row, now) for row in rows]
        return " and ".join(min(changes, key=len)) if changes else "new input"

    def flush(self) -> None:
        """Write what was kept since the last time."""
        if not self._answers and not self._scores:
            return
        marks = ", ".join("?" * 11)
        with self._explained():
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(
                f"INSERT OR REPLACE INTO answers VALUES ({marks})",
                self._answers.values(),
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO scores VALUES (?, ?)", self._scores.items()
            )
            self._database.execute("COMMIT")
        self._answers.clear()
        self._scores.clear()

    def close(self) -> None:
        """Write what is left and close the file."""
        try:
            self.flush()
        finally:
            self._database.close()

    def _one(self, columns: str, table: str, key: str) -> tuple[Any, ...] | None:
        with self._explained():
            return self._database.execute(
                f"{columns} FROM {table} WHERE key = ?", (key,)
            ).fetchone()

    @contextmanager
    def _explained(self) -> Iterable[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the cache {str(self.path)!r} cannot be used: {error}; free space, or delete "
                "the file: no run is lost, answers are asked for again"
            ) from error


_NAMES = (
    "system parameters changed",
    "system version changed",
    "system artifacts changed",
    "system code changed",
    "new repeat",
    "another seed",
)


def _changes(before: tuple[Any, ...], now: tuple[Any, ...]) -> list[str]:
    differing = [name for old, new, name in zip(before, now, _NAMES, strict=True) if old != new]
    if "new repeat" in differing and "another seed" in differing:
        differing.remove("another seed")  # the seed of a call follows from its repeat
    return differing or ["asked for at the same time"]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
