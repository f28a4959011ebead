"""Origin: what was compared, what differs besides the answers, and how to do it again."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.comparison import RunInfo
from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.untrusted import one_line

__all__ = ["ChangeView", "RunView", "TallyView", "change_views", "commands", "run_view"]

_TALLY = ("passed", "failed", "errored", "skipped", "unscored")
_LONG = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyView:
    """How many cases of one run ended one way."""

    name: str
    count: str
    x: str
    """Left end of its bar, in percent of the width."""
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One of the two runs."""

    arm: str
    system: str
    id: str
    started: str
    size: str
    """Cases and trials in words."""
    incomplete: str
    """Says that the run was interrupted; empty where it was not."""
    tally: tuple[TallyView, ...]
    total: str
    facts: tuple[tuple[str, str], ...]
    """Provenance as names and values."""
    packages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One thing besides the answers that differs."""

    what: str
    baseline: str
    candidate: str


def run_view(run: RunInfo, *, arm: str) -> RunView:
    """One run as ready strings."""
    provenance = run.provenance
    incomplete = "" if run.complete else "This run is incomplete: it was interrupted."
    return RunView(
        arm=arm,
        system=one_line(run.system.label, _LONG),
        id=one_line(run.id, _LONG),
        started=readable_time(provenance.started),
        size=f"{numbers.plural(run.cases, 'case')}, {numbers.plural(run.trials, 'trial')}",
        incomplete=incomplete,
        tally=_tally(run.tally),
        total=numbers.count(sum(run.tally.values())),
        facts=_facts(run),
        packages=_named(provenance.packages),
    )


def change_views(verdict: Verdict) -> tuple[ChangeView, ...]:
    """What differs between the runs besides the answers."""
    return tuple(
        ChangeView(
            what=one_line(change.what, _LONG),
            baseline=one_line(change.baseline, _LONG) or "(none)",
            candidate=one_line(change.candidate, _LONG) or "(none)",
        )
        for change in verdict.comparison.changes
    )


def commands(verdict: Verdict) -> tuple[str, ...]:
    """Shell lines that compare the same two runs again."""
    comparison = verdict.comparison
    runs = (comparison.baseline, comparison.candidate)
    ids = " ".join(shlex.quote(one_line(run.id, _LONG)) for run in runs)
    lines = [f"holdfast compare {ids} --profile {shlex.quote(one_line(verdict.profile, 60))}"]
    provenance = comparison.candidate.provenance
    if provenance.git_commit:
        lines.insert(0, f"git checkout {shlex.quote(one_line(provenance.git_commit, 80))}")
    return tuple(lines)


def readable_time(started: str) -> str:
    """An ISO 8601 time without the T and the fractions of a second, its offset kept."""
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        return one_line(started, 60)
    text = moment.strftime("%Y-%m-%d %H:%M")
    offset = moment.strftime("%z")
    if not offset:
        return text
    return f"{text} UTC" if offset.strip("+-0") == "" else f"{text} {offset[:3]}:{offset[3:5]}"


def _tally(tally: Mapping[str, int]) -> tuple[TallyView, ...]:
    total = sum(tally.values()) or 1
    views: list[TallyView] = []
    start = 0.0
    for name in _TALLY:
        share = 100 * tally.get(name, 0) / total
        views.append(
            TallyView(
                name=name,
                count=numbers.count(tally.get(name, 0)),
                x=f"{start:.3f}",
                width=f"{share:.3f}",
            )
        )
        start += share
    return tuple(views)


def _facts(run: RunInfo) -> tuple[tuple[str, str], ...]:
    provenance, cache = run.provenance, run.provenance.cache
    state = {True: " with uncommitted changes", False: "", None: ""}[provenance.git_dirty]
    misses = numbers.plural(cache.misses, "miss", many="misses")
    facts = [
        ("Run", run.id),
        ("System", f"{run.system.label}, version {run.system.version}"),
        *((f"Artifact {name}", digest) for name, digest in run.system.artifacts.items()),
        ("Started", readable_time(provenance.started)),
        ("Took", numbers.duration(provenance.seconds)),
        ("Trials per case", numbers.count(run.repeats)),
        ("Seed", str(provenance.seed)),
        ("Commit", f"{provenance.git_commit}{state}" if provenance.git_commit else ""),
        ("Origin of scores", provenance.origin),
        ("holdfast", provenance.holdfast),
        ("Python", provenance.python),
        ("Platform", provenance.platform),
        ("Cache", f"{numbers.plural(cache.hits, 'hit')}, {misses}"),
        *((f"Cache miss: {why}", numbers.count(times)) for why, times in cache.reasons.items()),
    ]
    return tuple((one_line(name, 120), one_line(value, _LONG)) for name, value in facts if value)


def _named(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one_line(name, 120), one_line(value, 120)) for name, value in sorted(values.items())
    )
