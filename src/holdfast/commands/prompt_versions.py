"""`holdfast prompts`: the group, and `prompts list`."""

from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples
from holdfast.commands.prompt_changes import diff_command, log_command
from holdfast.commands.prompt_pins import pin_command, rollback_command

if TYPE_CHECKING:
    from holdfast.prompts import PromptFolder

__all__ = ["command"]

_CHANGED = 3
_ABOUT = """

\b
A prompt is a folder of versions, prompts/NAME/v1.md, v2.md, ...; another place is named by
  [tool.holdfast]
  prompts = "app/prompts"

\b
A version:
  +++
  model = "small"
  +++
  # system
  Answer in one sentence.
  # user
  {{ question }}"""


@click.group(
    "prompts",
    short_help="Show which version of a prompt is live, what changed, pin, roll back.",
    epilog=examples(
        "holdfast prompts list",
        "holdfast prompts diff support           the live version and the newest one",
        "holdfast prompts pin support v4         accept v4 and make it live",
        "holdfast prompts rollback support       make the version before it live again",
    )
    + _ABOUT,
)
def command() -> None:
    """Keep prompts as versioned files, of which one is live.

    A version is a draft until it is pinned. From then on it cannot be used with another text: what
    should change is written as the next version. Which versions are accepted and live is kept in
    pins.json beside the prompts, to be reviewed and committed.
    """


command.add_command(diff_command)
command.add_command(log_command)
command.add_command(pin_command)
command.add_command(rollback_command)


@command.command(
    "list",
    short_help="List the prompts and their versions.",
    epilog=examples("holdfast prompts list", "holdfast prompts list --json")
    + "\n\n\b\nExit codes:\n  0  every accepted version has its text\n"
    "  3  an accepted version was edited or is gone\n  4  usage error, or an error of the tool",
)
@common
def list_command(*, console: Console) -> int:
    """List each prompt with its live version, its drafts, and versions that were tampered with."""
    from holdfast.prompts import PromptFolder

    folder = PromptFolder(console.project().prompts)
    rows = [_row(folder, name) for name in folder.names()]
    console.answer({"folder": str(folder.path), "prompts": rows})
    if not rows:
        place = console.place(folder.path)
        console.say(f"no prompts in {place}; write one as {place}/NAME/v1.md")
    for line in _table(rows):
        console.say(line)
    return _CHANGED if any(one["altered"] for one in rows) else 0


def _row(folder: "PromptFolder", name: str) -> dict[str, object]:
    pins = folder.pins(name)
    states = {version: folder.state(name, version) for version in folder.versions(name)}
    return {
        "name": name,
        "live": pins.live,
        "newest": max(states),
        "altered": [n for n, state in states.items() if state in ("edited", "missing")],
        "versions": [
            {
                "version": version,
                "state": state,
                "accepted": pins.accepted[version].date if version in pins.accepted else None,
                "digest": pins.accepted[version].digest if version in pins.accepted else None,
            }
            for version, state in states.items()
        ],
    }


def _table(rows: list[dict[str, object]]) -> list[str]:
    if not rows:
        return []
    cells = [("prompt", "live", "versions"), *(_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def _cells(row: dict[str, object]) -> tuple[str, str, str]:
    versions = row["versions"]
    told = [f"v{one['version']} {one['state']}" for one in versions]  # type: ignore[union-attr, index]
    return str(row["name"]), f"v{row['live']}" if row["live"] else "none", ", ".join(told)
