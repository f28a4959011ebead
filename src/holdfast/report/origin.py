"""Origin: what was compared, what changed besides the answers, and how to do it again."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from holdfast.comparison import RunInfo
from holdfast.digest import Json, canonical
from holdfast.gate import Verdict
from holdfast.judging import numbers
from holdfast.report.alterations import (
    attribution,
    changed_sentence,
    has_baseline,
    unrecorded,
)
from holdfast.report.evaluators import EvaluatorView, JudgeView, evaluator_views, judge_views
from holdfast.report.provenance import (
    CacheView,
    ChangeGroup,
    cache_note,
    cache_views,
    change_groups,
)
from holdfast.report.untrusted import excerpt, one_line

__all__ = [
    "OriginView",
    "PromptText",
    "RunView",
    "TallyView",
    "commands",
    "origin_view",
    "run_view",
]

_TALLY = ("passed", "failed", "errored", "skipped", "unscored")
_LONG = 300
_PROMPTS = 10
_PROMPT = 4_000
_SETTINGS = {
    "concurrency": "Calls at once",
    "timeout": "Timeout in seconds",
    "attempts": "Attempts at most",
    "fresh": "Without the cache",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyView:
    """How many cases of one run ended one way."""

    name: str
    count: str
    x: str
    """Left end of its bar, in percent of the width."""
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptText:
    """A prompt as it was, or its beginning."""

    name: str
    text: str
    note: str
    """Says how much is not shown; empty where all is."""


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
    prompts: tuple[PromptText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginView:
    """Everything that is said of where the numbers come from."""

    title: str
    sentence: str
    """What changed besides the answers."""
    attribution: str
    """Says that no single change can be blamed; empty where one can, or nothing changed."""
    groups: tuple[ChangeGroup, ...]
    unrecorded: tuple[str, ...]
    caches: tuple[CacheView, ...]
    cache_note: str
    evaluators: tuple[EvaluatorView, ...]
    judges: tuple[JudgeView, ...]
    runs: tuple[RunView, ...]
    commands: tuple[str, ...]


def origin_view(verdict: Verdict) -> OriginView:
    """Where the numbers come from, as ready strings."""
    comparison, both = verdict.comparison, has_baseline(verdict)
    runs = [run_view(comparison.candidate, arm="Candidate" if both else "This run")]
    if both:
        runs.insert(0, run_view(comparison.baseline, arm="Baseline"))
    return OriginView(
        title="What changed between the runs" if both else "What the run was made with",
        sentence=changed_sentence(verdict),
        attribution=attribution(verdict) if both else "",
        groups=change_groups(verdict) if both else (),
        unrecorded=unrecorded(verdict),
        caches=cache_views(verdict),
        cache_note=cache_note(verdict),
        evaluators=evaluator_views(verdict),
        judges=judge_views(verdict),
        runs=tuple(runs),
        commands=commands(verdict),
    )


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
        prompts=tuple(_prompts(run)),
    )


def commands(verdict: Verdict) -> tuple[str, ...]:
    """Shell lines that make the same code present, compare the runs again, and show them."""
    comparison = verdict.comparison
    runs = [comparison.baseline, comparison.candidate][not has_baseline(verdict) :]
    ids = [shlex.quote(one_line(run.id, _LONG)) for run in runs]
    profile = shlex.quote(one_line(verdict.profile, 60))
    lines: list[str] = []
    commit = comparison.candidate.provenance.git_commit
    if commit:
        dirty = comparison.candidate.provenance.git_dirty
        note = "  # and uncommitted changes, which no record holds" if dirty else ""
        lines.append(f"git checkout {shlex.quote(one_line(commit, 80))}{note}")
    if len(ids) > 1:
        lines.append(f"holdfast compare {' '.join(ids)} --profile {profile}")
    return (*lines, *(f"holdfast show {name}" for name in ids))


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
    provenance, settings = run.provenance, run.provenance.settings.items()
    state = {True: " with uncommitted changes", False: "", None: ""}[provenance.git_dirty]
    facts = [
        ("Run", run.id),
        ("System", f"{run.system.label}, version {run.system.version}"),
        *((f"Artifact {name}", digest) for name, digest in run.system.artifacts.items()),
        ("Data set digest", run.dataset_digest),
        ("Started", readable_time(provenance.started)),
        ("Took", numbers.duration(provenance.seconds)),
        ("Trials per case", numbers.count(run.repeats)),
        ("Seed", str(provenance.seed)),
        *((_SETTINGS.get(name, name), _setting(value)) for name, value in settings),
        ("Commit", f"{provenance.git_commit}{state}" if provenance.git_commit else ""),
        ("Branch", provenance.git_branch or ""),
        ("Origin of scores", provenance.origin),
        ("holdfast", provenance.holdfast),
        ("Python", provenance.python),
        ("Operating system", provenance.os),
        ("Platform", provenance.platform),
        *((name.capitalize(), value) for name, value in provenance.hardware.items()),
        ("Cache", _cache(run)),
    ]
    return tuple((one_line(name, 120), one_line(value, _LONG)) for name, value in facts if value)


def _prompts(run: RunInfo) -> Iterator[PromptText]:
    """Prompts of the system, then those of its metrics."""
    owners = {"": run.system, **{f"{metric.label}: ": metric.spec for metric in run.metrics}}
    pairs = (
        (f"{owner}{name}", run.texts[digest])
        for owner, spec in owners.items()
        for name, digest in spec.artifacts.items()
        if digest in run.texts
    )
    for name, text in islice(pairs, _PROMPTS):
        shown = excerpt(text, _PROMPT)
        yield PromptText(name=one_line(name, 120), text=shown.text, note=shown.note)


def _setting(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else canonical(value)


def _cache(run: RunInfo) -> str:
    found = run.provenance.cache
    misses = numbers.plural(found.misses, "miss", many="misses")
    return f"{numbers.plural(found.hits, 'hit')}, {misses}"


def _named(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one_line(name, 120), one_line(value, 120)) for name, value in sorted(values.items())
    )
