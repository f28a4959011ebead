"""Tail: the journal of a run that is being made, read as far as it goes and never touched."""

import json
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from holdfast.errors import RecordError
from holdfast.record import Run
from holdfast.storage.folder import read_head

__all__ = ["Standing", "Tail"]

_WINDOW = 60.0
"""Seconds of which the present speed is the mean."""
_LEAST = 3.0
_STEP = 1 << 22
"""Bytes read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a run is."""

    run: Run
    """Without cases and trials."""
    trials: int
    wanted: int
    """Trials of the complete run; a sequential one may end before."""
    cases: int
    """Cases of which every trial is made."""
    of_cases: int
    failures: int
    """Trials without an answer."""
    means: Mapping[str, tuple[float, int]]
    """Mean score of the trials so far, and their number, by metric."""
    rate: float | None
    """Trials a second, lately; None where that is unknown yet."""
    silent: float
    """Seconds since the journal grew."""

    @property
    def left(self) -> float | None:
        """Seconds until the end at the present speed."""
        if not self.rate:
            return None
        return max(0, self.wanted - self.trials) / self.rate


@dataclass(frozen=True, slots=True)
class _Trial:
    failed: bool
    scores: dict[str, float] = field(default_factory=dict[str, float])


class Tail:
    """Follows one run; each `look` reads only what was added since the last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._begin()

    def _begin(self) -> None:
        self._offset = 0
        self._trials: dict[tuple[str, int], _Trial] = {}
        self._made: dict[str, int] = {}
        self._sums: dict[str, list[float]] = {}
        self._failures = 0
        self._cases = 0
        self._seen: deque[tuple[float, int]] = deque()

    def look(self) -> Standing:
        """How far the run is now.

        Raises:
            RecordError: the manifest cannot be read (yet).
        """
        head = replace(read_head(self.folder), cases=(), trials=())
        if not self._cases:
            self._cases = _lines(self.folder / "cases.jsonl")
        silent = self._read()
        now = time.monotonic()
        self._seen.append((now, len(self._trials)))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW:  # a span has two ends
            self._seen.popleft()
        return Standing(
            run=head,
            trials=len(self._trials),
            wanted=max(self._cases * head.repeats, len(self._trials)),
            cases=sum(made >= head.repeats for made in self._made.values()),
            of_cases=self._cases,
            failures=self._failures,
            means={
                label: (total / number, int(number))
                for label, (total, number) in self._sums.items()
                if number
            },
            rate=self._rate(),
            silent=silent,
        )

    def _rate(self) -> float | None:
        (began, first), (now, last) = self._seen[0], self._seen[-1]
        return (last - first) / (now - began) if now - began >= _LEAST else None

    def _read(self) -> float:
        """Take in what was added; returns for how long nothing was."""
        file = self.folder / "trials.jsonl"
        try:
            status = file.stat()
            if status.st_size < self._offset:
                self._begin()
            with file.open("rb") as journal:
                journal.seek(self._offset)
                while piece := journal.read(_STEP):
                    # The writer may be half-way through its last line.
                    whole = piece.rfind(b"\n") + 1
                    if not whole:
                        break
                    for line in piece[:whole].splitlines():
                        self._add(line)
                    self._offset += whole
                    journal.seek(self._offset)
        except OSError as error:
            raise RecordError(f"cannot read {str(file)!r}: {error.strerror}") from error
        return max(0.0, time.time() - status.st_mtime)

    def _add(self, line: bytes) -> None:
        try:
            row: dict[str, Any] = json.loads(line)
            key = (str(row["case"]), int(row["repeat"]))
            scores = {
                label: float(outcome["value"])
                for label, outcome in row.get("scores", {}).items()
                if "value" in outcome
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # a damaged line is reported where the run is judged
        old = self._trials.get(key)
        if old is None:
            self._made[key[0]] = self._made.get(key[0], 0) + 1
        else:
            self._count(old, -1)
        self._trials[key] = _Trial(failed="failure" in row, scores=scores)
        self._count(self._trials[key], 1)

    def _count(self, trial: _Trial, sign: int) -> None:
        self._failures += sign * trial.failed
        for label, value in trial.scores.items():
            sums = self._sums.setdefault(label, [0.0, 0.0])
            sums[0] += sign * value
            sums[1] += sign


def _lines(file: Path) -> int:
    try:
        with file.open("rb") as rows:
            return sum(piece.count(b"\n") for piece in iter(lambda: rows.read(_STEP), b""))
    except OSError:
        return 0
