"""`holdfast judge pairs`: preferences of people as data for a trainer."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples, write_file
from holdfast.errors import RecordError, UsageError

if TYPE_CHECKING:
    from holdfast.record import Run

__all__ = ["pairs_command"]


@click.command(
    "pairs",
    short_help="Write preferred and rejected answers for a trainer.",
    epilog=examples(
        "holdfast judge pairs reports/labels/triage.jsonl --out pairs.jsonl",
        "holdfast judge pairs labels.jsonl --majority --out pairs.jsonl --force",
    ),
)
@click.argument("labels", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The JSON Lines file to write.",
)
@click.option("--majority", is_flag=True, help="Where people disagree, take what most of them say.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@common
def pairs_command(*, labels: Path, out: Path, majority: bool, force: bool, console: Console) -> int:
    """Write the pairs that people decided in the blind review LABELS, one JSON object a line.

    Each has `prompt`, `chosen` and `rejected`, as DPO trainers such as TRL's read them: texts, or
    lists of messages where the input is a conversation. Ties, skipped questions, and pairs on
    which people disagree are left out and counted.
    """
    from holdfast.judging.numbers import plural
    from holdfast.reviewing.label_file import read_judgements
    from holdfast.reviewing.preference_pairs import preference_pairs

    if out.exists() and not force:
        raise UsageError(f"there is a file {out}; give --force to replace it")
    said = read_judgements(labels)
    names = {shown.run for one in said if one.kind == "pair" for shown in one.shown}
    found = preference_pairs(said, _runs(names, console), majority=majority)
    if not found.rows:
        why = ", ".join(f"{count}: {reason}" for reason, count in found.left_out.items())
        raise UsageError(f"{labels} holds no pair that people decided ({why or 'no pair at all'})")
    write_file(out, found.text)
    console.say(f"{console.place(out)}: {plural(len(found.rows), 'pair')}")
    for reason, count in sorted(found.left_out.items()):
        console.say(f"  left out: {count} ({reason})")
    console.answer({"path": str(out), "pairs": len(found.rows), "left_out": dict(found.left_out)})
    return 0


def _runs(names: set[str], console: Console) -> "dict[str, Run]":
    """The runs by id, accepted ones included; what is gone is told."""
    from holdfast.errors import HoldfastError
    from holdfast.store import read_run, run_path

    store = console.project().store
    accepted = _accepted(store)
    found: dict[str, Run] = {}
    for name in sorted(names):
        path = run_path(name, store)
        try:
            found[name] = read_run(path if path.is_dir() else accepted.get(name, path))
        except HoldfastError as error:
            click.echo(f"warning: {error}", err=True)
    if names and not found:
        raise RecordError(
            f"none of the runs {', '.join(sorted(names))} is in {store}; their answers are needed"
        )
    return found


def _accepted(store: Path) -> dict[str, Path]:
    """Folders of the baselines by the id of their run."""
    from holdfast.storage.folder import read_head

    found: dict[str, Path] = {}
    for file in (store / "baselines").glob("*/*/manifest.json"):
        with suppress(RecordError):
            found[read_head(file.parent).id] = file.parent
    return found
