"""Serving: the extraction system behind HTTP, for tools that are not written in Python."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from holdfast.errors import HoldfastError, RateLimited, Unavailable
from systems.models.chat import Message
from systems.prompting.extraction import Extraction, answered

__all__ = ["served"]


@contextmanager
def served(system: Extraction) -> Iterator[str]:
    """Address of a server on this machine that answers as the system does, until the block ends.

    `POST /render` takes `schema` and `text` and gives the `messages` that the model is sent;
    `POST /answer` takes the same and such messages, and gives `output`, `tokenUsage` and `cost` in
    the form of a promptfoo provider. A rate limit is status 429, a server behind the model that
    does not answer 503, and a question that makes no sense 400.
    """

    class Handler(_Handler):
        extraction = system

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # A thread waits for each question that is under way, as many as are asked at once.
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="extraction-server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    extraction: Extraction
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # the name is http.server's
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            question = json.loads(body)
            self._send(200, self._answer(question))
        except RateLimited as error:
            self._send(429, {"error": str(error)})
        except Unavailable as error:
            self._send(503, {"error": str(error)})
        except (HoldfastError, KeyError, TypeError, ValueError) as error:
            self._send(400, {"error": f"{type(error).__name__}: {error}"})

    def _answer(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        system = self.extraction
        task, text = system.tasks[question["schema"]], question["text"]
        request = system.request(task, text)
        if self.path == "/render":
            told = [{"role": one.role, "content": one.content} for one in request.messages]
            return {"messages": told}
        messages = tuple(Message(**one) for one in question["messages"])
        response = answered(system.model.complete(replace(request, messages=messages)))
        usage = response.usage
        return {
            "output": response.text,
            "cost": usage.cost,
            "tokenUsage": {
                "prompt": usage.input_tokens,
                "completion": usage.output_tokens,
                "total": usage.input_tokens + usage.output_tokens,
                "numRequests": usage.calls,
            },
        }

    def _send(self, status: int, value: Mapping[str, Any]) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the tool that asks keeps its own log."""
