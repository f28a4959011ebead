"""`holdfast comment`: the summary of a build as a comment of its pull request."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from holdfast.commands.console import Console, common, examples
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.commands.pull_request import PullRequest

__all__ = ["command"]

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_ADDRESS = re.compile(r"https://[^\s<>()\[\]\"'`|\\]{1,2000}")
_LONGEST = 65_000


@click.command(
    "comment",
    short_help="Post the summary of a build to its pull request.",
    epilog=examples(
        "holdfast comment",
        "holdfast comment --key nightly --report https://ci.example/artifact/7",
        "holdfast comment comparison.md --pull 12",
    ),
)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--key", default="build", metavar="KEY", help="Name of the comment.  [default: build]"
)
@click.option("--report", default="", metavar="URL", help="Address of the report, to link to.")
@click.option("--pull", type=click.IntRange(min=1), help="Number of the pull request.")
@common
def command(*, file: Path | None, key: str, report: str, pull: int | None, console: Console) -> int:
    """Write FILE, by default the summary of the last session, as a comment of the pull request.

    The comment that this command wrote under the same KEY before is changed; without one a new one
    is made. It works in GitHub Actions, by `gh`, with a token in GH_TOKEN or GITHUB_TOKEN that may
    write to pull requests. Where there is no pull request or no such token, as in a build of a
    fork, it says so and ends with 0: a comment is a courtesy, the build's verdict is its exit code.
    """
    from holdfast.commands.pull_request import PullRequest

    if not _KEY.fullmatch(key):
        raise UsageError(f"a key has letters, digits, '_', '.' and '-', at most 60, got {key!r}")
    if report and not _ADDRESS.fullmatch(report):
        raise UsageError(f"the address of the report must begin with https://, got {report!r}")
    path = file or console.project().store / "html" / "summary.md"
    found = PullRequest.of(os.environ, number=pull)
    said, address = _posted(found, path, key=key, report=report)
    console.say(said)
    console.answer({"posted": bool(address), "said": said, "address": address})
    return 0


def _posted(found: "PullRequest | str", path: Path, *, key: str, report: str) -> tuple[str, str]:
    """What became of it, in a sentence, and the address of the comment."""
    from holdfast.commands.pull_request import Refused
    from holdfast.report.untrusted import no_command, one_line

    if isinstance(found, str):
        return f"no comment: {found}", ""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        return f"no comment: {path} cannot be read ({error.strerror}); did the session end?", ""
    try:
        changed, address = found.put(_body(text, key=key, report=report), marker=_marker(key))
    except Refused as refusal:
        return no_command(f"no comment: {one_line(str(refusal), 500)}"), ""
    return f"{'changed' if changed else 'wrote'} {one_line(address, 300)}", address


def _marker(key: str) -> str:
    from holdfast.report.markdown import marker

    return marker(key)


def _body(text: str, *, key: str, report: str) -> str:
    """The text below the marker of this key, with a link to the report."""
    first, _, rest = text.partition("\n")
    body = rest if first.startswith("<!-- holdfast:") else text
    link = f"\n[Report]({report})\n" if report else ""
    room = _LONGEST - len(_marker(key)) - len(link) - 100
    if len(body) > room:
        body = body[:room].rsplit("\n", 1)[0] + "\n\nThe rest is in the report.\n"
    return f"{_marker(key)}\n{body}{link}"
