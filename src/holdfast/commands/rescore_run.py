"""`holdfast rescore`: score the answers of a run again, without asking the system."""

import click

from holdfast.commands.console import Console, common, examples, run_argument
from holdfast.commands.run_suite import load_suite, tell_run

__all__ = ["command"]


@click.command(
    "rescore",
    short_help="Score the answers of a run again.",
    epilog=examples(
        "holdfast rescore 20260314 evals/test_triage.py:SUITE",
        "holdfast rescore baseline:triage/support.triage mypackage.evals:SUITE",
    ),
)
@run_argument("run")
@click.argument("suite", metavar="MODULE:SUITE")
@common
def command(*, run: str, suite: str, console: Console) -> int:
    """Score the recorded answers of the run RUN by the metrics of a suite, as a new run.

    No system is asked. After a metric or an expected answer was corrected, this makes an old
    baseline comparable again.
    """
    from holdfast.runner import rescore
    from holdfast.store import find, read_run

    root = console.project().store
    recorded = read_run(find(run, root))
    found = load_suite(suite)
    tell_run(rescore(recorded, found, store=root), found, store=root, console=console)
    return 0
