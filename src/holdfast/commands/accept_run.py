"""`holdfast accept`: make a run the baseline of its suite and system."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, run_argument
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.gate import Verdict

__all__ = ["command"]


@click.command(
    "accept",
    short_help="Make a run the baseline of its suite and system.",
    epilog=examples(
        "holdfast accept 20260314",
        "git add reports/baselines && git commit",
    ),
)
@run_argument("run")
@click.option("--force", is_flag=True, help="Accept a run in which the infrastructure failed.")
@common
def command(*, run: str, force: bool, console: Console) -> int:
    """Make the run RUN the baseline that later runs are judged beside.

    Says what changes beside the old baseline. A run in which the infrastructure failed is refused
    without --force; an incomplete one always.
    """
    from holdfast.commands.ruling import judge, why_not_accepted
    from holdfast.store import accept, baseline, find, read_run

    config = console.project()
    record = read_run(find(run, config.store))
    reason = why_not_accepted(record)
    if reason and not force:
        raise UsageError(f"run {record.id!r} was not accepted: {reason} (or: --force)")
    old = baseline(record.suite, record.system.name, root=config.store)
    path = accept(record, config.store)
    name = f"{record.suite}/{record.system.name}"
    console.say(f"accepted {record.id} as baseline:{name} in {path}")
    if reason:
        console.say(f"warning: {reason}")
    verdict = None if old is None else judge(old, record, config=config)
    for line in _changes(verdict):
        console.say(f"  {line}")
    console.answer(
        {
            "accepted": record.id,
            "baseline": f"baseline:{name}",
            "path": str(path),
            "replaced": old and old.id,
            "warning": reason,
            "changes": _changes(verdict),
        }
    )
    return 0


def _changes(verdict: "Verdict | None") -> list[str]:
    if verdict is None:
        return ["it is the first baseline of its suite and system"]
    old, new = verdict.comparison.baseline.id, verdict.comparison.candidate.id
    if old == new:
        return ["it was the baseline already"]
    findings = [f"{finding.metric}: {finding.why}" for finding in verdict.findings]
    return [f"instead of {old}: {verdict.sentence}", *findings]
