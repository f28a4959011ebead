"""A server of ours that says what a test scripts."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Script:
    """What a server answers, and what it was asked."""

    url: str = ""
    replies: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def stream(self, *events, cut=False, named=False):
        """Answer the next request with server-sent events; `cut` ends them in mid-air."""
        lines = [
            (f"event: {event['type']}\n" if named else "")
            + f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n"
            for event in events
        ]
        self.replies.append((200, {"content-type": "text/event-stream"}, lines, cut))

    def fail(self, status, *, headers=None, body=None):
        """Answer the next request with an error."""
        text = json.dumps(body or {"error": {"message": "no", "type": "error"}})
        self.replies.append((status, headers or {}, [text], False))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        script = self.server.script
        script.asked.append(
            (
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                json.loads(body),
            )
        )
        status, headers, lines, cut = script.replies.pop(0)
        self.send_response(status)
        for name, value in {"transfer-encoding": "chunked", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        for line in lines:
            data = line.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        if cut:
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format, *args):
        """Say nothing."""


@pytest.fixture
def script():
    """A server on this machine that follows a script."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    # A client may hang up before it has read everything; nobody needs to hear of it.
    server.handle_error = lambda request, client: None
    server.script = Script(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.script
    server.shutdown()
    server.server_close()
    thread.join()
