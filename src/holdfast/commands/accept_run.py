"""`holdfast accept`: make a run the baseline of its suite and system."""

import click

from holdfast.commands.console import Console, common, examples, run_argument
from holdfast.errors import UsageError

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
    from holdfast.commands.rulebook import read_policies
    from holdfast.commands.ruling import changes_in_words, judge, why_not_accepted
    from holdfast.store import accept, baseline, find, read_run

    config = console.project()
    folder = find(run, config.store)
    record, beside = read_run(folder), read_policies(folder)
    reason = why_not_accepted(record)
    if reason and not force:
        raise UsageError(f"run {record.id!r} was not accepted: {reason} (or: --force)")
    old = baseline(record.suite, record.system.name, root=config.store)
    path = accept(record, config.store)
    name = f"{record.suite}/{record.system.name}"
    console.say(f"accepted {record.id} as baseline:{name} in {console.place(path)}")
    if reason:
        console.say(f"warning: {reason}")
    verdict = None if old is None else judge(old, record, config=config, beside=beside)
    for line in changes_in_words(verdict):
        console.say(f"  {line}")
    console.answer(
        {
            "accepted": record.id,
            "baseline": f"baseline:{name}",
            "path": str(path),
            "replaced": old and old.id,
            "warning": reason,
            "changes": changes_in_words(verdict),
        }
    )
    return 0
