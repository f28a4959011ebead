"""A server of ours that speaks OpenAI's Chat Completions and answers by a rule."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Fault(Exception):
    """Raised by a rule: the server answers with this status instead."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body)
        try:
            said = self.server.rule(body)
        except Fault as fault:
            self._send(fault.status, "application/json", '{"error": {"message": "no"}}')
            return
        text, ending = said if isinstance(said, tuple) else (said, "stop")
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": ending}
        event = json.dumps({**chunk, "choices": [choice]})
        self._send(200, "text/event-stream", f"data: {event}\n\ndata: [DONE]\n\n")

    def _send(self, status, kind, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format, *args):
        """Say nothing."""


@contextmanager
def serving(rule):
    """The server, with its `url` and the requests that it was `asked`.

    A rule takes a request and gives a text, or a text and why it ended.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.handle_error = lambda request, client: None
    server.rule, server.asked = rule, []
    server.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def schema_of(body):
    """JSON Schema that a request asks for; None where it asks for none."""
    wanted = body.get("response_format")
    return None if wanted is None else wanted["json_schema"]["schema"]


def prompt_of(body):
    """Everything that a request says, in one text."""
    return "\n".join(turn["content"] for turn in body["messages"])
