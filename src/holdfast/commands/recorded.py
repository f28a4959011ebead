"""Recorded: a run that was made elsewhere, judged in a session like one that was made here."""

import os
from collections.abc import Sequence

from holdfast.commands.attempts import recorded_key, remembered
from holdfast.commands.gate_report import Gating, accepted, judged, lines_of, told
from holdfast.commands.gating import Settings
from holdfast.commands.rulebook import write_policies
from holdfast.config import load_config
from holdfast.errors import UsageError
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.store import baseline, private_folder, run_path, write_run

__all__ = ["hold_recorded"]


def hold_recorded(candidate: Run, *, policies: Sequence[Policy], settings: Settings) -> Gating:
    """Keep the run in the store, judge it beside its baseline, and write its page.

    Raises:
        HoldfastError: the policies, the settings or the disk do not allow it.
    """
    # A run and a suite are easily taken for one another.
    if not isinstance(candidate, Run):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"gate.recorded(run) needs a Run, got {candidate!r:.80}")
    _check(candidate, policies)
    config = load_config(settings.start, environ=os.environ, store=settings.store)
    profile = config.choose(settings.profile).name
    _claim(candidate, settings)
    private_folder(config.store / "runs")
    path = run_path(candidate.id, config.store)
    write_run(candidate, path)
    write_policies(policies, path)
    old = baseline(candidate.suite, candidate.system.name, root=config.store)
    verdict = judged(old, candidate, config=config, profile=profile, beside=policies)
    if old is not None:
        verdict = remembered(verdict, recorded_key(candidate, old), store=config.store)
    if settings.accept:
        return accepted(candidate, verdict, config=config, replaced=old is not None)
    return told(verdict, config, other=None, lines=lines_of(verdict, profile))


def _check(candidate: Run, policies: Sequence[Policy]) -> None:
    labels = [metric.label for metric in candidate.metrics]
    for policy in policies:
        if policy.metric not in labels:
            raise UsageError(
                f"there is a policy for {policy.metric!r}, which the run {candidate.id!r} did not "
                f"measure (it measured: {', '.join(labels)})"
            )


def _claim(candidate: Run, settings: Settings) -> None:
    """Refuse a second run of a session under a name that has one baseline."""
    name = (candidate.suite, candidate.system.name)
    _, known = settings.seen.setdefault(name, (candidate, candidate.id))
    if known != candidate.id:
        raise UsageError(
            f"two systems of suite {name[0]!r} are named {name[1]!r}, and a name has one baseline; "
            "import each under a name of its own"
        )
