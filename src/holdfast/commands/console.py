"""Console: what every command shares, from its common options to how it writes."""

import functools
import gc
import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from holdfast.config import Config

__all__ = ["Console", "common", "examples", "keeping_everything", "run_argument", "write_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Where a command reads its project and writes its answer."""

    as_json: bool
    store: Path | None = None

    @property
    def color(self) -> bool:
        """Whether the reader is a terminal that shows colors, or was said to be one.

        NO_COLOR outweighs FORCE_COLOR; either counts where it is not empty (no-color.org).
        """
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
            return True
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """Columns of the terminal; 100 where there is none."""
        import shutil

        return shutil.get_terminal_size((100, 24)).columns

    def project(self) -> "Config":
        """The settings that apply in the current folder."""
        from holdfast.config import load_config

        return load_config(Path.cwd(), environ=os.environ, store=self.store)

    def place(self, path: Path) -> str:
        """The path as the reader would type it here."""
        here = Path.cwd()
        return str(path.relative_to(here) if path.is_relative_to(here) else path)

    @contextmanager
    def watching(self, noun: str) -> Generator[Callable[[int], None]]:
        """Draws a bar on a terminal: call what it gives once for each step, with their number."""
        from holdfast.running.progress import Progress

        shown = sys.stderr.isatty() and not self.as_json
        progress = Progress(0, done=0, style="bar" if shown else "none", noun=noun)

        def tell(total: int) -> None:
            progress.expect(total)
            progress.advance(failed=False)
            progress.show()

        yield tell
        progress.clear()

    def say(self, text: str) -> None:
        """Write text for people; silent where a machine reads.

        Names and messages of others are in most of it: what a terminal or a log would obey is
        shown instead.
        """
        from holdfast.report.untrusted import printable

        self.show(printable(text))

    def show(self, text: str) -> None:
        """The same for text that was made to be printed as it is, colors and commands included."""
        if not self.as_json:
            _write(text)

    def answer(self, document: object) -> None:
        """Write the one JSON document, where a machine reads."""
        if self.as_json:
            plain = "utf" not in (sys.stdout.encoding or "").lower()
            _write(json.dumps(document, ensure_ascii=plain, allow_nan=False, indent=2))


def _write(text: str) -> None:
    try:
        try:
            click.echo(text, color=True)
        except UnicodeEncodeError:
            # A terminal that lacks a letter must not change the exit code.
            code = sys.stdout.encoding
            click.echo(text.encode(code, "replace").decode(code), color=True)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; the exit code still tells the verdict.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # open until the end


def write_file(path: Path, text: str) -> None:
    """Write a report where the user asked for it, making its folder.

    Raises:
        StoreError: the disk refused.
    """
    from holdfast.errors import StoreError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error


def run_argument(
    name: str, *, required: bool = True
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """An argument that names a run, completed from the store."""
    return click.argument(name, required=required, shell_complete=_run_names)


def _run_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from holdfast.errors import HoldfastError
    from holdfast.store import runs

    try:
        root = Console(as_json=False, store=ctx.params.get("store")).project().store
    except HoldfastError:
        return []
    return [header.id for header in runs(root) if header.id.startswith(incomplete)]


def examples(*lines: str) -> str:
    """The end of a command's help: how it is called."""
    # The character \b keeps click from filling the lines.
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


def common(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that every command has, and hand them over as `console`."""

    @functools.wraps(command)
    def with_console(
        *, as_json: bool, store: Path | None, debug: bool, **own: object
    ) -> int:  # `main` reads --debug
        return command(console=Console(as_json=as_json, store=store), **own)

    options = (
        click.option("--json", "as_json", is_flag=True, help="Write one JSON document instead."),
        click.option(
            "--store",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="DIR",
            help="Folder of runs, baselines and reports.  [env: HOLDFAST_STORE; default: reports]",
        ),
        click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error."),
    )
    decorated: Callable[..., int] = with_console
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


@contextmanager
def keeping_everything() -> Generator[None]:
    """Free nothing until the end: the runs that a command reads live as long as it does.

    The garbage collector would walk their hundred thousand objects again and again.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
