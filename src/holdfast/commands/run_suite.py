"""`holdfast run`: put a suite to a system, without pytest."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from holdfast.commands.console import Console, common, examples
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.config import Config
    from holdfast.options import RunOptions
    from holdfast.record import Run
    from holdfast.sequence import SequentialMethod
    from holdfast.sequential.referee import Referee
    from holdfast.suite import Suite

__all__ = ["command", "load_attribute", "load_suite", "tell_run"]


@click.command(
    "run",
    short_help="Put a suite to a system, and keep the run.",
    epilog=examples(
        "holdfast run evals/test_triage.py:SUITE evals/support.py:triage",
        "holdfast run mypackage.evals:SUITE mypackage.chat:answer --repeats 3 --fresh",
    ),
)
@click.argument("suite", metavar="MODULE:SUITE")
@click.argument("system", metavar="MODULE:SYSTEM")
@click.option("--repeats", type=click.IntRange(1), help="Trials of each case.")
@click.option("--concurrency", type=click.IntRange(1), default=8, help="Calls under way at once.")
@click.option("--seed", type=int, default=0, help="Seed of the run.")
@click.option(
    "--sequential",
    is_flag=False,
    flag_value="hsd",
    type=click.Choice(["hsd", "betting"]),
    help="Stop when the verdict beside the baseline is decided; before an argument, write =hsd.",
)
@click.option("--fresh", is_flag=True, help="Ask again where the cache knows the answer.")
@common
def command(  # noqa: PLR0913  # one parameter for each option
    *,
    suite: str,
    system: str,
    repeats: int | None,
    concurrency: int,
    seed: int,
    sequential: "SequentialMethod | None",
    fresh: bool,
    console: Console,
) -> int:
    """Put a suite to a system and keep the run in the store; nothing is judged.

    With --sequential the run is looked at beside the baseline while it is made, and ends when its
    verdict is decided; `holdfast compare` tells the verdict.
    MODULE is the name of a module, or the path of a Python file.
    """
    from holdfast.options import RunOptions
    from holdfast.runner import run

    found = load_suite(suite)
    subject: Any = load_attribute(system)
    if not _is_callable(subject):
        raise UsageError(f"{system!r} cannot be called: {subject!r:.80}")
    options = RunOptions(
        repeats=repeats,
        concurrency=concurrency,
        seed=seed,
        sequential=sequential,
        fresh=fresh,
        progress="none" if console.as_json else "auto",
    )
    config = console.project()
    referee = _referee(found, subject, config=config, options=options)
    made = run(found, subject, store=config.store, options=options, referee=referee)
    tell_run(made, found, store=config.store, console=console)
    return 0


def _referee(
    suite: "Suite", system: Any, *, config: "Config", options: "RunOptions"
) -> "Referee | None":
    """Referee beside the stored baseline; None where there is none, or nothing to stop early."""
    from holdfast.identity.fingerprint import fingerprint
    from holdfast.store import baseline

    if options.sequential is None:
        return None
    old = baseline(suite.name, fingerprint(system).spec.name, root=config.store)
    if old is None:
        return None
    from holdfast.commands.watching import referee_for

    return referee_for(
        suite, old, config=config, profile=None, beside=suite.policies, options=options
    )


def load_suite(text: str) -> "Suite":
    """The suite that `MODULE:SUITE` names.

    Raises:
        UsageError: there is none, or it is something else.
    """
    from holdfast.suite import Suite

    found = load_attribute(text)
    if not isinstance(found, Suite):
        raise UsageError(f"{text!r} is no Suite but {found!r:.80}")
    return found


def _is_callable(value: object) -> bool:
    return callable(value)


def tell_run(run: "Run", suite: "Suite", *, store: Path, console: Console) -> None:
    """Keep the policies of the suite beside its run, and say how the run ended."""
    from holdfast.commands.rulebook import write_policies
    from holdfast.judging.numbers import plural
    from holdfast.record import tally
    from holdfast.store import run_path

    write_policies(suite.policies, run_path(run.id, store))
    ends = tally(run)
    console.say(
        f"run {run.id}: {plural(ends.total, 'case')}, {ends.passed} passed, {ends.failed} failed, "
        f"{ends.errored} errored, {ends.skipped} skipped, {ends.unscored} unscored"
    )
    console.say(f"next: {_next(run, store)}")
    counts = {"passed": ends.passed, "failed": ends.failed, "errored": ends.errored}
    console.answer(
        {
            "id": run.id,
            "path": str(run_path(run.id, store)),
            "complete": run.complete,
            "counts": {**counts, "skipped": ends.skipped, "unscored": ends.unscored},
        }
    )


def _next(run: "Run", store: Path) -> str:
    """The commands that lead on from a run; one without answers leads to its failures."""
    from holdfast.store import baseline_path

    if run.trials and all(trial.failure is not None for trial in run.trials):
        return f"holdfast show {run.id} --failures   (no trial has an answer)"
    accept = f"holdfast accept {run.id}"
    name = f"{run.suite}/{run.system.name}"
    if not baseline_path(run.suite, run.system.name, root=store).is_dir():
        return f"{accept}   (there is no baseline of {name} yet)"
    return f"holdfast compare baseline:{name} {run.id}   or: {accept}"


def load_attribute(text: str) -> Any:
    """What `package.module:NAME` or `folder/file.py:NAME` names.

    Raises:
        UsageError: there is no such module or name.
    """
    where, _, name = text.rpartition(":")
    if not where or not name:
        raise UsageError(f"{text!r}: write MODULE:NAME, for example evals/test_triage.py:SUITE")
    module = _module(where)
    if not hasattr(module, name):
        from holdfast.config import did_you_mean

        known = [key for key in vars(module) if not key.startswith("_")]
        raise UsageError(f"{where} has no {name!r}{did_you_mean(name, known)}")
    return getattr(module, name)


def _module(where: str) -> ModuleType:
    path = Path(where)
    is_file = path.suffix == ".py"
    if is_file and not path.is_file():
        raise UsageError(f"there is no file {where!r}")
    # A file finds the modules beside it, a module those of the current folder, as with `python`.
    folder = str(path.parent.resolve() if is_file else Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    name = path.stem if is_file else where
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise UsageError(f"there is no module {name!r} here or among the installed") from error
        raise
