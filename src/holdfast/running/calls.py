"""Calls of other people's code: timed, bounded in time, retried where infrastructure failed."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from holdfast.metric import Failure, Stage
from holdfast.redaction import redacted_text
from holdfast.running.limits import Limiter, Place, diagnose
from holdfast.running.threads import Threads

__all__ = ["Call", "Caller", "Reply", "guarded", "is_async"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One thing to call, as often as it takes."""

    function: Callable[[], object]
    asynchronous: bool
    limiter: Limiter
    stage: Stage
    """Stage of the failure where the function itself fails."""
    missing: str
    """What is missing after a time-out: `answer` or `score`."""
    quick: bool = False
    """A plain function that is expected to take less time than waking a thread for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How a call ended."""

    value: object = None
    error: BaseException | None = None
    failure: Failure | None = None
    seconds: float = 0.0
    """Wall time of the last attempt."""
    attempts: int = 1


def is_async(function: object) -> bool:
    """Whether calling the function makes a coroutine, so that it needs no thread."""
    while isinstance(function, partial):
        function = cast("partial[Any]", function).func
    by_class = inspect.getattr_static(type(function), "__call__", None)
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(by_class)


# Whatever other people's code raises is data about it. Exits, a test framework's skip and panics of
# compiled code derive from BaseException, and would end a thread or the loop in silence.
def guarded(function: Callable[[], object]) -> Reply:
    """Reply of a plain function, whatever it raises."""
    began = time.perf_counter()
    try:
        value = function()
    except BaseException as error:  # noqa: BLE001  # it becomes a Failure
        return Reply(error=error, seconds=time.perf_counter() - began)
    return Reply(value=value, seconds=time.perf_counter() - began)


async def _guarded_async(function: Callable[[], Any], ended: Callable[[], None]) -> Reply:
    began = time.perf_counter()
    try:
        value = await function()
    except (asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001  # it becomes a Failure
        return Reply(error=error, seconds=time.perf_counter() - began)
    finally:
        ended()
    return Reply(value=value, seconds=time.perf_counter() - began)


def _nothing() -> None:
    """For calls that nobody waits for."""


class Caller:
    """Makes the calls of one session of a run.

    `one_by_one` lets the next call begin after the caller of the last one has seen its reply, so
    that a budget is overdrawn by the calls under way and by no other; else it begins at once.
    """

    def __init__(self, *, timeout: float, attempts: int, one_by_one: bool = False) -> None:
        self._one_by_one = one_by_one
        self.loop = asyncio.get_running_loop()
        self.threads = Threads(self.loop)
        self.timeout = timeout
        self._attempts = attempts
        self._limiters: list[Limiter] = []
        self._stopping = asyncio.Event()

    def limiter(self, most: int, *, seed: int) -> Limiter:
        """A limiter that `stop` closes."""
        limiter = Limiter(most, seed=seed)
        self._limiters.append(limiter)
        return limiter

    @property
    def stopping(self) -> bool:
        """No new call is begun any more."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Begin no new call; those under way go on."""
        self._stopping.set()
        for limiter in self._limiters:
            limiter.close()

    async def settle(self, call: Call) -> Reply | None:
        """Reply of a call after as many attempts as it needs; None where `stop` came first."""
        attempt = 0
        while True:
            attempt += 1
            if not await call.limiter.enter():
                return None
            began = self.loop.time()
            place = Place(call.limiter)
            try:
                reply = await self.once(call, ended=_nothing if self._one_by_one else place.leave)
            finally:
                place.leave()
            if reply.error is None:
                call.limiter.succeeded()
                return replace(reply, attempts=attempt) if attempt > 1 else reply
            diagnosis = diagnose(reply.error)
            if diagnosis.kind == "own":
                failure = Failure(stage=call.stage, error=described(reply.error))
                return replace(reply, failure=failure, attempts=attempt)
            call.limiter.failed(diagnosis, began=began)
            if diagnosis.kind == "refused" or attempt >= self._attempts:
                error = described(reply.error)
                error += f" (after {attempt} attempts)" if attempt > 1 else ""
                failure = Failure(stage="infrastructure", error=error)
                return replace(reply, failure=failure, attempts=attempt)
            if await self._pause(call.limiter.backoff(diagnosis, attempt=attempt)):
                return None

    async def once(self, call: Call, *, ended: Callable[[], None] = _nothing) -> Reply:
        """Reply of one attempt; `ended` is called at once when an async function is over."""
        deadline = self.loop.time() + self.timeout
        if call.asynchronous:
            reply = await self._by(
                deadline, self.loop.create_task(_guarded_async(call.function, ended))
            )
        else:
            begin = self.threads.share if call.quick else self.threads.call
            reply = await self._by(deadline, begin(partial(guarded, call.function)))
        if reply is not None and inspect.isawaitable(reply.value):
            value = cast("Awaitable[object]", reply.value)
            spent = reply.seconds
            reply = await self._by(
                deadline, self.loop.create_task(_guarded_async(lambda: value, ended))
            )
            reply = reply and replace(reply, seconds=reply.seconds + spent)
        if reply is None:
            error = f"no {call.missing} within {self.timeout:g} s"
            return Reply(failure=Failure(stage=call.stage, error=error), seconds=self.timeout)
        return reply

    async def _by(self, deadline: float, future: "asyncio.Future[Reply]") -> Reply | None:
        """Result of a future, or None at the deadline; what resists cancelling is left behind."""
        # asyncio.wait does the same at three times the cost.
        waiter: asyncio.Future[None] = self.loop.create_future()
        release = partial(_release, waiter)
        timer = self.loop.call_at(deadline, release, None)
        future.add_done_callback(release)
        try:
            await waiter
            if not future.done():
                return None
            if future.cancelled():
                return Reply(error=asyncio.CancelledError("the call cancelled itself"))
            return future.result()
        finally:
            timer.cancel()
            if not future.done():
                future.cancel()

    async def _pause(self, seconds: float) -> bool:
        """Wait, but not for longer than until `stop`; whether that came first."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True


def _release(waiter: "asyncio.Future[None]", _: object) -> None:
    if not waiter.done():
        waiter.set_result(None)


def described(error: BaseException | None) -> str:
    """One line about an exception: its class and its message, without keys and passwords."""
    text = redacted_text(str(error).strip())
    name = type(error).__qualname__
    return f"{name}: {text}" if text else name
