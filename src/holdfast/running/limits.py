"""Limits: what a fault means, how long to wait after it, and how many calls may be under way."""

import asyncio
import random
from collections import deque
from dataclasses import dataclass
from typing import Any, Literal, cast

from holdfast.errors import Fault, RateLimited

__all__ = ["Diagnosis", "FaultKind", "Limiter", "Place", "diagnose"]

FaultKind = Literal["rate limit", "unavailable", "refused", "own"]

# Class names are compared because importing the clients would make them dependencies.
_RATE_NAMES = frozenset(
    {"RateLimitError", "TooManyRequests", "ResourceExhausted", "ThrottlingException"}
)
_UNAVAILABLE_NAMES = frozenset(
    {
        "APIConnectionError",
        "APITimeoutError",
        "ChunkedEncodingError",
        "ClientConnectionError",
        "ClientConnectorError",
        "ConnectError",
        "ConnectTimeout",
        "ConnectionError",
        "DeadlineExceeded",
        "GatewayTimeout",
        "IncompleteRead",
        "InternalServerError",
        "MaxRetryError",
        "NetworkError",
        "NewConnectionError",
        "OverloadedError",
        "PoolTimeout",
        "ProtocolError",
        "ReadError",
        "ReadTimeout",
        "RemoteProtocolError",
        "ServerDisconnectedError",
        "ServerTimeoutError",
        "ServiceUnavailable",
        "ServiceUnavailableError",
        "Timeout",
        "TimeoutError",
        "TimeoutException",
        "URLError",
        "WriteError",
        "WriteTimeout",
        "gaierror",
    }
)
_REFUSALS = frozenset({401, 402, 403, 407})
_LONGEST_PAUSE = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Who is to blame for an exception, and when to call again."""

    kind: FaultKind
    """`own` is the system's own error: an answer of its kind, never retried. `refused` is a key
    or an account that the provider does not accept: no answer, and asking again would not help."""
    retry_after: float | None = None
    """Seconds that the provider asked to wait, or None where it did not say."""


def diagnose(error: BaseException) -> Diagnosis:
    """What an exception means, judged by status code first and by class names second.

    It knows the exceptions of the usual HTTP and model clients without importing any of them.
    """
    while isinstance(error, BaseExceptionGroup):
        inner = cast("BaseExceptionGroup[BaseException]", error).exceptions
        if len(inner) != 1:
            return Diagnosis(kind="own")
        error = inner[0]
    if isinstance(error, RateLimited):
        return Diagnosis(kind="rate limit", retry_after=_pause(error.retry_after))
    if isinstance(error, Fault):
        return Diagnosis(kind="unavailable")
    kind = _kind_of_status(_status(error)) or _kind_of_class(error)
    if kind == "own":
        return Diagnosis(kind="own")
    return Diagnosis(kind=kind, retry_after=_retry_after(error))


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    for owner, name in (
        (error, "status_code"),
        (error, "status"),
        (error, "code"),
        (response, "status_code"),
        (response, "status"),
    ):
        value = getattr(owner, name, None)
        if isinstance(value, int) and 100 <= value <= 599:
            return value
    return None


def _kind_of_status(status: int | None) -> FaultKind | None:
    if status is None:
        return None
    if status == 429:
        return "rate limit"
    if status in _REFUSALS:
        return "refused"
    return "unavailable" if status >= 500 or status == 408 else "own"


def _kind_of_class(error: BaseException) -> FaultKind:
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & _RATE_NAMES:
        return "rate limit"
    return "unavailable" if names & _UNAVAILABLE_NAMES else "own"


def _retry_after(error: BaseException) -> float | None:
    # Foreign objects: anything may be missing or of another type.
    for owner in (getattr(error, "response", None), error):
        headers: Any = getattr(owner, "headers", None)
        for name in ("retry-after", "Retry-After"):
            if hasattr(headers, "get") and headers.get(name) is not None:
                return _pause(headers.get(name))
    return _pause(getattr(error, "retry_after", None))


def _pause(value: object) -> float | None:
    """Seconds to wait, from a number, its text, or an HTTP date."""
    if not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(str(value))
    if seconds is None or seconds != seconds:
        return None
    return min(max(seconds, 0.0), _LONGEST_PAUSE)


def _until(date: str) -> float | None:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()


class Place:
    """A place that was entered; it is given back once, however often it is left."""

    def __init__(self, limiter: "Limiter") -> None:
        self._limiter: Limiter | None = limiter

    def leave(self) -> None:
        """Give the place back."""
        if self._limiter is not None:
            self._limiter.leave()
            self._limiter = None


class Limiter:
    """How many calls may be under way.

    A 429 halves the number, other faults lower it a little, answers slowly raise it again. A pause
    that the provider asked for holds for every caller.
    """

    def __init__(self, most: int, *, seed: int) -> None:
        self._most = float(most)
        self._allowed = float(most)
        self._active = 0
        self._paused_until = 0.0
        self._lowered = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._random = random.Random(seed)  # noqa: S311  # spreads retries, guards nothing
        self._closed = False

    @property
    def allowed(self) -> float:
        """Calls that may be under way now."""
        return self._allowed

    async def enter(self) -> bool:
        """Wait for a place; False where the limiter was closed instead."""
        loop = asyncio.get_running_loop()
        while not self._closed:
            pause = self._paused_until - loop.time() if self._paused_until else 0.0
            if pause <= 0 and self._active < max(1, int(self._allowed)):
                self._active += 1
                return True
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiting.append(waiter)
            if pause > 0:
                loop.call_later(pause, self._wake)
            await waiter
        return False

    def leave(self) -> None:
        """Give the place back."""
        self._active -= 1
        if self._waiting:
            self._wake()

    def succeeded(self) -> None:
        """A call was answered: one more place after as many answers as there are places."""
        if self._allowed < self._most:
            self._allowed = min(self._most, self._allowed + 1 / self._allowed)

    def failed(self, diagnosis: Diagnosis, *, began: float) -> None:
        """A call that began at a loop time met a fault: lower the limit, once for each wave."""
        now = asyncio.get_running_loop().time()
        if diagnosis.retry_after:
            self._paused_until = max(self._paused_until, now + diagnosis.retry_after)
        # Fewer calls would not change the mind of a provider that refuses the key.
        if began >= self._lowered and diagnosis.kind != "refused":
            self._lowered = now
            share = 0.5 if diagnosis.kind == "rate limit" else 0.9
            self._allowed = max(1.0, self._allowed * share)

    def backoff(self, diagnosis: Diagnosis, *, attempt: int) -> float:
        """Seconds to wait before the next attempt: exponential with full jitter, or as asked."""
        longest = min(30.0, 0.5 * 2 ** (attempt - 1))
        return max(diagnosis.retry_after or 0.0, self._random.uniform(0.0, longest))

    def close(self) -> None:
        """Send everybody away who waits."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        free = len(self._waiting)
        if not self._closed:
            free = min(free, max(1, int(self._allowed)) - self._active)
        while free > 0 and self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                free -= 1
