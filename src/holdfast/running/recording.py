"""Recording: a run while it is made, in memory and, where there is a store, on disk."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.errors import StoreError
from holdfast.metric import Failure
from holdfast.record import CaseRecord, Provenance, Receipt, Run, TrialRecord
from holdfast.sequence import SequentialRecord
from holdfast.storage.codec import case_line, trial_line
from holdfast.storage.folder import (
    manifest,
    read_manifest,
    read_trials,
    write_manifest,
    write_texts,
)
from holdfast.storage.journal import Journal, disk_refused, write_whole
from holdfast.storage.observations import write_observations
from holdfast.storage.provenance_row import provenance_from
from holdfast.storage.sequence_row import sequence_from
from holdfast.store import Header, new_id, private_folder, run_path, runs

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["Recording", "open_recording"]

_EARLIER = "answered in an earlier session of this run"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    path: Path
    lock: "BaseFileLock"
    journal: Journal


class Recording:
    """Collects finished trials; with a store each one is on disk before the next is begun."""

    def __init__(self, head: Run, *, identity: str, files: _Files | None = None) -> None:
        self.head = head
        self._identity = identity
        self._files = files
        self._order = {case.id: position for position, case in enumerate(head.cases)}
        self._trials = {self._key(trial): trial for trial in head.trials}
        self._reasons: dict[str, int] = {}
        self._began = time.monotonic()
        if missed := sum(not trial.cached for trial in head.trials):
            self._reasons[_EARLIER] = missed

    @property
    def path(self) -> Path | None:
        """Folder of the run, or None where nothing is kept."""
        return self._files and self._files.path

    @property
    def done(self) -> int:
        """Number of finished trials."""
        return len(self._trials)

    @property
    def wanted(self) -> int:
        """Number of trials of the complete run, as far as is known."""
        sequence, cases = self.head.sequence, len(self.head.cases)
        if sequence is not None and sequence.ended and sequence.looks:
            cases = sequence.looks[-1].cases
        return cases * self.head.repeats

    @property
    def complete(self) -> bool:
        """Whether nothing more is to be made."""
        sequence = self.head.sequence
        return self.done >= self.wanted and (sequence is None or sequence.ended)

    def holds(self, case_id: str, repeat: int) -> bool:
        """Whether a trial is finished."""
        return (self._order[case_id], repeat) in self._trials

    def note(self, sequence: SequentialRecord, *, repeats: int) -> None:
        """Record how the run was looked at; it is on disk before more trials are made."""
        self.head = replace(self.head, sequence=sequence, repeats=repeats)
        if self._files is not None:
            self._files.journal.sync()
            spent = replace(self.head.provenance, seconds=self._elapsed())
            unfinished = replace(self.head, complete=False, provenance=spent)
            row = manifest(unfinished, identity=self._identity, counts=False)
            write_manifest(row, self._files.path)

    def pending(self) -> Iterator[tuple[CaseRecord, int]]:
        """Cases and repeats that have no finished trial, in the order of the dataset."""
        resumed = set(self._trials)
        for position, case in enumerate(self.head.cases):
            for repeat in range(self.head.repeats):
                if (position, repeat) not in resumed:
                    yield case, repeat

    def add(self, trial: TrialRecord, *, answer: str | None) -> None:
        """Keep a finished trial; `answer` is the JSON text of its response, where there is one."""
        if self._files is not None:
            self._files.journal.append(trial_line(trial, answer=answer))
        self._trials[self._key(trial)] = trial

    def missed(self, reason: str) -> None:
        """Count a call that the cache could not answer."""
        self._reasons[reason] = self._reasons.get(reason, 0) + 1

    def sync(self) -> None:
        """Make what was kept survive a power cut."""
        if self._files is not None:
            self._files.journal.sync()

    def run(self, *, stopped: str = "") -> Run:
        """The run as far as it is made; the order of its trials does not depend on their ends."""
        hits = sum(trial.cached for trial in self._trials.values())
        receipt = Receipt(
            hits=hits,
            misses=sum(self._reasons.values()),
            reasons=dict(sorted(self._reasons.items())),
        )
        complete = self.complete
        return replace(
            self.head,
            trials=tuple(self._trials[key] for key in sorted(self._trials)),
            complete=complete,
            provenance=replace(
                self.head.provenance,
                seconds=self._elapsed(),
                cache=receipt,
                stopped="" if complete else stopped,
            ),
        )

    def close(self, *, stopped: str = "") -> Run:
        """Write the manifest and, where the run is complete, its observations; returns the run."""
        run = self.run(stopped=stopped)
        files = self._files
        if files is not None:
            files.journal.close()
            if run.complete:
                write_observations(run, files.path / "observations.arrows")
            write_manifest(manifest(run, identity=self._identity), files.path)
            files.lock.release()
        return run

    def abandon(self) -> None:
        """Let go of the files where `close` did not; the record stays as it is."""
        if self._files is not None:
            try:
                self._files.journal.close()
            finally:
                self._files.lock.release()

    def _elapsed(self) -> float:
        return round(self.head.provenance.seconds + time.monotonic() - self._began, 3)

    def _key(self, trial: TrialRecord) -> tuple[int, int]:
        return self._order[trial.case_id], trial.repeat


def open_recording(head: Run, *, identity: str, store: Path | None) -> Recording:
    """Recording of a new run, or of the unfinished one with the same identity in the store.

    A run that another process works on is left to it.
    """
    if store is None:
        return Recording(head, identity=identity)
    private_folder(store / "runs")
    if identity:
        for header in runs(store):
            if header.identity == identity and not header.complete:
                resumed = _resume(head, header, identity=identity)
                if resumed is not None:
                    return resumed
    return _begin(head, identity=identity, store=store)


def _begin(head: Run, *, identity: str, store: Path) -> Recording:
    path = run_path(head.id, store)
    try:
        while path.exists():
            head = replace(head, id=new_id(datetime.fromisoformat(head.provenance.started)))
            path = run_path(head.id, store)
        path.mkdir(parents=True)
    except OSError as error:
        raise disk_refused(path, error) from error
    lock = _lock(path)
    if lock is None:
        raise StoreError(f"{str(path)!r} was taken by another process as it was made; run again")
    with ExitStack() as undo:
        undo.callback(lock.release)
        write_whole(path / "cases.jsonl", (case_line(case) for case in head.cases))
        write_texts(head.texts, path)
        journal = Journal(path / "trials.jsonl")
        unfinished = manifest(replace(head, complete=False), identity=identity, counts=False)
        write_manifest(unfinished, path)
        undo.pop_all()
    return Recording(head, identity=identity, files=_Files(path=path, lock=lock, journal=journal))


def _resume(head: Run, header: Header, *, identity: str) -> Recording | None:
    """Recording that goes on with an unfinished run; None where another process has it."""
    lock = _lock(header.path)
    if lock is None:
        return None
    with ExitStack() as undo:
        undo.callback(lock.release)
        row = read_manifest(header.path)
        if row.get("complete", True):
            return None
        journal = Journal(header.path / "trials.jsonl")
        trials = read_trials(header.path, cases=head.cases, complete=False)
        undo.pop_all()
    before = provenance_from(row["provenance"])
    sequence = row.get("sequence")
    head = replace(
        head,
        id=header.id,
        sequence=sequence_from(sequence) if sequence else head.sequence,
        trials=tuple(trial for trial in trials if _finished(trial)),
        provenance=replace(
            head.provenance, started=before.started, seconds=_spent(before, header.path)
        ),
    )
    files = _Files(path=header.path, lock=lock, journal=journal)
    return Recording(head, identity=identity, files=files)


def _spent(before: Provenance, path: Path) -> float:
    """Wall time of the earlier sessions; of one that was killed, the time to its last trial."""
    began = (path / "manifest.json").stat().st_mtime
    last = (path / "trials.jsonl").stat().st_mtime
    return before.seconds + max(0.0, last - began)


def _finished(trial: TrialRecord) -> bool:
    """Whether the trial need not be made again: no part of it failed for the infrastructure."""
    outcomes = (trial.failure, *trial.scores.values())
    return not any(isinstance(o, Failure) and o.stage == "infrastructure" for o in outcomes)


def _lock(path: Path) -> "BaseFileLock | None":
    from filelock import FileLock, Timeout

    lock = FileLock(path / ".lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    except OSError as error:
        raise disk_refused(path, error) from error
    return lock
