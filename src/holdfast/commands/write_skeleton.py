"""`holdfast init`: a suite that works, to start from."""

from pathlib import Path

import click

from holdfast.commands.console import Console, common, examples
from holdfast.errors import StoreError, UsageError

__all__ = ["command"]

_FILES = {
    "evals/test_triage.py": "evals/test_triage.py.txt",
    "evals/support.py": "evals/support.py.txt",
    "evals/tickets.jsonl": "evals/tickets.jsonl",
    "evals/conftest.py": "evals/conftest.py.txt",
    "noxfile.py": "noxfile.py.txt",
    ".github/workflows/evals.yml": "workflows/evals.yml.txt",
}
"""Source in the package by target in the user's folder."""

_NEXT = """\
Next:
  pytest evals --holdfast-accept   accept the first run as the baseline, then commit reports/
  pytest evals                     judge every later run beside it
  holdfast report --open           read the results in a browser
Then put your own system in the place of evals/support.py."""


@click.command(
    "init",
    short_help="Write a suite that works, to start from.",
    epilog=examples(
        "holdfast init",
        "holdfast init --skip-existing      in a repository that has a noxfile.py",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--skip-existing", is_flag=True, help="Keep the files that exist, write the rest.")
@common
def command(*, folder: Path, skip_existing: bool, console: Console) -> int:
    """Write one suite, one system and 30 cases to FOLDER, with a nox session and a CI workflow.

    No existing file is changed. Everything works offline.
    """
    from importlib.resources import files

    existing = [target for target in _FILES if (folder / target).exists()]
    if existing and not skip_existing:
        raise UsageError(
            f"{', '.join(existing)} would be overwritten in {folder}; nothing was written "
            "(--skip-existing keeps such files and writes the rest)"
        )
    written = [target for target in _FILES if target not in existing]
    skeleton = files("holdfast").joinpath("skeleton")
    for target in written:
        path = folder / target
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(skeleton.joinpath(_FILES[target]).read_text("utf-8"), "utf-8")
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error.strerror}") from error
    for target in written:
        console.say(f"wrote {folder / target}")
    for target in existing:
        console.say(f"kept  {folder / target}")
    console.say(f"\n{_NEXT}")
    console.answer({"folder": str(folder), "written": written, "kept": existing})
    return 0
