"""Store: runs on disk, how to find them, and which run is the baseline.

<root>/runs/<run id>/                  every run, finished or not
<root>/cache/                          responses and scores to use again
<root>/baselines/<suite>/<system>/     the accepted runs, made to be reviewed and committed
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote

from holdfast.digest import digest_json
from holdfast.errors import RecordError, UsageError
from holdfast.record import Run, TrialRecord
from holdfast.storage.codec import Row, case_line, spec_from, trial_line
from holdfast.storage.folder import (
    manifest,
    read_manifest,
    read_run,
    write_manifest,
    write_run,
    write_texts,
)
from holdfast.storage.journal import disk_refused, write_whole

__all__ = [
    "Header",
    "accept",
    "baseline",
    "baseline_path",
    "extended",
    "find",
    "new_id",
    "private_folder",
    "read_run",
    "run_path",
    "runs",
    "safe_name",
    "write_run",
]

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a list of runs shows of one run, read from its manifest alone."""

    id: str
    path: Path
    suite: str
    system: str
    """Label of the system."""
    dataset: str
    started: str
    """ISO 8601 time with offset."""
    complete: bool
    counts: Mapping[str, int]
    """Number of cases by how they ended, and their `total`; empty while the run is under way."""
    identity: str = ""
    """Digest by which an unfinished run is found again."""
    name: str = ""


def new_id(moment: datetime) -> str:
    """Run id that sorts by time, such as `20261122-121500-a1b2c3`."""
    return f"{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def safe_name(name: str) -> str:
    """The name as one path component: percent-encoded, never hidden, at most 200 bytes.

    >>> safe_name("../rag v2")
    '%2E.%2Frag%20v2'
    """
    encoded = quote(name, safe="", errors="surrogatepass")
    if encoded.startswith("."):
        encoded = "%2E" + encoded[1:]
    if len(encoded) > _LONGEST_NAME:
        encoded = f"{encoded[: _LONGEST_NAME - 33]}-{digest_json(name)}"
    return encoded


def run_path(run_id: str, root: Path) -> Path:
    """Folder of a run."""
    return root / "runs" / safe_name(run_id)


def baseline_path(suite: str, system_name: str, *, root: Path) -> Path:
    """Folder of a baseline, whether there is one or not."""
    return root / "baselines" / safe_name(suite) / safe_name(system_name)


def private_folder(path: Path) -> Path:
    """The folder, made where it is missing, with a note that keeps it out of git."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        note = path / ".gitignore"
        if not note.exists():
            note.write_text("*\n")
    except OSError as error:
        raise disk_refused(path, error) from error
    return path


def runs(root: Path) -> list[Header]:
    """Headers of all readable runs of a store, newest first."""
    headers: list[Header] = []
    for file in (root / "runs").glob("*/manifest.json"):
        try:
            headers.append(_header(file.parent, read_manifest(file.parent)))
        except RecordError:
            continue
    return sorted(headers, key=lambda header: (header.started, header.id), reverse=True)


def _header(path: Path, row: Row) -> Header:
    try:
        return Header(
            id=row["id"],
            path=path,
            suite=row["suite"],
            system=spec_from(row["system"]).label,
            dataset=row["dataset"]["name"],
            started=row.get("provenance", {}).get("started", ""),
            complete=row.get("complete", True),
            counts=row.get("counts", {}),
            identity=row.get("identity", ""),
            name=row["system"]["name"],
        )
    except (KeyError, TypeError) as error:
        raise RecordError(f"{path / 'manifest.json'}: {error!r}") from error


def find(text: str, root: Path) -> Path:
    """Folder of the run that the text names.

    The text is a folder's path, a run id, the unique beginning of one, or
    `baseline:suite/system`.

    Raises:
        RecordError: no run is named so, or several are; the message lists near matches.
    """
    if text.startswith("baseline:"):
        return _find_baseline(text, root)
    if (Path(text) / "manifest.json").is_file():
        return Path(text)
    ids = sorted(unquote(file.parent.name) for file in root.glob("runs/*/manifest.json"))
    if text in ids:
        return run_path(text, root)
    matches = [name for name in ids if text and name.startswith(text)]
    if len(matches) == 1:
        return run_path(matches[0], root)
    if matches:
        raise RecordError(
            f"{text!r} begins the ids of {len(matches)} runs: {_listed(matches)}; give more of it"
        )
    if Path(text).is_file():
        raise RecordError(
            f"{text!r} is a file, and a run is a folder; `holdfast import csv` makes a run of a "
            "file of scores"
        )
    raise RecordError(
        f"no run {text!r} in {str(root)!r}; {_near(text, ids)} "
        "(a folder, a run id, its beginning, or baseline:suite/system)"
    )


def _find_baseline(text: str, root: Path) -> Path:
    names = {
        f"baseline:{unquote(file.parent.parent.name)}/{unquote(file.parent.name)}": file.parent
        for file in (root / "baselines").glob("*/*/manifest.json")
    }
    if text not in names:
        raise RecordError(
            f"no {text!r} in {str(root)!r} (`holdfast accept` makes a run the baseline); "
            f"{_near(text, list(names))}"
        )
    return names[text]


def _near(text: str, known: list[str]) -> str:
    from difflib import get_close_matches

    if not known:
        return "there are none yet"
    near = get_close_matches(text, known, n=3, cutoff=0.4) or known[-3:]
    return f"did you mean {_listed(near)}?"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in list(names)[:5])


def accept(run: Run, root: Path) -> Path:
    """Make the run the baseline of its suite and system; returns the baseline's folder.

    What differs between two runs that said the same is rounded or left out, so that a diff of two
    baselines shows only what changed.

    Raises:
        UsageError: the run is incomplete, or stopped before all cases were drawn.
    """
    if not run.complete:
        raise UsageError(
            f"run {run.id!r} is incomplete ({len(run.trials)} of {len(run.cases) * run.repeats} "
            "trials); finish it before it becomes the baseline"
        )
    looks = () if run.sequence is None else run.sequence.looks
    if looks and looks[-1].cases < len(run.cases):
        raise UsageError(
            f"run {run.id!r} stopped after {looks[-1].cases} of {len(run.cases)} cases, where its "
            "luck was extreme; a baseline needs all of them: run again without stopping early"
        )
    path = baseline_path(run.suite, run.system.name, root=root)
    order = {case.id: position for position, case in enumerate(run.cases)}
    trials = sorted(run.trials, key=lambda trial: (order[trial.case_id], trial.repeat))
    write_whole(path / "cases.jsonl", (case_line(case, placed=False) for case in run.cases))
    write_whole(
        path / "trials.jsonl", (trial_line(_reviewable(trial), ordered=True) for trial in trials)
    )
    write_texts(run.texts, path)
    write_manifest(manifest(run), path)
    return path


def extended(old: Run, run: Run) -> Run:
    """The baseline with the trials of another run of the same system, as one run.

    Raises:
        UsageError: the runs are not of one system, dataset and set of metrics, or the trials of
            the second are no new evidence.
    """
    reason = _why_not_one(old, run)
    if reason:
        raise UsageError(
            f"the trials of {run.id!r} cannot be added to the baseline {old.id!r}: {reason}"
        )
    later = (replace(trial, repeat=trial.repeat + old.repeats) for trial in run.trials)
    repeats = old.repeats + run.repeats
    origin = old.provenance.origin or f"trials of {old.id}"
    return replace(
        old,
        id=f"{old.id.partition('+')[0]}+{repeats}",
        trials=(*old.trials, *later),
        repeats=repeats,
        provenance=replace(old.provenance, origin=f"{origin} and {run.id}"),
    )


def _why_not_one(old: Run, run: Run) -> str:
    same = {
        "suite": (old.suite, run.suite),
        "system (name, parameters, version, artifacts)": (old.system.digest, run.system.digest),
        "dataset": (old.dataset_digest, run.dataset_digest),
        "metrics": tuple(
            sorted((metric.label, metric.spec.digest) for metric in one.metrics)
            for one in (old, run)
        ),
    }
    for what, (before, after) in same.items():
        if before != after:
            return f"they differ in their {what}"
    if run.provenance.imported or old.provenance.imported:
        return "scores were imported; import them together, with one row for each trial"
    if run.sequence is not None or old.sequence is not None:
        return "a run that may stop early has trials only of the cases that it drew"
    if run.id == old.id.partition("+")[0] or run.id in old.provenance.origin.split():
        return "they are in it already"
    cached = sum(trial.cached for trial in run.trials)
    if cached:
        return (
            f"{cached} of its {len(run.trials)} answers came from the cache, and an answer that is "
            "counted twice looks steadier than it is; run again with --holdfast-fresh"
        )
    return ""


def _reviewable(trial: TrialRecord) -> TrialRecord:
    response = trial.response
    if response is not None:
        timings = {name: round(seconds, 3) for name, seconds in response.timings.items()}
        response = replace(response, timings=timings, spans=())
    return replace(
        trial,
        response=response,
        seconds=round(trial.seconds, 3),
        attempts=1,
        cached=False,
        began=None,
    )


def baseline(suite: str, system_name: str, *, root: Path) -> Run | None:
    """The accepted run of a suite and system, or None where nobody accepted one."""
    path = baseline_path(suite, system_name, root=root)
    return read_run(path) if (path / "manifest.json").is_file() else None
