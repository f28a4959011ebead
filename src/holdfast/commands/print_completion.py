"""`holdfast completion`: the script that completes commands and options in a shell."""

import click

from holdfast.commands.console import Console, common, examples

__all__ = ["command"]


@click.command(
    "completion",
    short_help="Print the completion script of a shell.",
    epilog=examples(
        "echo 'eval \"$(holdfast completion bash)\"' >> ~/.bashrc",
        "echo 'eval \"$(holdfast completion zsh)\"' >> ~/.zshrc",
        "holdfast completion fish > ~/.config/fish/completions/holdfast.fish",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@common
def command(*, shell: str, console: Console) -> int:
    """Print the script that completes commands, options and run ids in SHELL."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion is known for {shell!r}")
    script = kind(
        click.get_current_context().find_root().command, {}, "holdfast", "_HOLDFAST_COMPLETE"
    ).source()
    console.say(script)
    console.answer({"shell": shell, "script": script})
    return 0
