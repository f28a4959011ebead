"""Fetching: JSON over HTTP, bounded in time, in size and in attempts."""

import json
import math
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from holdfast.digest import Json
from holdfast.errors import MissingExtra
from systems.once import Once

if TYPE_CHECKING:
    import httpx

__all__ = ["Fetcher", "ServiceError"]

_AGENT = "Mozilla/5.0 (compatible; holdfast-assistant)"
"""Yahoo refuses clients that do not name themselves like a browser."""


class ServiceError(Exception):
    """A service gave no answer that can be used; the message is written for the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Gets JSON from services of other people.

    A refused connection, HTTP 429 and 5xx are tried again while time is left, after the pause that
    the service asks for or a growing one of our own. What no second attempt would change (4xx, an
    answer that is no JSON) is not. Safe to call from several threads.
    """

    timeout: float = 5.0
    """Seconds that one answer may take, all attempts and pauses included."""
    attempts: int = 2
    """Largest number of requests for one answer."""
    pause: float = 0.3
    """Seconds before the second attempt, doubled for each further one."""
    largest: int = 1_000_000
    """Largest answer in bytes, after it was unpacked."""
    # Reading the machine's certificates takes longer than a request to this machine.
    _trust: Once[ssl.SSLContext] = field(
        default_factory=Once[ssl.SSLContext], init=False, repr=False, compare=False
    )

    def get(self, url: str, parameters: Mapping[str, str | int | float], /) -> Json:
        """The JSON value at an address.

        Raises:
            ServiceError: there is none in time; the message says what happened.
        """
        deadline = time.monotonic() + self.timeout
        with self._connected() as client:
            for attempt in range(1, self.attempts + 1):
                found = _tried(client, url, parameters, deadline=deadline, largest=self.largest)
                if not isinstance(found, _Refusal):
                    return found.value
                pause = max(found.pause, self.pause * 2 ** (attempt - 1))
                if attempt == self.attempts or time.monotonic() + pause >= deadline:
                    raise ServiceError(found.why)
                time.sleep(pause)
        raise ServiceError("the service is not available, try again")

    def _connected(self) -> "httpx.Client":
        try:
            import httpx
        except ImportError as error:
            raise MissingExtra("the tools need: pip install httpx jsonschema") from error
        return httpx.Client(
            headers={"User-Agent": _AGENT, "Accept": "application/json"},
            mounts={"all://127.0.0.1": None},  # never behind a proxy
            verify=self._trust.get(httpx.create_ssl_context),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """Something that another attempt may change."""

    why: str
    pause: float = 0.0


def _tried(
    client: "httpx.Client",
    url: str,
    parameters: Mapping[str, str | int | float],
    *,
    deadline: float,
    largest: int,
) -> "_Found | _Refusal":
    """One attempt.

    Raises:
        ServiceError: no second attempt would change it.
    """
    import httpx

    left = max(0.05, deadline - time.monotonic())
    try:
        with client.stream("GET", url, params=parameters, timeout=left) as response:
            refusal = _refusal(response)
            if refusal is not None:
                return refusal
            return _Found(value=_parsed(_body(response, deadline=deadline, largest=largest)))
    except httpx.TimeoutException as error:
        raise ServiceError("timeout, the service did not answer") from error
    except httpx.TransportError:
        return _Refusal(why="no connection to the service, try again")


def _refusal(response: "httpx.Response") -> "_Refusal | None":
    if response.status_code == 429:
        return _Refusal(why="too many requests, try again later", pause=_asked_pause(response))
    if response.status_code >= 500:
        return _Refusal(why="the service is not available, try again")
    if response.status_code >= 300:
        raise ServiceError("the service refused the request")
    return None


def _body(response: "httpx.Response", *, deadline: float, largest: int) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > largest:
            raise ServiceError("the answer of the service is too long")
        # A time-out of the transport counts from piece to piece: drops would never end.
        if time.monotonic() > deadline:
            raise ServiceError("timeout, the service did not answer")
    return bytes(body)


def _asked_pause(response: "httpx.Response") -> float:
    try:
        asked = float(response.headers.get("Retry-After", "0"))
    except ValueError:  # a date: later than anybody waits here
        return math.inf
    return asked if math.isfinite(asked) and asked > 0 else 0.0


def _parsed(body: bytes) -> Json:
    if not body.strip():
        raise ServiceError("the service gave an empty answer")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ServiceError("the answer of the service cannot be read") from error
