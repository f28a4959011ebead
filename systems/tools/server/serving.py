"""Serving: the recordings over HTTP, on this machine alone."""

import json
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from holdfast.errors import UsageError
from systems.tools.server.faults import Fault, Sessions, read_fault
from systems.tools.server.recordings import Recordings

__all__ = ["LocalServices"]

_NAME_SEARCHES = ("/v1/search?", "/v1/finance/search?")
_LONGEST_WAIT = 20.0
"""Seconds that a slow answer is held back; a client gives up long before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalServices:
    """A server for the length of a `with` block.

    The address of a request says how the server fails: under `/faults/500x2/SESSION` the first two
    searches for a name are answered with HTTP 500 and all else as recorded, under
    `/faults/500/SESSION` every request.

    >>> with LocalServices() as services:
    ...     services.url().startswith("http://127.0.0.1:")
    True
    """

    recordings: Recordings = field(default_factory=Recordings)
    sessions: Sessions = field(default_factory=Sessions, repr=False, compare=False)
    _running: list["_Server"] = field(default_factory=list["_Server"], repr=False, compare=False)

    def url(self, *, fault: str = "", session: str = "") -> str:
        """Address in front of the services' paths, with the fault that they are to show.

        Raises:
            UsageError: the server is not running, the fault is unknown, or has no session.
        """
        if not self._running:
            raise UsageError("the local services are not running; use them in a `with` block")
        base = f"http://127.0.0.1:{self._running[0].server_port}"
        if not fault:
            return base
        read_fault(fault)
        if not session.isalnum():
            raise UsageError(f"a fault needs a session of letters and digits, got {session!r}")
        return f"{base}/faults/{fault}/{session}"

    def __enter__(self) -> Self:
        server = _Server(("127.0.0.1", 0), _Handler)
        server.services = self
        self._running.append(server)
        threading.Thread(target=server.serve_forever, name="local-services", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        server = self._running.pop()
        server.over.set()
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Several cases ask at once, and Python's own queue of five refuses the sixth.
    request_queue_size = 128
    services: LocalServices

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.over = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what went wrong, but not that a client went away: that is what clients do."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"  # pyright: ignore[reportIncompatibleVariableOverride]  # made by it alone
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:  # the standard library looks it up by this name
        split = urlsplit(self.path)
        path = split.path
        if path.startswith("/faults/"):
            _, _, plan, session, rest = path.split("/", 4)
            fault = read_fault(plan)
            path = f"/{rest}"
            if self._is_due(session, fault, asked=f"{path}?{split.query}"):
                return self._fail(fault)
        answer = self.server.services.recordings.answer(unquote(path), dict(parse_qsl(split.query)))
        if answer is None:
            return self._send(404, b'{"error": true, "reason": "Not Found"}')
        # Open-Meteo says 400 where a request makes no sense.
        return self._send(400 if answer.get("error") else 200, json.dumps(answer).encode())

    def _is_due(self, session: str, fault: Fault, *, asked: str) -> bool:
        # Each call of a tool asks twice, first for a name: a fault that passes is met there alone,
        # or it would hit the second request of the call that should succeed.
        passing = fault.requests is not None
        if passing and not asked.startswith(_NAME_SEARCHES):
            return False
        return self.server.services.sessions.due(session, asked, fault)

    def _fail(self, fault: Fault) -> None:
        if fault.kind == "slow":
            self.server.over.wait(_LONGEST_WAIT)
            self.close_connection = True
        elif fault.kind == "malformed":
            self._send(200, b'{"latitude": 59.9, "daily": {"time": ["2026-03-')
        elif fault.kind == "empty":
            self._send(200, b"")
        else:
            self._send(fault.status, b'{"error": true, "reason": "fault on demand"}')

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "60")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is logged."""
