"""Waiting server: a model provider whose every answer takes the same time.

    python benchmarks/waiting_server.py    # prints its port, ends when its standard input closes

`GET /50` is answered with `50` after 50 milliseconds, over connections that stay open.
"""

import asyncio
import selectors
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            delay = request.split(b" ", 2)[1].strip(b"/")
            await asyncio.sleep(int(delay) / 1000)
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(delay)}\r\n\r\n"
            writer.write(head.encode() + delay)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    # The parent holds the other end: however it dies, the server ends with it.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def waiting_server() -> Iterator[int]:
    """Port of a server in a process of its own, which ends with the block whatever happens."""
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    # select() waits to the microsecond, where epoll rounds every wait up to a millisecond.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(_main())
