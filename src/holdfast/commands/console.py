"""Console: what every command shares, from its common options to how it writes."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from holdfast.config import Config

__all__ = ["Console", "common"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Where a command reads its project and writes its answer."""

    as_json: bool
    store: Path | None = None

    @property
    def color(self) -> bool:
        """Whether the reader is a terminal that shows colors."""
        plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        return sys.stdout.isatty() and not plain

    @property
    def width(self) -> int:
        """Columns of the terminal; 100 where there is none."""
        import shutil

        return shutil.get_terminal_size((100, 24)).columns

    def project(self) -> "Config":
        """The settings that apply in the current folder."""
        from holdfast.config import load_config

        return load_config(Path.cwd(), environ=os.environ, store=self.store)

    def say(self, text: str) -> None:
        """Write text for people; silent where a machine reads."""
        if not self.as_json:
            _write(text)

    def answer(self, document: object) -> None:
        """Write the one JSON document, where a machine reads."""
        if self.as_json:
            _write(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def _write(text: str) -> None:
    try:
        click.echo(text, color=True)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; the exit code still tells the verdict.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the end


def common(command: Callable[_P, _R]) -> Callable[_P, _R]:
    """Add the options that every command has: --json, --store and --debug."""
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
    for option in options:
        command = option(command)
    return command
