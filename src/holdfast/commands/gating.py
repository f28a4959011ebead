"""Gating: one call of the `gate` fixture, from the run to the report."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from holdfast.commands.attempts import attempt_key, remembered
from holdfast.commands.gate_report import GateReport, Gating, accepted, judged, lines_of, told
from holdfast.commands.renewing import keeps_all, renewed
from holdfast.commands.rulebook import write_policies
from holdfast.commands.site import add_to_index
from holdfast.commands.telling import write_summary
from holdfast.commands.watching import referee_for
from holdfast.config import Config, load_config
from holdfast.digest import digest_json
from holdfast.errors import UsageError
from holdfast.identity.fingerprint import fingerprint
from holdfast.options import RunOptions
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.runner import run, run_beside, run_interleaved
from holdfast.store import baseline, run_path
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
    verdict = judged(old, candidate, config=config, profile=profile, beside=beside)
    if old is not None and against is None:
        key = attempt_key(system, candidate, old)
        verdict = remembered(verdict, key, store=config.store)
    if settings.accept and against is None:
        return accepted(candidate, verdict, config=config, replaced=old is not None)
    verdict = replace(verdict, warnings=(*verdict.warnings, *([note] if note else [])))
    lines = lines_of(verdict, profile)
    return told(verdict, config, other=other, lines=lines)


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


def write_index(rows: Sequence[Mapping[str, Any]]) -> list[Path]:
    """Write index and summary of every folder that the gates of a session wrote pages to."""
    folders = sorted({row["folder"] for row in rows if row.get("folder")})
    write_summary(rows, [Path(folder) for folder in folders], os.environ)
    return [
        add_to_index([row["entry"] for row in rows if row.get("folder") == folder], Path(folder))
        for folder in folders
    ]
