"""Who is let in: one browser on this machine, and nobody else."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from holdfast.errors import UsageError
from holdfast.viewing.exchange import Request, Response
from holdfast.viewing.server import LocalServer
from tests.viewing.builders import Client

SEEN: list[Request] = []


def application(request: Request) -> Response:
    SEEN.append(request)
    if request.path == "broken":
        raise ValueError("<b>no such thing</b>")
    return Response(body=f"{request.method} {request.path}".encode())


@pytest.fixture(scope="module")
def serving() -> Iterator[Client]:
    server = LocalServer(application)
    server.start()
    try:
        yield Client(server)
    finally:
        server.stop()


@pytest.fixture
def client(serving: Client) -> Client:
    SEEN.clear()
    return serving


def test_the_address_lets_a_browser_in_once_and_leaves_its_history(client: Client) -> None:
    path = client.server.address.split(f":{client.server.port}", 1)[1]
    first = client.ask(path, absolute=True, Cookie=None)
    assert first.status == 200
    cookie = first.headers["Set-Cookie"]
    assert cookie.endswith(f"; Path={client.root}; HttpOnly; SameSite=Strict")
    assert client.server.guard.token not in first.text
    assert f'url={client.root}"' in first.text
    assert not SEEN, "the page itself is shown only without the token in its address"
    assert client.ask(Cookie=cookie.split(";")[0]).text == "GET "


def test_what_a_browser_is_started_with_lets_nobody_in_again(client: Client) -> None:
    address = client.server.ticket_for("review/")
    assert client.server.guard.token not in address, "every process list shows it"
    path = address.split(f":{client.server.port}", 1)[1]
    assert client.ask(path, absolute=True, method="HEAD", Cookie=None).status == 403
    found = client.ask(path, absolute=True, Cookie=None)
    assert found.status == 200 and client.server.guard.token in found.headers["Set-Cookie"]
    assert f'url={client.root}review/"' in found.text
    found = client.ask(path, absolute=True, Cookie=None)
    assert found.status == 403 and "Set-Cookie" not in found.headers
    assert client.ask("?ticket=", Cookie=None).status == 403 and not SEEN


@pytest.mark.parametrize("cookie", [None, "", "holdfast=", "holdfast=x", "other=1", "a\u00e9=;;=="])
def test_nobody_gets_in_without_the_token(client: Client, cookie: str | None) -> None:
    found = client.ask("runs/x.html", Cookie=cookie)
    assert found.status == 403 and not SEEN
    assert client.server.guard.token not in found.text
    found = client.ask("?token=wrong", Cookie=cookie)
    assert found.status == 403 and "Set-Cookie" not in found.headers and not SEEN


@pytest.mark.parametrize(
    "path", ["/", "/x/", "/favicon.ico", "//", "*", "/%2e%2e/", "http://127.0.0.1/", "/x/?token=y"]
)
def test_outside_the_secret_folder_there_is_nothing(client: Client, path: str) -> None:
    assert client.ask(path, absolute=True).status == 404
    assert not SEEN


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "0.0.0.0:{port}",
        "",
        None,
        "127.0.0.1:{port}, evil.example",
        "[::]:{port}",
        "user@127.0.0.1:{port}",
    ],
)
def test_another_name_of_this_machine_is_refused(client: Client, host: str | None) -> None:
    host = None if host is None else host.format(port=client.server.port)
    found = client.ask(Host=host)
    assert found.status == 421 and not SEEN


def test_all_names_of_the_loopback_are_known(client: Client) -> None:
    for name in ("127.0.0.1", "localhost", "LOCALHOST", "[::1]"):
        assert client.ask(Host=f"{name}:{client.server.port}").status == 200


def test_two_host_lines_are_refused(client: Client) -> None:
    port = client.server.port
    raw = (
        f"GET {client.root} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n"
        f"Cookie: holdfast={client.server.guard.token}\r\nConnection: close\r\n\r\n"
    )
    assert send(port, raw.encode()).startswith(b"HTTP/1.1 421")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": None},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Cookie": None},
    ],
)
def test_forms_of_other_pages_do_nothing(client: Client, headers: dict[str, str | None]) -> None:
    sent = {
        name.replace("-", "_"): value and value.format(port=client.server.port)
        for name, value in headers.items()
    }
    assert client.post("review/say", {"choice": "first"}, **sent).status == 403
    assert not SEEN
    assert client.post("review/say", {"choice": "first"}).status == 200
    assert SEEN[0].form == {"choice": "first"}


def test_forms_are_small_whole_and_of_one_kind(client: Client) -> None:
    form = {"note": "x" * 70_000}
    assert client.post("say", form).status == 413
    assert client.post("say", {}, Content_Length=None).status == 411
    assert client.post("say", {}, Content_Length="-1").status == 411
    assert client.post("say", {}, Content_Length="9" * 5_000).status == 413
    assert client.post("say", {}, Transfer_Encoding="chunked").status == 411
    assert client.post("say", {"a": "b"}, Content_Type="application/json").status == 415
    assert client.post("say", {str(n): "x" for n in range(30)}).status == 400
    assert not SEEN


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "X"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    found = client.ask(method=method)
    assert found.status == 405 and found.headers["Allow"] == "GET, HEAD, POST"
    assert not SEEN


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "runs/../../x",
        "%2e%2e/x",
        "runs/%2e%2e%2f%2e%2e%2fetc/passwd",
        "a\\..\\b",
        "a%5cb",
        "a%00b",
        "a%0d%0aX:1",
        "..",
    ],
)
def test_no_path_leads_out_of_the_folder(client: Client, path: str) -> None:
    assert client.ask(path).status == 404
    assert not SEEN


def test_every_answer_forbids_what_a_page_must_not_do(client: Client) -> None:
    for found in (
        client.ask(),
        client.ask(Cookie=None),
        client.ask(Host="x"),
        client.ask("broken"),
        client.ask(method="PUT"),
        client.ask("/", absolute=True),
    ):
        assert "default-src 'none'" in found.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in found.headers["Content-Security-Policy"]
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert found.headers["X-Frame-Options"] == "DENY"
        assert found.headers["Referrer-Policy"] == "no-referrer"
        assert found.headers["Cache-Control"] == "no-store"
        assert found.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not [name for name in found.headers if name.startswith("Access-Control")]
        assert "Python" not in found.headers.get("Server", "")


def test_a_page_that_fails_leaves_the_server_running(client: Client) -> None:
    found = client.ask("broken")
    assert found.status == 500
    assert "&lt;b&gt;no such thing" in found.text
    assert client.ask("x").text == "GET x"


def test_a_head_request_has_no_body(client: Client) -> None:
    found = client.ask("x", method="HEAD")
    assert (found.status, found.body) == (200, b"")
    assert found.headers["Content-Length"] == "5"


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 300,
    ],
)
def test_what_is_no_http_stops_nothing(client: Client, raw: bytes) -> None:
    answer = send(client.server.port, raw)
    assert not answer or b" 200 " not in answer.split(b"\r\n")[0]
    assert client.ask().status == 200


def test_half_an_address_is_no_page_and_no_noise(
    client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    assert client.ask("http://[/x", absolute=True, Cookie=None).status == 404
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "raw",
    [
        "GET {root} HTTP/1.1\r\n{own}Connection: close\r\n\r\n",
        "GET {root} HTTP/1.0\r\n{own}\r\n",
        "GET {root} HTTP/1.1\r\n{own}Content-Length: 9\r\n\r\nGET {root}x HTTP/1.1\r\n{own}\r\n",
        "GET {root}../x HTTP/1.1\r\n{own}\r\nGET {root}x HTTP/1.1\r\n{own}\r\n",
    ],
)
def test_a_connection_ends_where_it_should_and_hides_no_second_request(
    client: Client, raw: str
) -> None:
    port, token = client.server.port, client.server.guard.token
    own = f"Host: 127.0.0.1:{port}\r\nCookie: holdfast={token}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(raw.format(root=client.root, own=own).encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert len(SEEN) <= 1 and not any(request.path == "x" for request in SEEN)


def test_connections_that_say_nothing_are_few(client: Client) -> None:
    before = threading.active_count()
    silent = [socket.create_connection(("127.0.0.1", client.server.port)) for _ in range(300)]
    try:
        silent[-1].settimeout(5)
        assert silent[-1].recv(1) == b"", "no thread is given to it"
        assert threading.active_count() - before <= 128
    finally:
        for connection in silent:
            connection.close()
    for _ in range(50):
        if threading.active_count() <= before + 1:
            break
        time.sleep(0.05)
    assert client.ask().status == 200


def test_many_ask_at_once(client: Client) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(client.ask(f"p{n}").text))
        for n in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(f"GET p{n}" for n in range(24))


def test_only_the_loopback_listens(client: Client) -> None:
    names = {server.server_address[0] for server in client.server._servers}
    assert names <= {"127.0.0.1", "::1"}
    with socket.socket() as own, pytest.raises(OSError, match="in use"):
        own.bind(("127.0.0.1", client.server.port))


def test_a_taken_port_is_an_error_that_says_what_to_do(client: Client) -> None:
    with pytest.raises(UsageError, match=rf"port {client.server.port} is taken.*or --port 0"):
        LocalServer(application, port=client.server.port)


def test_a_stopped_server_gives_its_port_back() -> None:
    server = LocalServer(application)
    server.start()
    port = server.port
    server.stop()
    again = LocalServer(application, port=port)
    again.stop()
    assert server.guard.folder != again.guard.folder
    assert server.guard.token not in repr(server.guard)


def send(port: int, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as own:
        own.sendall(raw)
        own.shutdown(socket.SHUT_WR)
        found = b""
        try:
            while piece := own.recv(65_536):
                found += piece
        except ConnectionError:
            pass
        return found
