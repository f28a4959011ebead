"""`holdfast prompts diff` and `log`: what changed between versions, and what became of them."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples

if TYPE_CHECKING:
    from holdfast.prompts import Prompt, PromptFolder
    from holdfast.prompts.commits import Commit

__all__ = ["diff_command", "log_command"]

_SHORT = 8


@click.command(
    "diff",
    short_help="Show what changed between two versions.",
    epilog=examples(
        "holdfast prompts diff support           the live version and the newest one",
        "holdfast prompts diff support v4        the live version and v4",
        "holdfast prompts diff support v2 v4",
    ),
)
@click.argument("name")
@click.argument("old", required=False)
@click.argument("new", required=False)
@common
def diff_command(*, name: str, old: str | None, new: str | None, console: Console) -> int:
    """Show the lines that differ between two versions of the prompt NAME, settings included."""
    from holdfast.prompts import PromptFolder
    from holdfast.prompts.folder import version_number
    from holdfast.report.text_diff import unified

    folder = PromptFolder(console.project().prompts)
    given = [version_number(text) for text in (old, new) if text is not None]
    if len(given) < 2:
        given = [folder.live(name), *(given or [folder.versions(name)[-1]])]
    before, after = (folder.read(name, version=version) for version in given)
    lines = unified(before.text, after.text, name=f"{name}.md").splitlines()
    console.answer(
        {
            "prompt": name,
            "old": _version(folder, before),
            "new": _version(folder, after),
            "diff": lines,
        }
    )
    for sign, prompt in zip("-+", (before, after), strict=True):
        console.say(f"{sign} {_told(folder, prompt)}")
    if before.text == after.text:
        console.say("the texts are equal")
    elif not lines:
        console.say("the texts are too large to be compared line by line")
    for line in lines[2:]:
        _show(line, console)
    return 0


@click.command(
    "log",
    short_help="Show when versions were written, accepted and live.",
    epilog=examples("holdfast prompts log support", "holdfast prompts log support --json"),
)
@click.argument("name")
@common
def log_command(*, name: str, console: Console) -> int:
    """Show the versions of the prompt NAME, newest first, and when which of them went live.

    With a Git repository, the commits that touched the file of each version stand beside it.
    """
    from holdfast.prompts import PromptFolder
    from holdfast.prompts.commits import commits_of

    folder = PromptFolder(console.project().prompts)
    versions = sorted(folder.versions(name), reverse=True)
    commits = {version: commits_of(folder.file(name, version)) for version in versions}
    moments = folder.pins(name).moments
    console.answer(
        {
            "prompt": name,
            "live": folder.pins(name).live,
            "versions": [_life(folder, name, one, commits[one]) for one in versions],
            "pins": [
                {"version": one.version, "date": one.date, "rollback": one.rollback}
                for one in moments
            ],
        }
    )
    for version in versions:
        console.say(_line(folder, name, version))
        for commit in commits[version] or ():
            console.say(f"      {commit.date}  {commit.id}  {commit.subject}")
    if moments:
        console.say("went live:")
    for one in reversed(moments):
        console.say(f"  {one.date}  v{one.version}{'  (rollback)' if one.rollback else ''}")
    return 0


def _show(line: str, console: Console) -> None:
    from holdfast.report.untrusted import printable

    color = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    plain = printable(line)
    console.show(click.style(plain, fg=color) if color and console.color else plain)


def _version(folder: "PromptFolder", prompt: "Prompt") -> dict[str, object]:
    frozen = folder.pins(prompt.name).accepted.get(prompt.version)
    return {
        "version": prompt.version,
        "digest": prompt.digest,
        "state": folder.state(prompt.name, prompt.version),
        "accepted": None if frozen is None else frozen.date,
    }


def _life(
    folder: "PromptFolder", name: str, version: int, commits: "tuple[Commit, ...] | None"
) -> dict[str, object]:
    frozen = folder.pins(name).accepted.get(version)
    return {
        "version": version,
        "state": folder.state(name, version),
        "digest": None if frozen is None else frozen.digest,
        "accepted": None if frozen is None else frozen.date,
        "commits": commits
        and [{"id": one.id, "date": one.date, "subject": one.subject} for one in commits],
    }


def _told(folder: "PromptFolder", prompt: "Prompt") -> str:
    return f"{_line(folder, prompt.name, prompt.version)}  ({prompt.digest[:_SHORT]})"


def _line(folder: "PromptFolder", name: str, version: int) -> str:
    frozen = folder.pins(name).accepted.get(version)
    state = folder.state(name, version)
    day = f", accepted on {frozen.date}" if frozen is not None else ""
    return f"{name}/v{version}  {state}{day}"
