"""Server: answers one person's browser on this machine, from `http.server`."""

import errno
import os
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from holdfast.errors import HoldfastError, UsageError
from holdfast.viewing.exchange import Application, Request, Response
from holdfast.viewing.guard import Guard, Refusal

__all__ = ["LocalServer"]

_LARGEST = 64 * 1024
"""Bytes of a form."""
_FIELDS = 20
_MOST = 128
"""Connections at the same time; a browser keeps six."""
_SECONDS = 15.0
"""After which a connection that says nothing is closed."""
_FORM = "application/x-www-form-urlencoded"
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class LocalServer:
    """Serves an application on the loopback addresses, from threads of its own.

    Args:
        application: answers what the guard lets in.
        port: 0 takes a free one.

    Raises:
        UsageError: the port is taken, or not allowed.
    """

    def __init__(self, application: Application, *, port: int = 0) -> None:
        self._servers = [_bound(_Server, "127.0.0.1", port)]
        self.port: int = self._servers[0].server_address[1]
        with suppress(UsageError, OSError):  # a machine need not have IPv6
            # Where the name localhost means ::1, nobody else shall answer there.
            self._servers.append(_bound(_Server6, "::1", self.port))
        self.guard = Guard(port=self.port)
        for server in self._servers:
            server.application = application
            server.guard = self.guard
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
            for server in self._servers
        ]

    @property
    def address(self) -> str:
        """What a person opens: it holds the token."""
        return self.address_of("")

    def address_of(self, path: str) -> str:
        """The same for another page than the first."""
        return f"{self.root}{path}?token={self.guard.token}"

    def ticket_for(self, path: str) -> str:
        """The same for a program that is started with it: everybody on the machine sees with what.

        It opens the viewer once.
        """
        return f"{self.root}{path}?ticket={self.guard.ticket()}"

    @property
    def root(self) -> str:
        """Address of the first page, for a browser that has the cookie."""
        return f"http://127.0.0.1:{self.port}/{self.guard.folder}/"

    def start(self) -> None:
        """Begin to answer."""
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Answer until the process is interrupted."""
        while any(thread.is_alive() for thread in self._threads):
            for thread in self._threads:
                thread.join(0.5)

    def stop(self) -> None:
        """Answer nobody any more, and give the port back."""
        for server, thread in zip(self._servers, self._threads, strict=True):
            if thread.is_alive():
                server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    # Elsewhere the option frees a port that was just closed; on Windows it would share one.
    allow_reuse_address = os.name != "nt"
    application: Application
    guard: Guard

    def __init__(self, *args: Any, **settings: Any) -> None:
        self._places = threading.BoundedSemaphore(_MOST)
        super().__init__(*args, **settings)

    def process_request(self, request: Any, client_address: Any) -> None:
        # Each connection is a thread: whoever opens them by the thousand gets no more of them.
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread was to be had
            self._places.release()
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def server_bind(self) -> None:
        # The class in between looks up the machine's name, which may take seconds.
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        if not isinstance(error, OSError):  # a browser that went away is no news
            super().handle_error(request, client_address)  # pyright: ignore[reportArgumentType]


class _Server6(_Server):
    address_family = socket.AF_INET6


def _bound(kind: type[_Server], host: str, port: int) -> _Server:
    server = kind((host, port), _Handler, bind_and_activate=False)
    try:
        server.server_bind()
        server.server_activate()
    except OSError as error:
        server.server_close()
        if error.errno == errno.EADDRINUSE:
            why = f"port {port} is taken by another program; give another one, or --port 0"
        else:
            why = f"port {port} cannot be opened: {error.strerror}; give another one, or --port 0"
        raise UsageError(why) from error
    except OverflowError as error:
        server.server_close()
        raise UsageError(f"there is no port {port}; they go from 0 to 65535") from error
    return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "holdfast"
    sys_version = ""
    timeout = _SECONDS

    def do_GET(self) -> None:
        self._answer("GET")

    do_HEAD = do_GET  # noqa: N815  # the name that http.server calls

    def do_POST(self) -> None:
        self._answer("POST")

    def _answer(self, method: str) -> None:
        found = self._found(method)
        self._send(_page(found) if isinstance(found, Refusal) else found)

    def _found(self, method: str) -> Response | Refusal:
        guard = cast("_Server", self.server).guard
        closing = self.close_connection
        # Whatever is refused before its body is read leaves the connection useless.
        self.close_connection = True
        refused = guard.admits_host(self.headers.get_all("Host", []))
        if refused is not None:
            return refused
        path = guard.path_of(self.path)
        if path is None:
            return Refusal(status=404, reason="There is no such page.")
        query = _fields(urlsplit(self.path).query)
        if method == "GET" and query is not None and self._may_enter(guard, query):
            return _entry(guard, path)
        refused = guard.admits_sender(dict(self.headers.items()), method=method)
        if refused is not None:
            return refused
        form = self._form() if method == "POST" else {}
        if isinstance(form, Refusal):
            return form
        unread = method == "GET" and self._has_body()
        self.close_connection = closing or unread
        return self._made(Request(method=method, path=path, query=query or {}, form=form))

    def _may_enter(self, guard: Guard, query: Mapping[str, str]) -> bool:
        if guard.is_token(query.get("token", "")):
            return True
        # Whoever only looks whether there is a page leaves the ticket to the one who opens it.
        return self.command == "GET" and guard.takes_ticket(query.get("ticket", ""))

    def _has_body(self) -> bool:
        return "Transfer-Encoding" in self.headers or self.headers.get("Content-Length", "0") != "0"

    def _form(self) -> dict[str, str] | Refusal:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or "Transfer-Encoding" in self.headers:
            return Refusal(status=411, reason="The form does not say how long it is.")
        if len(length) > len(str(_LARGEST)) or int(length) > _LARGEST:
            return Refusal(status=413, reason="The form is too long.")
        if self.headers.get_content_type() != _FORM:
            return Refusal(status=415, reason="Only forms can be sent here.")
        try:
            fields = _fields(self.rfile.read(int(length)).decode())
        except UnicodeDecodeError:
            fields = None
        return Refusal(status=400, reason="This is no form.") if fields is None else fields

    def _made(self, request: Request) -> Response | Refusal:
        try:
            return cast("_Server", self.server).application(request)
        except (HoldfastError, OSError, ValueError, LookupError, TypeError, ArithmeticError) as err:
            # One page that cannot be made must not take the others away.
            return Refusal(status=500, reason=f"This page cannot be made: {err or repr(err)}")

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        sent = {
            "Content-Type": response.type,
            "Content-Length": str(len(response.body)),
            "Content-Security-Policy": response.policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
        } | dict(response.headers)
        for name, value in sent.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what http.server itself refuses: unknown methods, lines that are no HTTP."""
        status = 405 if code == 501 else code
        self.close_connection = True
        self.command = getattr(self, "command", None) or "GET"
        self.request_version = getattr(self, "request_version", "") or self.protocol_version
        refusal = Refusal(status=status, reason="The viewer does not understand this request.")
        allowed = {"Allow": "GET, HEAD, POST"} if status == 405 else {}
        page = _page(refusal)
        self._send(Response(status=status, body=page.body, policy=_NOTHING, headers=allowed))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal belongs to the command."""


def _fields(text: str) -> dict[str, str] | None:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        return None


def _entry(guard: Guard, path: str) -> Response:
    """Hands over the cookie, and goes on without the token in the address.

    The page moves on by itself: a redirection would count as the other page's, if one led here.
    """
    place = escape(f"/{guard.folder}/{path}")
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>holdfast</title>'
        f'<meta http-equiv="refresh" content="0; url={place}"><a href="{place}">Go on</a></html>'
    )
    return Response(body=body.encode(), policy=_NOTHING, headers={"Set-Cookie": guard.cookie})


def _page(refusal: Refusal) -> Response:
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>holdfast</title>'
        f"<h1>{refusal.status}</h1><p>{escape(refusal.reason)}</p></html>"
    )
    return Response(status=refusal.status, body=body.encode("utf-8", "replace"), policy=_NOTHING)
