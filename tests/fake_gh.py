"""A stand-in for GitHub's program `gh`, which keeps comments in a file beside it.

It refuses as GitHub does: by what the account may do, and by the limits of a comment.
"""

import json
import sys
from pathlib import Path

LIMIT = 65_536


def main(arguments: list[str]) -> int:
    state = Path(__file__).parent / "github.json"
    world = json.loads(state.read_text("utf-8"))
    words = iter(arguments[1:])
    method, path, body = "GET", "", None
    for word in words:
        if word == "--method":
            method = next(words)
        elif word == "--input":
            assert next(words) == "-"
            body = json.load(sys.stdin)["body"]
        else:
            path = word
    assert arguments[0] == "api"
    world["asked"].append(f"{method} {path}")
    answer = answered(world, method, path, body)
    state.write_text(json.dumps(world), "utf-8")
    if isinstance(answer, str):
        sys.stderr.write(f"gh: {answer}\n")
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


def answered(world, method, path, body):
    """What GitHub says: a value, or the text of an error."""
    account, base = world["account"], "repos/me/mine/issues"
    if path == "user":
        return account if account["type"] == "User" else "Resource not accessible (HTTP 403)"
    if method == "GET" and "strange" in world:
        return world["strange"]
    if method == "GET" and path.startswith(f"{base}/7/comments?per_page=100&page="):
        page = int(path.rpartition("=")[2])
        return world["comments"][100 * (page - 1) : 100 * page]
    if world["read_only"]:
        return "Resource not accessible by integration (HTTP 403)"
    if len(body) > LIMIT:
        return "Body is too long (maximum is 65536 characters) (HTTP 422)"
    if method == "POST" and path == f"{base}/7/comments":
        return made(world["comments"], account, body)
    found = [one for one in world["comments"] if path == f"{base}/comments/{one['id']}"]
    return changed(found, account, body) if method == "PATCH" else "Not Found (HTTP 404)"


def made(comments, account, body):
    number = 1000 + len(comments)
    comments.append(
        {"id": number, "user": account, "body": body, "html_url": f"https://gh/{number}"}
    )
    return comments[-1]


def changed(found, account, body):
    if not found or found[0]["user"] != account:
        return "Must have admin rights (HTTP 403)"
    found[0]["body"] = body
    return found[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
