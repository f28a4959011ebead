"""Cache: responses and scores that need not be asked for again."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from holdfast.digest import digest_bytes, digest_json
from holdfast.errors import StoreError
from holdfast.storage.codec import plain
from holdfast.system import Spec

__all__ = ["Batch", "Cache", "CallKey", "SystemKey", "score_key"]

_TABLES = """
CREATE TABLE IF NOT EXISTS answers(
    key TEXT PRIMARY KEY, system TEXT, input TEXT, params TEXT, version TEXT, artifacts TEXT,
    code TEXT, state TEXT, repeat INTEGER, seed INTEGER, answer BLOB, seconds REAL);
CREATE INDEX IF NOT EXISTS history ON answers(system, input);
CREATE TABLE IF NOT EXISTS scores(key TEXT PRIMARY KEY, score BLOB) WITHOUT ROWID;
"""
# A changed layout takes another file name, so that two versions never meet in one file.
_FILE = f"answers-{digest_bytes(_TABLES.encode())[:8]}.sqlite"
_KEEP_ANSWER = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PATIENCE = 30.0
_LARGE = 4_000_000
_MANY = 128
"""Kept answers that wait for their transaction at most: a second of them is megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemKey:
    """Everything of a system that can change its answers."""

    name: str
    params: str
    version: str
    artifacts: str
    code: str
    state: str
    digest: str

    @classmethod
    def of(cls, spec: Spec, code: str, *, state: str = "") -> "SystemKey":
        """Key of a system's spec, the digest of its code and that of what else it carries."""
        return cls(
            name=digest_json(spec.name),
            params=digest_json(plain(spec.params)),
            version=spec.version,
            artifacts=digest_json(plain(spec.artifacts)),
            code=code,
            state=state,
            digest=digest_json([spec.digest, code, state]),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows that are not written yet."""

    answers: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    scores: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])


class Cache:
    """A file of answers and scores that several processes may use at once.

    What is kept can be found again once it was written, which is done in batches: the journal of
    the run is the durable record, and what a killed process did not write here is asked for again.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / _FILE
        self._batch = Batch()
        self._size = 0
        self._writing = Lock()
        self._met: dict[str, bool] = {}
        self._reader = self._connect()
        # A connection of its own, so that a slow disk holds up no look-up.
        self._writer = self._connect()

    def answer(self, call: CallKey) -> tuple[str, float] | None:
        """JSON text of a kept response and the seconds it took, or None."""
        if not self._knows(call.system.name):
            return None
        row = self._one("SELECT answer, seconds FROM answers WHERE key = ?", call.digest)
        return None if row is None else (_text(row[0]), row[1])

    def keep_answer(self, call: CallKey, text: str, *, seconds: float) -> None:
        """Keep a response under its call."""
        system = call.system
        data = _bytes(text)
        self._batch.answers.append(
            (
                *(call.digest, system.name, call.input, system.params, system.version),
                *(
                    system.artifacts,
                    system.code,
                    system.state,
                    call.repeat,
                    call.seed,
                    data,
                    seconds,
                ),
            )
        )
        self._size += len(data)
        if self._size > _LARGE or len(self._batch.answers) >= _MANY:
            self.flush()

    def score(self, key: str) -> str | None:
        """JSON text of a kept score, or None."""
        row = self._one("SELECT score FROM scores WHERE key = ?", key)
        return None if row is None else _text(row[0])

    def keep_score(self, key: str, text: str) -> None:
        """Keep a score."""
        self._batch.scores.append((key, _bytes(text)))

    def reason(self, call: CallKey) -> str:
        """Why a call has no kept answer: what differs from the most similar call that has one."""
        if not self._knows(call.system.name):
            return "new input"
        with self._explained():
            rows = self._reader.execute(
                "SELECT params, version, artifacts, code, state, repeat, seed FROM answers"
                " WHERE system = ? AND input = ? ORDER BY rowid DESC LIMIT 50",
                (call.system.name, call.input),
            ).fetchall()
        system = call.system
        identity = (system.params, system.version, system.artifacts, system.code, system.state)
        now = (*identity, call.repeat, call.seed)
        changes = [_changes(row, now) for row in rows]
        return " and ".join(min(changes, key=len)) if changes else "new input"

    def take(self) -> Batch:
        """What was kept since the last time, to be written by the caller."""
        batch, self._batch, self._size = self._batch, Batch(), 0
        return batch

    def write(self, batch: Batch) -> None:
        """Write a batch; safe in any one thread at a time."""
        if not batch.answers and not batch.scores:
            return
        with self._writing, self._explained():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                self._writer.executemany(_KEEP_ANSWER, batch.answers)
                self._writer.executemany(
                    "INSERT OR REPLACE INTO scores VALUES (?, ?)", batch.scores
                )
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")

    def flush(self) -> None:
        """Write what was kept since the last time."""
        self.write(self.take())

    def close(self) -> None:
        """Write what is left and close the file."""
        try:
            self.flush()
        finally:
            self._reader.close()
            self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        from filelock import FileLock

        # SQLite does not wait for its turn where two begin a new file at the same moment.
        turn = FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=_PATIENCE)
        with self._explained(), turn:
            connection = sqlite3.connect(
                self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_TABLES)
            return connection

    def _knows(self, system: str) -> bool:
        """Whether there was an answer of the system, under any key, when it was first asked for.

        Most runs of a new system would otherwise search in vain for each of their calls.
        """
        if system not in self._met:
            row = self._one("SELECT 1 FROM answers WHERE system = ? LIMIT 1", system)
            self._met[system] = row is not None
        return self._met[system]

    def _one(self, query: str, key: str) -> tuple[Any, ...] | None:
        with self._explained():
            return self._reader.execute(query, (key,)).fetchone()

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"the cache {str(self.path)!r} cannot be used: {error}; free space, or delete "
                "the file: no run is lost, answers are asked for again"
            ) from error


_STATE = "system attributes changed"
_NAMES = (
    "system parameters changed",
    "system version changed",
    "system artifacts changed",
    "system code changed",
    _STATE,
    "new repeat",
    "another seed",
)


def _changes(before: tuple[Any, ...], now: tuple[Any, ...]) -> list[str]:
    differing = [name for old, new, name in zip(before, now, _NAMES, strict=True) if old != new]
    if "new repeat" in differing and "another seed" in differing:
        differing.remove("another seed")  # the seed of a call follows from its repeat
    if _STATE in differing and len(differing) > 1:
        differing.remove(_STATE)  # the attributes are what the spec was made of
    return differing or ["asked for at the same time"]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
