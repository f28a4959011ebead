"""Command line: the console script `holdfast`."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence

import click

from holdfast.commands.console import examples
from holdfast.errors import HoldfastError

__all__ = ["cli", "main"]

_MODULES = {
    "compare": "compare_runs",
    "explain": "explain_metric",
    "show": "show_run",
    "runs": "list_runs",
    "accept": "accept_run",
    "plan": "plan_suite",
    "calibrate": "calibrate_baseline",
    "flakes": "list_flakes",
    "judge": "judge_check",
    "trend": "show_trend",
    "check": "check_suite",
    "report": "write_site",
    "export": "export_table",
    "comment": "post_comment",
    "view": "view_store",
    "review": "review_answers",
    "prompts": "prompt_versions",
    "import": "import_scores",
    "run": "run_suite",
    "rescore": "rescore_run",
    "init": "write_skeleton",
    "completion": "print_completion",
}
"""Module of `holdfast.commands` by name of the command, in the order of the help."""

_TOOL_ERROR = 4
_INTERRUPTED = 130


class _Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        module = importlib.import_module(f"holdfast.commands.{_MODULES[cmd_name]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _MODULES and not args[0].startswith("-"):
            from holdfast.config import did_you_mean

            raise click.UsageError(f"unknown command {args[0]!r}{did_you_mean(args[0], _MODULES)}")
        return super().resolve_command(ctx, args)


_EPILOG = "\n\n".join(
    (
        examples(
            "holdfast init                      write a suite that works, to start from",
            "pytest evals --holdfast-accept     accept the first run as the baseline",
            "pytest evals                       judge every later run beside it",
            "holdfast compare BASELINE RUN      judge two stored runs",
            "holdfast report --open             read all results in a browser",
        ),
        # The character \b keeps click from filling the lines.
        "\b\nExit codes, the same in pytest:\n"
        "  0  pass\n"
        "  1  regression\n"
        "  2  inconclusive, where the policy says that it blocks\n"
        "  3  invalid: the runs cannot be compared\n"
        "  4  usage error, or an error of the tool",
        "Every command takes --json and then writes one JSON document to standard output.",
    )
)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
)
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@click.version_option(package_name="holdfast")
def cli(*, debug: bool) -> None:
    """Is this candidate worse than what we ship, by how much, and how sure are we?"""


def main(*, arguments: Sequence[str] | None = None) -> int:
    """Exit code of the command that the arguments ask for."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Two large runs are a million objects that live to the end of the command: looking for cycles
    # among them again and again is a tenth of its time.
    gc.set_threshold(100_000, 50, 50)
    try:
        code = cli.main(given, prog_name="holdfast", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt) as interrupt:
        # click raises Abort from the interruption; what was kept is told in the latter's notes.
        cause = interrupt.__cause__ or interrupt
        notes = getattr(cause, "__notes__", None) or ["interrupted"]
        click.echo("\n" + "\n".join(notes), err=True)
        return _INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
    except click.ClickException as error:
        _complain(error.format_message(), given, hint=_hint(error))
    except HoldfastError as error:
        _reraise_for_debugging(given)
        _complain(str(error), given)
    except Exception as error:  # noqa: BLE001  # a user sees one sentence, not a traceback
        _reraise_for_debugging(given)
        what = f"{type(error).__name__}: {error}"
        hint = "this is a defect of holdfast or of a plugged-in suite; --debug shows where"
        _complain(what, given, hint=hint)
    else:
        return code if isinstance(code, int) else 0
    return _TOOL_ERROR


def _hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"try: {context.command_path} --help" if context else ""


def _complain(what: str, given: list[str], *, hint: str = "") -> None:
    from holdfast.report.untrusted import printable

    click.echo(printable(f"error: {what}"), err=True)
    if hint:
        click.echo(hint, err=True)
    if "--json" in given:
        import json

        click.echo(json.dumps({"error": what, "exit_code": _TOOL_ERROR}, ensure_ascii=False))


def _reraise_for_debugging(given: list[str]) -> None:
    if "--debug" in given or os.environ.get("HOLDFAST_DEBUG"):
        import traceback

        traceback.print_exc()


if __name__ == "__main__":
    sys.exit(main())
