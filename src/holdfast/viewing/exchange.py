"""Exchange: what a browser asks of the viewer, and what it gets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["STRICT", "Application", "Request", "Response", "redirect"]

STRICT = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        # Where a browser knows it, no script makes HTML of text at all.
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""Content security policy of the viewer's own pages: nothing inline, nothing from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for, after the guard has let it in."""

    method: str
    """`GET` or `POST`."""
    path: str
    """Decoded path below the secret folder, without its first slash."""
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    """Fields of a posted form; of a field that is there twice, the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is answered."""

    body: bytes = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    policy: str = STRICT
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Application: TypeAlias = Callable[[Request], Response]
"""Answers every request that the guard lets in; it may be called from several threads."""


def redirect(place: str) -> Response:
    """Sends the browser to a page of the viewer, named relative to the one it is on."""
    return Response(status=303, headers={"Location": place})
