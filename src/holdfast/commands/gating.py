"""Gating: one call of the `gate` fixture, from the run to the report."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from holdfast.commands.attempts import attempt_key, remembered
from holdfast.commands.renewing import keeps_all, renewed
from holdfast.commands.rulebook import keep_policies, write_policies
from holdfast.commands.ruling import changes_in_words, judge, judge_alone, why_not_accepted
from holdfast.commands.site import add_to_index, html_folder, session_page
from holdfast.commands.telling import told_of, write_summary
from holdfast.commands.watching import referee_for
from holdfast.config import Config, load_config
from holdfast.digest import digest_json
from holdfast.errors import UsageError
from holdfast.gate import Verdict
from holdfast.identity.fingerprint import fingerprint
from holdfast.options import RunOptions
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.report import render_terminal
from holdfast.report.untrusted import one_line
from holdfast.runner import run, run_beside, run_interleaved
from holdfast.store import accept, baseline, run_path
from holdfast.suite import Suite
from holdfast.system import System

__all__ = ["GateReport", "Gating", "Settings", "hold", "write_index"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the options of a session say."""

    start: Path
    """Folder in which the project is looked for."""
    store: str | None = None
    profile: str | None = None
    accept: bool = False
    """Make the run the baseline."""
    rescore: bool = True
    """Score the stored answers of a baseline again where a metric changed."""
    options: RunOptions = field(default_factory=RunOptions)
    seen: dict[tuple[str, str], tuple[object, str]] = field(
        default_factory=dict[tuple[str, str], tuple[object, str]]
    )
    """The systems of this session by suite and name: each name has one baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """What a session's summary says of one gate, made of text and numbers alone."""

    name: str
    outcome: str
    exit_code: int
    sentence: str
    text: str
    """The report as a failing test shows it."""
    lines: tuple[str, ...]
    """What the summary adds to the sentence."""
    doubt: bool
    """The gate let something pass that deserves a look."""
    folder: str
    """Folder of the site."""
    entry: Mapping[str, Any]
    """The gate's line in the index of the site."""
    told: Mapping[str, Any]
    """What is told of the verdict to places outside; empty where it was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gating:
    """A verdict and what is told of it."""

    verdict: Verdict
    report: GateReport


def hold(
    suite: Suite,
    system: System,
    *,
    against: System | None,
    policies: Sequence[Policy] | None,
    settings: Settings,
    interleave: bool = False,
) -> Gating:
    """Run the suite, judge the run, and write its page; `interleave` puts both systems in turns.

    Raises:
        HoldfastError: the suite, the settings or the disk do not allow it.
    """
    # A suite and a system in the wrong order would fail somewhere deep inside the runner.
    if not isinstance(suite, Suite):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"gate(suite, system) needs a Suite first, got {suite!r:.80}")
    config = load_config(settings.start, environ=os.environ, store=settings.store)
    profile = config.choose(settings.profile).name
    beside = suite.policies if policies is None else policies
    stored, note = None, ""
    if against is None:
        _claim(suite, system, settings.seen)
        stored, note = _stored(suite, system, config=config, settings=settings)
    other, candidate = _made(
        suite,
        (stored if against is None else against, system),
        config=config,
        settings=settings,
        beside=beside,
        interleave=interleave,
    )
    write_policies(beside, run_path(candidate.id, config.store))
    if note and not keeps_all(candidate):
        # What a metric would read in the candidate's spans, a baseline no longer has.
        stored, note = baseline(suite.name, candidate.system.name, root=config.store), ""
    old = other or stored
    verdict = _judged(old, candidate, config=config, profile=profile, beside=beside)
    if old is not None and against is None:
        key = attempt_key(system, candidate, old)
        verdict = remembered(verdict, key, store=config.store)
    if settings.accept and against is None:
        return _accepted(candidate, verdict, config=config, replaced=old is not None)
    verdict = replace(verdict, warnings=(*verdict.warnings, *([note] if note else [])))
    lines = _lines(verdict, profile)
    return _told(verdict, config, other=other, lines=lines)


def _judged(
    old: Run | None, candidate: Run, *, config: Config, profile: str, beside: Sequence[Policy]
) -> Verdict:
    if old is None:
        return judge_alone(candidate, config=config, profile=profile, beside=beside)
    return judge(old, candidate, config=config, profile=profile, beside=beside)


def _lines(verdict: Verdict, profile: str) -> list[str]:
    """What the summary adds to the sentence of a verdict."""
    lines = [f"warning: {text}" for text in verdict.warnings]
    if verdict.outcome == "inconclusive" and verdict.passed:
        lines.insert(0, f"warning: the profile {profile!r} lets doubt pass; this proves nothing")
    if verdict.next_step:
        lines.append(f"next: {verdict.next_step}")
    return lines


def _claim(suite: Suite, system: System, seen: dict[tuple[str, str], tuple[object, str]]) -> None:
    """Refuse a second system under a name that another one of the session has.

    Raises:
        UsageError: both would share one baseline and one page, and be judged by each other's.
    """
    found = fingerprint(system)
    name = found.spec.name
    identity = digest_json([found.spec.digest, found.code, found.state])
    other, known = seen.setdefault((suite.name, name), (system, identity))
    if other is not system and known != identity:
        raise UsageError(
            f"two systems of suite {suite.name!r} are named {name!r}, and a name has one baseline; "
            "give each a `spec` with a name of its own, such as Spec(name='bot-small')"
        )


def _stored(
    suite: Suite, system: System, *, config: Config, settings: Settings
) -> tuple[Run | None, str]:
    """The baseline of a system, scored by today's metrics where it can be, and a word on that."""
    old = baseline(suite.name, fingerprint(system).spec.name, root=config.store)
    if old is None or settings.accept or not settings.rescore:
        return old, ""
    return renewed(old, suite, store=config.store, options=settings.options)


def _made(
    suite: Suite,
    systems: tuple[System | Run | None, System],
    *,
    config: Config,
    settings: Settings,
    beside: Sequence[Policy],
    interleave: bool,
) -> tuple[Run | None, Run]:
    """Runs of the other system, where there is one, and of the candidate.

    Before the candidate stands the other system, or the baseline where that is stored.

    They end when the verdict is decided, where the settings or a policy allow that and there is
    anything to be judged beside. A run that is to become the baseline is made whole.
    """
    if interleave:
        return _made_in_turns(suite, systems, config=config, settings=settings)
    against, system = systems
    store, options = config.store, settings.options
    old = against if isinstance(against, Run) and not settings.accept else None
    against = None if isinstance(against, Run) else against
    referee = None
    if old is not None or against is not None:
        referee = referee_for(
            suite, old, config=config, profile=settings.profile, beside=beside, options=options
        )
    if against is None:
        return None, run(suite, system, store=store, options=options, referee=referee)
    if referee is not None:
        return run_beside(suite, against, system, store=store, options=options, referee=referee)
    other = run(suite, against, store=store, options=options)
    return other, run(suite, system, store=store, options=options)


def _made_in_turns(
    suite: Suite,
    systems: tuple[System | Run | None, System],
    *,
    config: Config,
    settings: Settings,
) -> tuple[Run, Run]:
    against, system = systems
    if against is None or isinstance(against, Run):
        raise UsageError(
            "gate(..., interleave=True) lets two systems take turns; name the other one with "
            "against=..., for a baseline on disk has no new time to tell"
        )
    return run_interleaved(suite, against, system, store=config.store, options=settings.options)


def _accepted(candidate: Run, verdict: Verdict, *, config: Config, replaced: bool) -> Gating:
    """Make the candidate the baseline, unless it would fail whatever the baseline is."""
    low = [finding for finding in verdict.findings if finding.state == "below_floor"]
    reason = why_not_accepted(candidate)
    if any(finding.blocks for finding in low):
        reason = reason or f"{low[0].metric}: {low[0].why}"
    if reason:
        code = 1 if low else 3
        sentence = f"Not accepted: {reason}"
        return _told(verdict, config, other=None, lines=[], said=(sentence, code))
    path = accept(candidate, config.store)
    keep_policies(run_path(candidate.id, config.store), path)
    changes = changes_in_words(verdict if replaced else None)
    lines = [f"baseline: {path}", *changes, "next: review the baseline and commit it"]
    sentence = f"Accepted as the baseline of {candidate.suite}/{candidate.system.name}."
    return _told(verdict, config, other=None, lines=lines, said=(sentence, 0))


def _told(
    verdict: Verdict,
    config: Config,
    *,
    other: Run | None,
    lines: list[str],
    said: tuple[str, int] | None = None,
) -> Gating:
    """Write the page and the report; `said` takes the place of the verdict's sentence and code."""
    folder = html_folder(config.store)
    sentence, code = said or (verdict.sentence, verdict.exit_code)
    accepted = said is not None and code == 0
    entry = session_page(verdict, config, other=other, accepted=accepted)
    text = render_terminal(verdict).rstrip()
    report = f"report: {folder / unquote(entry.href)}"
    return Gating(
        verdict=verdict,
        report=GateReport(
            name=f"{verdict.comparison.suite}/{verdict.comparison.candidate.system.label}",
            outcome="accepted" if accepted else verdict.outcome,
            exit_code=code,
            sentence=_plain(sentence),
            text="\n\n".join((sentence, text, report) if said else (text, report)),
            lines=tuple(_plain(line) for line in (*lines, report)),
            doubt=verdict.outcome == "inconclusive" or bool(verdict.warnings),
            folder=str(folder),
            entry=entry.as_json(),
            told={} if said else told_of(verdict),
        ),
    )


def _plain(text: str) -> str:
    """One line without the control characters that an answer may hold."""
    return one_line(text, 2_000).replace("\u00a0", " ")


def write_index(rows: Sequence[Mapping[str, Any]]) -> list[Path]:
    """Write index and summary of every folder that the gates of a session wrote pages to."""
    folders = sorted({row["folder"] for row in rows if row.get("folder")})
    write_summary(rows, [Path(folder) for folder in folders], os.environ)
    return [
        add_to_index([row["entry"] for row in rows if row.get("folder") == folder], Path(folder))
        for folder in folders
    ]
