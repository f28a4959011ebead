"""`holdfast accept`: make a run the baseline of its suite and system."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, run_argument
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.gate import Verdict
    from holdfast.record import Run

__all__ = ["command"]

_ENOUGH = 3
"""Trials per case below which the luck of one baseline weighs on every later check."""


@click.command(
    "accept",
    short_help="Make a run the baseline of its suite and system.",
    epilog=examples(
        "holdfast accept 20260314",
        "holdfast accept 20260315 --add     more trials of the same system make a better baseline",
        "git add reports/baselines && git commit",
    ),
)
@run_argument("run")
@click.option("--add", is_flag=True, help="Add its trials to the baseline's, as one baseline.")
@click.option("--force", is_flag=True, help="Accept a run in which the infrastructure failed.")
@common
def command(*, run: str, add: bool, force: bool, console: Console) -> int:
    """Make the run RUN the baseline that later runs are judged beside.

    Says what changes beside the old baseline. A run in which the infrastructure failed is refused
    without --force; an incomplete one always.

    With --add its trials join those of the baseline. That is the way to refresh a baseline: picking
    the better of two runs of one system makes every later candidate look worse than it is. It
    needs an equal system, dataset and metrics, and fresh answers.
    """
    from holdfast.commands.rulebook import keep_policies, read_policies
    from holdfast.commands.ruling import changes_in_words, judge, why_not_accepted
    from holdfast.store import accept, baseline, find, read_run

    config = console.project()
    folder = find(run, config.store)
    record, beside = read_run(folder), read_policies(folder)
    reason = why_not_accepted(record)
    if reason and not force:
        raise UsageError(f"run {record.id!r} was not accepted: {reason} (or: --force)")
    old = baseline(record.suite, record.system.name, root=config.store)
    verdict = None if old is None else judge(old, record, config=config, beside=beside)
    changes = _differences(verdict) if add else changes_in_words(verdict)
    record = _whole(old, record) if add else record
    path = accept(record, config.store)
    keep_policies(folder, path)
    name = f"{record.suite}/{record.system.name}"
    console.say(f"accepted {record.id} as baseline:{name} in {console.place(path)}")
    for line in (*([f"warning: {reason}"] if reason else []), *changes, *_advice(record)):
        console.say(f"  {line}")
    console.answer(
        {
            "accepted": record.id,
            "baseline": f"baseline:{name}",
            "path": str(path),
            "replaced": old and old.id,
            "warning": reason,
            "changes": changes,
        }
    )
    return 0


def _whole(old: "Run | None", record: "Run") -> "Run":
    """The baseline with the trials of a run of the same system."""
    from holdfast.store import extended

    if old is None:
        raise UsageError(
            f"there is no baseline of {record.suite}/{record.system.name} to add to; accept the "
            "run without --add"
        )
    return extended(old, record)


def _differences(verdict: "Verdict | None") -> list[str]:
    """Where the added trials differ from the baseline's, in sentences.

    They are taken all the same: one honest run in twenty differs so, and leaving such runs out
    would make the system look steadier than it is.
    """
    if verdict is None:
        return []
    return [
        f"warning: the added trials differ from the baseline's by more than chance ({one.metric}: "
        f"{one.why}) If something changed that the spec does not name, accept without --add."
        for one in verdict.findings
        if one.state in ("regressed", "improved")
    ]


def _advice(record: "Run") -> list[str]:
    if record.repeats >= _ENOUGH or record.provenance.imported:
        return []
    return [
        f"next: this baseline has {record.repeats} of the {_ENOUGH} to 5 trials per case that a "
        "baseline deserves; they are paid once (holdfast plan; pytest --holdfast-repeats 5)"
    ]
