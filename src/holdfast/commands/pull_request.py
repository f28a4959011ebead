"""Pull request: where a build of GitHub Actions may leave a comment, by the program `gh`."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

__all__ = ["PullRequest", "Refused"]

_SECONDS = 60.0
_PAGES = 30


class Refused(Exception):
    """GitHub, or `gh`, did not do what was asked; the message is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request that comments can be read from and written to."""

    repository: str
    number: int

    @classmethod
    def of(cls, environ: Mapping[str, str], *, number: int | None) -> "PullRequest | str":
        """The pull request that the build belongs to, or a sentence that says why there is none."""
        repository = environ.get("GITHUB_REPOSITORY", "")
        if not repository:
            return "this is no build of GitHub Actions (GITHUB_REPOSITORY is not set)"
        number = number or _number(environ.get("GITHUB_EVENT_PATH", ""))
        if number is None:
            return "this build belongs to no pull request"
        if not (environ.get("GH_TOKEN") or environ.get("GITHUB_TOKEN")):
            return "there is no token in GH_TOKEN or GITHUB_TOKEN"
        return cls(repository=repository, number=number)

    def put(self, body: str, *, marker: str) -> tuple[bool, str]:
        """Change the comment that begins with the marker, or make one.

        Gives whether one was changed, and its address.

        Raises:
            Refused: the token may not write here, or GitHub cannot be reached.
        """
        for comment in self._own(marker):
            path = f"repos/{self.repository}/issues/comments/{int(comment['id'])}"
            try:
                return True, _address(_ask(path, method="PATCH", body=body))
            except Refused:
                # Somebody else's comment may begin alike, and cannot be changed.
                continue
        path = f"repos/{self.repository}/issues/{self.number}/comments"
        return False, _address(_ask(path, method="POST", body=body))

    def _own(self, marker: str) -> Iterator[Mapping[str, Any]]:
        """Comments that begin with the marker and were written by this program's account."""
        viewer: str | None = None
        for comment in self._comments():
            if not str(comment.get("body") or "").startswith(marker):
                continue
            author: Mapping[str, Any] = comment.get("user") or {}
            if viewer is None and author.get("type") != "Bot":
                viewer = _viewer()
            if author.get("type") == "Bot" or (viewer and author.get("login") == viewer):
                yield comment

    def _comments(self) -> Iterator[Mapping[str, Any]]:
        path = f"repos/{self.repository}/issues/{self.number}/comments"
        for page in range(1, _PAGES + 1):
            found = _ask(f"{path}?per_page=100&page={page}")
            if not isinstance(found, list) or not all(
                isinstance(one, dict) for one in cast("list[object]", found)
            ):
                raise Refused("gh gave no list of comments")
            yield from cast("list[Mapping[str, Any]]", found)
            if len(cast("list[object]", found)) < 100:
                return


def _number(event: str) -> int | None:
    """Number of the pull request that an event of GitHub is about."""
    try:
        found: Any = json.loads(Path(event).read_text("utf-8"))
        number = found["pull_request"]["number"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return number if type(number) is int and number > 0 else None


def _viewer() -> str:
    """Name of the account that the token belongs to; empty for the token of a build."""
    try:
        found: Mapping[str, Any] = _ask("user")
        return str(found.get("login") or "")
    except Refused:
        return ""


def _address(comment: Any) -> str:
    return str(comment.get("html_url") or "the comment")


def _ask(path: str, *, method: str = "GET", body: str | None = None) -> Any:
    command = ["gh", "api", "--method", method, path]
    told = None
    if body is not None:
        command += ["--input", "-"]
        told = json.dumps({"body": body})
    try:
        answer = subprocess.run(
            command, input=told, capture_output=True, encoding="utf-8", check=True, timeout=_SECONDS
        )
        return json.loads(answer.stdout)
    except FileNotFoundError as error:
        raise Refused("the program gh is not installed (https://cli.github.com)") from error
    except subprocess.CalledProcessError as error:
        raise Refused(f"gh: {error.stderr.strip() or error.stdout.strip()}") from error
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise Refused(f"gh: {error}") from error
