"""A store, a server over it, and a client that speaks plain HTTP."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from holdfast.commands.console import Console
from holdfast.commands.review_answers import prepare
from holdfast.commands.view_store import sources_of
from holdfast.viewing.review_desk import Asked, ReviewDesk
from holdfast.viewing.server import LocalServer
from holdfast.viewing.shelf import Shelf
from holdfast.viewing.viewer import Viewer


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass(frozen=True)
class Client:
    """Sends what it is told to, right or wrong."""

    server: LocalServer

    @property
    def root(self) -> str:
        return f"/{self.server.guard.folder}/"

    def ask(
        self,
        path: str = "",
        *,
        method: str = "GET",
        form: Mapping[str, str] | None = None,
        absolute: bool = False,
        **headers: str | None,
    ) -> Answer:
        sent: dict[str, str | None] = {
            "Host": f"127.0.0.1:{self.server.port}",
            "Cookie": f"holdfast={self.server.guard.token}",
        }
        body = None
        if form is not None:
            body = urlencode(form).encode()
            sent |= {
                "Origin": f"http://127.0.0.1:{self.server.port}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Content-Length": str(len(body)),
            }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        target = path if absolute else self.root + path
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body)
            found = connection.getresponse()
            return Answer(found.status, dict(found.getheaders()), found.read())
        finally:
            connection.close()

    def post(self, path: str, form: Mapping[str, str], **headers: str | None) -> Answer:
        return self.ask(path, method="POST", form=form, **headers)


@contextmanager
def serving(store: Path, asked: Asked | None = None) -> Iterator[Client]:
    """The real viewer over a store, on a free port; stopped at the end whatever happens."""
    console = Console(as_json=False, store=store)
    shelf = Shelf(store)

    def finished() -> list[Any]:
        return [header for header in shelf.headers() if header.complete]

    desk = ReviewDesk(lambda form: prepare(form, console), finished, asked=asked)
    server = LocalServer(Viewer(sources_of(console), desk))
    server.start()
    try:
        yield Client(server)
    finally:
        server.stop()
