"""Does the harness keep as many calls under way as it was allowed to?

Systems call a local server in a process of its own, which answers after a fixed time. The ideal
wall time is the number of waves times that time. The same client in a bare asyncio loop, which
records nothing, is measured beside it. Exits with 1 where a run takes 5 % more than the ideal.

    python benchmarks/throughput.py
"""

import argparse
import asyncio
import http.client
import math
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from report import Target, finish, table
from waiting_server import waiting_server

from holdfast.dataset import Case, Dataset
from holdfast.metric import Trial
from holdfast.metrics import metric
from holdfast.options import RunOptions
from holdfast.runner import run
from holdfast.suite import Suite
from holdfast.system import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked of the server."""

    calls: int
    concurrency: int
    delay: int
    """Milliseconds until the server answers."""
    blocking: bool = False
    """The system is a plain `def`."""

    @property
    def ideal(self) -> float:
        """Seconds that the calls take when nothing else costs time."""
        return math.ceil(self.calls / self.concurrency) * self.delay / 1000

    @property
    def title(self) -> str:
        """The load in words."""
        kind = "def" if self.blocking else "async def"
        return f"{self.calls:,} calls of {self.delay} ms, {self.concurrency} at once, `{kind}`"


LOADS = (
    Load(calls=5000, concurrency=64, delay=50),
    Load(calls=200, concurrency=20, delay=200),
    Load(calls=200, concurrency=20, delay=200, blocking=True),
)


class StreamClient:
    """An HTTP client on asyncio streams; connections are kept open, and belong to one loop."""

    def __init__(self, port: int, delay: int) -> None:
        self.spec = Spec(name="waiting server", params={"delay": delay})
        self._port = port
        self._request = f"GET /{delay} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def __call__(self, question: str) -> str:
        if self._idle:
            reader, writer = self._idle.pop()
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(self._request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.rpartition(b":")[2])
        body = await reader.readexactly(length)
        self._idle.append((reader, writer))
        return f"{question}: {body.decode()}"

    def close(self) -> None:
        """Close the connections that are not in use."""
        for _, writer in self._idle:
            writer.transport.abort()


class BlockingClient:
    """The same with a connection for each thread."""

    def __init__(self, port: int, delay: int) -> None:
        self.spec = Spec(name="waiting server", params={"delay": delay, "blocking": True})
        self._port = port
        self._delay = delay
        self._local = threading.local()

    def __call__(self, question: str) -> str:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port)
            self._local.connection = connection
        connection.request("GET", f"/{self._delay}")
        return f"{question}: {connection.getresponse().read().decode()}"


@metric(version="1")
def answered(trial: Trial) -> bool:
    """Whether the answer came from the server."""
    return trial.response.text.endswith(": 50") or trial.response.text.endswith(": 200")


def harness(load: Load, port: int, store: Path) -> float:
    """Wall seconds of a run with its records on disk."""
    system = (BlockingClient if load.blocking else StreamClient)(port, load.delay)
    cases = tuple(Case(id=f"case-{index}", input=f"{index}") for index in range(load.calls))
    suite = Suite(name="waiting", dataset=Dataset(name="waiting", cases=cases), metrics=(answered,))
    options = RunOptions(concurrency=load.concurrency, progress="none")
    began = time.perf_counter()
    made = run(suite, system, store=store, options=options)
    wall = time.perf_counter() - began
    scores = [trial.outcome("answered") for trial in made.trials]
    if not made.complete or any(getattr(score, "value", 0.0) != 1.0 for score in scores):
        raise RuntimeError(f"{load.title}: not every call was answered")
    return wall


def bare(load: Load, port: int) -> float:
    """Wall seconds of a loop that makes the same calls and records nothing."""

    async def everything() -> float:
        client = StreamClient(port, load.delay)
        places = asyncio.Semaphore(load.concurrency)

        async def one(index: int) -> str:
            async with places:
                return await client(f"{index}")

        began = time.perf_counter()
        await asyncio.gather(*(one(index) for index in range(load.calls)))
        wall = time.perf_counter() - began
        client.close()
        return wall

    return asyncio.run(everything())


def measure(rounds: int) -> dict[Load, tuple[list[float], list[float]]]:
    """Wall seconds of the harness and of the bare loop by load; they take turns."""
    found: dict[Load, tuple[list[float], list[float]]] = {load: ([], []) for load in LOADS}
    with tempfile.TemporaryDirectory() as folder, waiting_server() as port:
        # What is imported late, or digested once for each process, is no part of the throughput.
        harness(Load(calls=2, concurrency=2, delay=50), port, Path(folder) / "warm")
        for turn in range(rounds):
            for number, load in enumerate(LOADS):
                ours, theirs = found[load]
                theirs.append(bare(load, port))
                ours.append(harness(load, port, Path(folder) / f"{turn}-{number}"))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write results/throughput.md")
    chosen = parser.parse_args(arguments)
    found = measure(chosen.rounds)
    rows = [
        [
            load.title,
            f"{load.ideal:.2f}",
            f"{min(ours):.3f} (median {statistics.median(ours):.3f})",
            f"{min(ours) / load.ideal:.3f}",
            f"{min(theirs):.3f}",
            f"{min(ours) / min(theirs):.3f}",
        ]
        for load, (ours, theirs) in found.items()
    ]
    headers = ("load", "ideal, s", "holdfast, s", "/ ideal", "bare async loop, s", "/ bare loop")
    targets = [
        Target(claim=f"{load.title}: wall / ideal", measured=min(ours) / load.ideal, limit=1.05)
        for load, (ours, _) in found.items()
    ]
    sections = [f"Best of {chosen.rounds} rounds, records on disk.", table(headers, rows)]
    write = "throughput" if chosen.write else None
    return finish("Calls at once", sections, targets, write=write)


if __name__ == "__main__":
    sys.exit(main())
