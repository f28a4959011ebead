"""Guard: who may speak to the viewer: a browser that was given its secret address, and no page.

Other people on the same machine can open the port, and any page on the web can make a browser send
requests to it, under a name of its own where it controls the DNS. Neither knows the folder and the
token in the address, neither sends the cookie, and neither can forge `Host` and `Origin`.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote, urlsplit

__all__ = ["Guard", "Refusal"]

COOKIE = "holdfast"
_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a request is not answered."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The secrets of one server."""

    port: int
    folder: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    """First part of every path: the cookie goes nowhere else, not even to other ports."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    _tickets: set[str] = field(default_factory=set[str], repr=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names by which a browser may call this server."""
        return tuple(f"{name}:{self.port}" for name in _NAMES)

    @property
    def cookie(self) -> str:
        """Value of the header that hands the token to the browser."""
        return f"{COOKIE}={self.token}; Path=/{self.folder}/; HttpOnly; SameSite=Strict"

    def admits_host(self, hosts: list[str]) -> Refusal | None:
        """Refuses names that are not of this machine (DNS rebinding)."""
        if len(hosts) == 1 and hosts[0].lower() in self.hosts:
            return None
        return Refusal(status=421, reason=f"This server answers to {', '.join(self.hosts)} alone.")

    def admits_sender(self, headers: Mapping[str, str], *, method: str) -> Refusal | None:
        """Refuses what another page sent, and what comes without the token."""
        if not self._knows(headers.get("Cookie", "")):
            return Refusal(
                status=403, reason="Open the address that the command printed, with its token."
            )
        if method != "POST":
            return None
        own = f"http://{headers.get('Host', '').lower()}"
        if headers.get("Origin", "").lower() != own:
            return Refusal(status=403, reason="A form of another page cannot be sent here.")
        if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return Refusal(status=403, reason="A form of another page cannot be sent here.")
        return None

    def is_token(self, given: str) -> bool:
        """Whether the text is the token."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def ticket(self) -> str:
        """A secret that lets somebody in once."""
        made = secrets.token_urlsafe(32)
        self._tickets.add(made)
        return made

    def takes_ticket(self, given: str) -> bool:
        """Whether the text is a ticket; from now on it is none."""
        try:
            self._tickets.remove(given)  # one step, so that of two threads one gets in
        except KeyError:
            return False
        return True

    def path_of(self, target: str) -> str | None:
        """Path below the secret folder; None where it is outside, or could leave it."""
        try:
            path = unquote(urlsplit(target).path, errors="replace")
        except ValueError:  # half an address of IPv6
            return None
        parts = path.split("/")
        if path[:1] != "/" or "\\" in path or not path.replace(" ", "a").isprintable():
            return None
        if ".." in parts or len(parts) < 3:
            return None
        if not hmac.compare_digest(parts[1].encode("utf-8", "replace"), self.folder.encode()):
            return None
        return "/".join(parts[2:])

    def _knows(self, cookies: str) -> bool:
        try:
            found = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        return found is not None and self.is_token(found.value)
