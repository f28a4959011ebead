"""Faults: how the local server fails, as the path of a request asks."""

import re
from dataclasses import dataclass
from threading import Lock
from typing import Literal, cast

from holdfast.errors import UsageError

__all__ = ["Fault", "Sessions", "read_fault"]

Kind = Literal["status", "slow", "malformed", "empty"]
_PLAN = re.compile(r"(4\d\d|5\d\d|slow|malformed|empty)(?:x(\d{1,3}))?")
_MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to fail, for a number of requests or for good."""

    kind: Kind
    status: int = 200
    """HTTP status of the kind `status`."""
    requests: int | None = None
    """Number of first requests for one thing that fail in a session; None for all requests."""


def read_fault(plan: str) -> Fault:
    """The fault that a plan names: `500`, `429x2`, `slow`, `malformed` or `emptyx3`.

    >>> read_fault("500x2").requests
    2

    Raises:
        UsageError: the plan names none.
    """
    match = _PLAN.fullmatch(plan)
    if match is None:
        raise UsageError(
            f"unknown fault {plan!r}; write a status such as 500, or slow, malformed or empty, and "
            "x2 after it where only the first two requests fail"
        )
    name, count = match.groups()
    requests = None if count is None else int(count)
    if name.isdigit():
        return Fault(kind="status", status=int(name), requests=requests)
    return Fault(kind=cast("Kind", name), requests=requests)


class Sessions:
    """Counts what each session asked for, so that first requests can fail and later ones not."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], int] = {}
        self._lock = Lock()

    def due(self, session: str, asked: str, fault: Fault) -> bool:
        """Whether this request of the session fails; it is counted.

        Equal requests are counted together and others apart: which of two calls at once comes
        first is chance, and must not decide which of them fails.
        """
        if fault.requests is None:
            return True
        with self._lock:
            seen = self._seen.get((session, asked), 0)
            if not seen and len(self._seen) >= _MOST_COUNTED:
                del self._seen[next(iter(self._seen))]
            self._seen[session, asked] = seen + 1
        return seen < fault.requests
