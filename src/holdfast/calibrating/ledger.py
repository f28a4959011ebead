"""Ledger: the pass history of every case whose trials disagree, over the runs of a system.

The file lies beside the baseline, one line for each case and metric, made to be reviewed and
committed: it remembers runs that the store no longer has. A case is in it only where one and the
same system (equal spec) answered it both ways; a case that a change broke is no flaky case.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.comparing.pairing import evidence
from holdfast.errors import RecordError
from holdfast.record import Run
from holdfast.storage.journal import read_lines, write_whole

__all__ = ["Entry", "Outing", "entries_of", "merged", "read_ledger", "write_ledger"]

_FILE = "flakes.jsonl"
_LONGEST = 30
"""Runs that one history keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """How one case did in one run."""

    run: str
    """Run id, which sorts by time."""
    system: str
    """Beginning of the digest of the system's spec."""
    passed: int
    """Trials at or above the middle of the range."""
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Pass history of one case in one metric, oldest run first."""

    case: str
    metric: str
    history: tuple[Outing, ...]

    @property
    def rate(self) -> float:
        """Share of disagreeing pairs of trials, among pairs that one system answered."""
        differing = pairs = 0
        for passed, trials in self._by_system().values():
            differing += passed * (trials - passed)
            pairs += trials * (trials - 1) // 2
        return differing / pairs if pairs else 0.0

    @property
    def passed(self) -> int:
        return sum(outing.passed for outing in self.history)

    @property
    def trials(self) -> int:
        return sum(outing.trials for outing in self.history)

    @property
    def marks(self) -> str:
        """One mark a trial, ▮ passed and ▯ failed, a space between runs and | between systems."""
        parts: list[str] = []
        for number, outing in enumerate(self.history):
            if number:
                same = outing.system == self.history[number - 1].system
                parts.append(" " if same else "|")
            parts.append("▮" * outing.passed + "▯" * (outing.trials - outing.passed))
        return "".join(parts)

    def _by_system(self) -> Mapping[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for outing in self.history:
            passed, trials = found.get(outing.system, (0, 0))
            found[outing.system] = (passed + outing.passed, trials + outing.trials)
        return found


def entries_of(runs: Iterable[Run], *, baseline: Run) -> tuple[Entry, ...]:
    """Histories of the baseline's cases over complete runs of its suite and system name.

    A run counts where the case has the same content and the metric the same spec.
    """
    digests = {case.id: case.digest for case in baseline.cases}
    specs = {metric.label: metric for metric in baseline.metrics if metric.bounds not in (None, ())}
    history: dict[tuple[str, str], list[Outing]] = {}
    for run in sorted({run.id: run for run in (*runs, baseline)}.values(), key=lambda one: one.id):
        same_name = (run.suite, run.system.name) == (baseline.suite, baseline.system.name)
        if not run.complete or not same_name:
            continue
        contents = {case.id: case.digest for case in run.cases}
        for metric in run.metrics:
            known = specs.get(metric.label)
            if known is None or known.spec.digest != metric.spec.digest:
                continue
            for case, values in _passes(run, metric.label).items():
                if digests.get(case) == contents.get(case):
                    outing = Outing(
                        run=run.id,
                        system=run.system.digest[:8],
                        passed=sum(values),
                        trials=len(values),
                    )
                    history.setdefault((case, metric.label), []).append(outing)
    return _flaky(
        Entry(case=case, metric=metric, history=tuple(found[-_LONGEST:]))
        for (case, metric), found in history.items()
    )


def merged(old: Sequence[Entry], new: Sequence[Entry]) -> tuple[Entry, ...]:
    """Both ledgers as one; where both know a run, the new one counts."""
    runs: dict[tuple[str, str], dict[str, Outing]] = {}
    for entry in (*old, *new):
        known = runs.setdefault((entry.case, entry.metric), {})
        known.update({outing.run: outing for outing in entry.history})
    return _flaky(
        Entry(
            case=case,
            metric=metric,
            history=tuple(found[run] for run in sorted(found))[-_LONGEST:],
        )
        for (case, metric), found in runs.items()
    )


def _flaky(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    kept = [entry for entry in entries if entry.rate > 0]
    return tuple(sorted(kept, key=lambda entry: (entry.case, entry.metric)))


def _passes(run: Run, label: str) -> dict[str, list[bool]]:
    """Whether each trial of each case passed; one without a score of its own is left out."""
    metric = next(metric for metric in run.metrics if metric.label == label)
    low, high = metric.bounds or (0.0, 1.0)
    found: dict[str, list[bool]] = {}
    for trial in run.trials:
        if trial.cached:  # an answer of an earlier run, which is counted there
            continue
        for value in evidence((trial,), metric, expected=1, favour=False).values:
            share = (value - low) / (high - low)
            passed = (share if metric.better == "higher" else 1.0 - share) >= 0.5
            found.setdefault(trial.case_id, []).append(passed)
    return found


def write_ledger(entries: Sequence[Entry], folder: Path) -> Path:
    """Write flakes.jsonl into the folder of a baseline."""
    path = folder / _FILE
    write_whole(path, (_line(entry) for entry in entries))
    return path


def _line(entry: Entry) -> bytes:
    row = {
        "case": entry.case,
        "metric": entry.metric,
        "history": [[o.run, o.system, o.passed, o.trials] for o in entry.history],
    }
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"


def read_ledger(folder: Path) -> tuple[Entry, ...]:
    """The ledger in the folder of a baseline; empty where there is none.

    Raises:
        RecordError: a line is broken.
    """
    path = folder / _FILE
    if not path.is_file():
        return ()
    entries: list[Entry] = []
    for number, row in enumerate(read_lines(path), start=1):
        try:
            entries.append(_entry(row))
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(
                f"{path}:{number}: {error!r}; remove the line, and run `holdfast calibrate`"
            ) from error
    return tuple(entries)


def _entry(row: Mapping[str, Any]) -> Entry:
    history = tuple(
        Outing(run=run, system=system, passed=int(passed), trials=int(trials))
        for run, system, passed, trials in row["history"]
    )
    return Entry(case=row["case"], metric=row["metric"], history=history)
