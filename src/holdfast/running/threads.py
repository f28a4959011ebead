"""Threads that never hold up the end of the process: for calls that may hang, and for the loop."""

import asyncio
import contextvars
import functools
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Literal, TypeAlias, TypeVar

from holdfast.errors import UsageError

__all__ = ["Threads", "run_to_end"]

T = TypeVar("T")
_TIDYING = 10.0
_SLOW = 0.05
"""Seconds after which a call of a shared thread no longer counts as quick."""
# The queue carries calls of every type; each future knows its own.
_Job: TypeAlias = "tuple[Callable[[], Any], contextvars.Context, asyncio.Future[Any]]"
_Jobs: TypeAlias = "SimpleQueue[_Job | None]"


class _Lane:
    """Jobs of one thread that makes many calls each time that it is woken."""

    def __init__(self) -> None:
        self.jobs: deque[_Job] = deque()
        self.began: float | None = None
        """When the call under way began, or None between calls."""
        self.started = False
        self.left = False
        """Another lane has taken over."""
        self._awake = False
        self._bell: SimpleQueue[Literal["ring", "end"]] = SimpleQueue()

    def add(self, job: _Job) -> None:
        self.jobs.append(job)
        if not self._awake:
            self._awake = True
            self._bell.put("ring")

    def take(self) -> "_Job | None":
        """The next job, when there is one; None once the lane is closed."""
        while True:
            with suppress(IndexError):
                return self.jobs.popleft()
            # A job that is added before this line is found below, a later one rings.
            self._awake = False
            if not self.jobs and self._bell.get() == "end":
                return None

    def close(self) -> None:
        self._bell.put("end")


class Threads:
    """Daemon threads for blocking calls, as many as are under way; a hung one is left behind."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._idle: list[_Jobs] = []
        self._lane = _Lane()
        self._watched = False
        self._done: deque[tuple[asyncio.Future[Any], object, _Jobs | None]] = deque()
        self._called = False
        self._closed = False

    def call(self, function: Callable[[], T]) -> "asyncio.Future[T]":
        """Future of the result of a function that raises nothing, run in a thread of its own."""
        jobs = self._idle.pop() if self._idle else self._start()
        future: asyncio.Future[T] = self._loop.create_future()
        jobs.put((function, contextvars.copy_context(), future))
        return future

    def share(self, function: Callable[[], T]) -> "asyncio.Future[T]":
        """Future of the result of a quick function that raises nothing.

        Quick functions share one thread, because waking a thread costs more than most of them. One
        that turns out slow keeps that thread to itself, and the others go on in a new one.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._relieve()
        lane = self._lane
        if not lane.started:
            lane.started = True
            threading.Thread(target=self._serve, args=(lane,), name="holdfast", daemon=True).start()
        lane.add((function, contextvars.copy_context(), future))
        if not self._watched:
            self._watched = True
            self._loop.call_later(_SLOW, self._watch)
        return future

    def _watch(self) -> None:
        self._relieve()
        self._watched = bool(self._lane.jobs)
        if self._watched:
            self._loop.call_later(_SLOW, self._watch)

    def _relieve(self) -> None:
        """Give the waiting jobs of a lane that is held up to a new one."""
        held, began = self._lane, self._lane.began
        if began is None or time.monotonic() - began < _SLOW:
            return
        held.left = True
        self._lane = _Lane()
        self._lane.started = True
        threading.Thread(
            target=self._serve, args=(self._lane,), name="holdfast", daemon=True
        ).start()
        while held.jobs:
            with suppress(IndexError):  # the held thread came back and took it
                self._lane.add(held.jobs.popleft())

    def _serve(self, lane: "_Lane") -> None:
        while not lane.left:
            job = lane.take()
            if job is None:
                return
            function, context, future = job
            lane.began = time.monotonic()
            result = context.run(function)
            lane.began = None
            self._tell(future, result, None)
            del job, function, context, future, result

    def close(self) -> None:
        """Let the idle threads end; those that hang end with the process."""
        self._closed = True
        self._lane.close()
        while self._idle:
            self._idle.pop().put(None)

    def _start(self) -> _Jobs:
        jobs: _Jobs = SimpleQueue()
        threading.Thread(target=self._work, args=(jobs,), name="holdfast", daemon=True).start()
        return jobs

    def _work(self, jobs: _Jobs) -> None:
        while (job := jobs.get()) is not None:
            function, context, future = job
            result = context.run(function)
            self._tell(future, result, jobs)
            del job, function, context, future, result

    def _tell(self, future: "asyncio.Future[Any]", result: object, jobs: "_Jobs | None") -> None:
        self._done.append((future, result, jobs))
        # Results that come while the loop is busy wake it once, not once each.
        if not self._called:
            self._called = True
            self._loop.call_soon_threadsafe(self._collect)

    def _collect(self) -> None:
        # What is appended before this line is collected below, what comes later calls again.
        self._called = False
        while self._done:
            self._finish(*self._done.popleft())

    def _finish(self, future: "asyncio.Future[Any]", result: object, jobs: "_Jobs | None") -> None:
        if not future.done():
            future.set_result(result)
        if jobs is None:
            return
        if self._closed:
            jobs.put(None)
        else:
            self._idle.append(jobs)


@functools.cache
def _background(process: int) -> tuple[asyncio.AbstractEventLoop, threading.Thread]:
    """The one event loop of a process, in a daemon thread.

    One loop for all runs lets systems share an async client, whose connections belong to the loop
    that opened them. A forked child has another process id and so gets a loop of its own.
    """
    loop = asyncio.new_event_loop()
    name = f"holdfast-loop-{process}"
    thread = threading.Thread(target=loop.run_forever, name=name, daemon=True)
    thread.start()
    return loop, thread


def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """Result of a coroutine, run from any thread, whether an event loop runs there or not.

    On Ctrl-C the coroutine is cancelled and may tidy up before KeyboardInterrupt goes on.

    Raises:
        UsageError: called by an async system or metric, which would wait for itself.
    """
    loop, thread = _background(os.getpid())
    if threading.current_thread() is thread:
        work.close()
        raise UsageError(
            "a run was begun inside an async system or metric of another run; "
            "make the outer one a plain `def`"
        )
    begun, ended = threading.Event(), threading.Event()

    async def observed() -> T:
        begun.set()
        try:
            return await work
        finally:
            ended.set()

    future = asyncio.run_coroutine_threadsafe(observed(), loop)
    try:
        return future.result()
    except KeyboardInterrupt:
        future.cancel()
        if begun.is_set():
            ended.wait(timeout=_TIDYING)
        else:
            work.close()
        raise
