"""Rulebook: the policies that runs are judged by, from beside the suite and from the project."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from holdfast.commands.console import write_file
from holdfast.config import PolicyTable, find_metric
from holdfast.errors import RecordError, UsageError
from holdfast.gate import default_policies
from holdfast.policy import Policy
from holdfast.record import MetricRecord

__all__ = ["Rules", "keep_policies", "read_policies", "rules_of", "write_policies"]

_FILE = "policies.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The policies that a comparison is judged by, and what a reader must know of them."""

    policies: tuple[Policy, ...]
    notes: tuple[str, ...] = ()
    """One sentence for each metric that nobody wrote a policy for."""


def write_policies(policies: Sequence[Policy], run: Path) -> None:
    """Keep the policies in the folder of a run."""
    rows = [asdict(policy) for policy in policies]
    write_file(run / _FILE, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def keep_policies(run: Path, baseline: Path) -> None:
    """Copy the policies of an accepted run beside its baseline, where they can be reviewed."""
    policies = read_policies(run)
    if policies:
        write_policies(policies, baseline)


def read_policies(run: Path) -> tuple[Policy, ...]:
    """The policies in the folder of a run; none where nobody kept any.

    Raises:
        RecordError: the file is broken, or from another version of holdfast.
    """
    path = run / _FILE
    if not path.is_file():
        return ()
    try:
        return tuple(Policy(**row) for row in json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, UsageError) as error:
        raise RecordError(f"{path}: {error}; remove the file to judge without it") from error


def rules_of(
    metrics: Sequence[MetricRecord],
    *,
    beside: Sequence[Policy] = (),
    tables: Sequence[PolicyTable] = (),
) -> Rules:
    """One policy for each metric: the one beside the suite, with the tables laid over it.

    What nobody wrote a policy for is judged by `holdfast.gate.default_policies`, with a note.

    Raises:
        UsageError: a table names a metric that nobody measured, or makes a policy impossible.
    """
    labels = [metric.label for metric in metrics]
    written: dict[str, dict[str, Any]] = {}
    for table in tables:
        label = find_metric(table.metric, labels, where=table.where)
        written.setdefault(label, {}).update(table.settings)
    policies = {policy.metric: policy for policy in beside}
    notes: list[str] = []
    for default in default_policies(metrics):
        settings = written.get(default.metric, {})
        policy = policies.get(default.metric, default)
        if policy is default and policy.role == "info" and settings:
            policy = Policy(metric=policy.metric, **settings)
        else:
            policy = replace(policy, **settings)
            made_up = default.metric not in policies and "margin" not in settings
            if made_up and (policy.role == "gate" or "role" not in settings):
                notes.append(_default_note(policy))
        policies[policy.metric] = policy
    return Rules(policies=tuple(policies.values()), notes=tuple(notes))


def _default_note(policy: Policy) -> str:
    if policy.role == "info":
        return (
            f"{policy.metric} has no policy and no range from 0 to 1, for which there is a "
            "default, so it is shown and not judged; to gate it, give it a margin (and a range, "
            "where it has none)."
        )
    return (
        f"{policy.metric} has no policy, so it is gated with the default margin of "
        f"{policy.margin:g}; write down how much worse is too much for you."
    )
