"""Watching: by what a project judges a run while it is made."""

from collections.abc import Sequence

from holdfast.commands.ruling import judge, rules_for
from holdfast.config import Config
from holdfast.gate import Verdict
from holdfast.options import RunOptions
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.running.beginning import records_of
from holdfast.sequential.referee import Referee
from holdfast.suite import Suite
from holdfast.system import Spec

__all__ = ["referee_for"]


def referee_for(
    suite: Suite,
    baseline: Run | None,
    *,
    config: Config,
    profile: str | None,
    beside: Sequence[Policy],
    options: RunOptions,
) -> Referee | None:
    """Referee of a suite's runs, or None where a run is simply made and judged at its end.

    One is needed where the run may stop early, and where a gate asks for more trials when it is
    inconclusive. Slices can only be gated where a run is judged once, so that such a suite is run
    whole. `baseline` is the stored one; None where a baseline is made beside the candidate.
    """
    gates = _gates(suite, config=config, beside=beside)
    otherwise = config.choose(profile).on_inconclusive
    extends = frozenset(
        policy.metric
        for policy in gates
        if policy.margin is not None and (policy.on_inconclusive or otherwise) == "extend"
    )
    watched = options.sequential is not None or extends
    if not watched or any(policy.slices == "gate" for policy in gates):
        return None

    def judged(candidate: Run, other: Run | None) -> Verdict:
        against = other or baseline
        if against is None:
            raise AssertionError("a referee judges beside a baseline")
        return judge(against, candidate, config=config, profile=profile, beside=beside)

    return Referee(judge=judged, beside="" if baseline is None else baseline.id, extends=extends)


def _gates(suite: Suite, *, config: Config, beside: Sequence[Policy]) -> list[Policy]:
    """The policies that decide on a run of the suite."""
    head = Run(
        id="",
        suite=suite.name,
        system=Spec(name=suite.name),
        dataset=suite.dataset.name,
        dataset_digest="",
        metrics=records_of(suite.metrics),
        cases=(),
        trials=(),
    )
    rules = rules_for((head,), config=config, beside=beside)
    return [policy for policy in rules.policies if policy.role == "gate"]
