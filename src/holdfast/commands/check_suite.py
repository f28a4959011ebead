"""`holdfast check`: prove a suite before it is trusted."""

from typing import TYPE_CHECKING, cast

import click

from holdfast.commands.console import Console, common, examples

if TYPE_CHECKING:
    from holdfast.checking.defect import Kind

__all__ = ["command"]


@click.command(
    "check",
    short_help="Prove that a suite can tell right answers from wrong ones.",
    epilog=examples(
        "holdfast check evals/test_triage.py:SUITE",
        "holdfast check mypackage.evals:SUITE --allow leak --cases 50",
    ),
)
@click.argument("suite", metavar="MODULE:SUITE")
@click.option(
    "--allow",
    multiple=True,
    metavar="KIND",
    help="Turn defects of this kind, as the output names it, into notices; may be repeated.",
)
@click.option("--cases", type=click.IntRange(1), help="Put at most so many cases to the metrics.")
@click.option("--concurrency", type=click.IntRange(1), default=8, help="Calls under way at once.")
@common
def command(
    *,
    suite: str,
    allow: tuple[str, ...],
    cases: int | None,
    concurrency: int,
    console: Console,
) -> int:
    """Put every metric of a suite to answers that are known to be right or wrong.

    The right ones are those that the dataset expects (or the suite's own `reference` function);
    the wrong ones are made from them: empty, cut in half, taken from another case, and negated. A
    metric that scores a wrong answer as high as the right one is named with its figures. Also named
    are gates that no data could trip, expected answers that stand in the input, contradicting
    cases, and tags with too few cases.

    No system is called. Metrics that ask a model are called as in a run. The exit code is 0 where
    the suite is proven, 1 where it has defects (`✕`); notices (`·`) do not count.
    """
    from holdfast.checking.defect import KINDS
    from holdfast.checking.suite_check import check_suite
    from holdfast.checking.told import check_as_json, check_as_text
    from holdfast.commands.rulebook import rules_of
    from holdfast.commands.run_suite import load_suite
    from holdfast.config import did_you_mean
    from holdfast.errors import UsageError
    from holdfast.options import RunOptions
    from holdfast.running.beginning import records_of

    for kind in allow:
        if kind not in KINDS:
            raise UsageError(f"--allow: unknown kind {kind!r}{did_you_mean(kind, KINDS)}")
    found = load_suite(suite)
    project = console.project()
    tables = project.suites.get(found.name, ())
    rules = rules_of(records_of(found.metrics), beside=found.policies, tables=tables)
    check = check_suite(
        found,
        rules.policies,
        allowed=cast("tuple[Kind, ...]", allow),
        most=cases,
        options=RunOptions(concurrency=concurrency),
        store=project.store if project.store.is_dir() else None,
    )
    console.say(check_as_text(check, width=console.width).rstrip())
    console.answer(check_as_json(check))
    return 0 if check.proven else 1
