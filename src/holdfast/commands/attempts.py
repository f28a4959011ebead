"""Attempts: how earlier runs of the very same system ended, so that no lucky one is picked.

Running again until a gate turns green is choosing among draws. Every gated run keeps how it ended;
where earlier runs of the same system beside the same baseline ended otherwise, the report says so.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from holdfast.commands.console import write_file
from holdfast.digest import Json, digest_json
from holdfast.gate import Verdict
from holdfast.identity.fingerprint import fingerprint
from holdfast.judging.numbers import plural
from holdfast.record import Run
from holdfast.store import run_path
from holdfast.system import System

__all__ = ["attempt_key", "recorded_key", "remembered"]

_FILE = "verdict.json"
_NAMED = 3
_WORDS = {
    "pass": "passed",
    "regression": "regressed",
    "inconclusive": "stayed inconclusive",
    "invalid": "were invalid",
}


def attempt_key(system: System, candidate: Run, baseline: Run) -> str:
    """Digest of what makes two runs attempts at one question: system, dataset and baseline."""
    found = fingerprint(system)
    return _key([found.spec.digest, found.code, found.state], candidate, baseline)


def recorded_key(candidate: Run, baseline: Run) -> str:
    """The same of a run that was made elsewhere, whose system is known by its spec alone."""
    return _key([candidate.system.digest], candidate, baseline)


def _key(system: Sequence[Json], candidate: Run, baseline: Run) -> str:
    return digest_json(
        [
            candidate.suite,
            system,
            candidate.dataset_digest,
            [metric.spec.digest for metric in candidate.metrics],
            baseline.id,
        ]
    )


def remembered(verdict: Verdict, key: str, *, store: Path) -> Verdict:
    """The verdict with a warning where earlier attempts ended otherwise, kept for later ones."""
    _keep(verdict, key, store=store)
    mine = verdict.comparison.candidate.id
    others = sorted(
        (run, outcome)
        for run, outcome in _attempts(key, store)
        if run != mine and outcome != verdict.outcome
    )
    if not others:
        return verdict
    counts = Counter(outcome for _, outcome in others)
    ends = ", ".join(f"{count} {_WORDS.get(end, end)}" for end, count in counts.most_common())
    names = ", ".join(run for run, _ in others[-_NAMED:])
    text = (
        f"{plural(len(others), 'earlier run')} of this system, equal in spec and code, ended "
        f"otherwise beside this baseline: {ends} (such as {names}). Choosing the run that looks "
        "best is no evidence; decide with more trials or cases in one run."
    )
    return replace(verdict, warnings=(*verdict.warnings, text))


def _keep(verdict: Verdict, key: str, *, store: Path) -> None:
    row = {"attempt": key, "outcome": verdict.outcome, "exit_code": verdict.exit_code}
    path = run_path(verdict.comparison.candidate.id, store) / _FILE
    write_file(path, json.dumps(row, indent=1) + "\n")


def _attempts(key: str, store: Path) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for file in (store / "runs").glob(f"*/{_FILE}"):
        try:
            row = json.loads(file.read_bytes())
            if row["attempt"] == key:
                found.append((file.parent.name, str(row["outcome"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a note that cannot be read is no reason to refuse a verdict
    return found
