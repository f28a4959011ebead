"""Gathering: requests of many threads, decoded together by one."""

import threading
from collections.abc import Sequence
from time import perf_counter

from systems.models.batch import Batch
from systems.models.lane import Lane

__all__ = ["Gatherer"]

_IDLE = 0.2
"""Seconds without work after which the thread ends; the next request starts another. A program
that ends waits so long at most: a thread that is killed inside of torch would abort it."""


_PATIENCE = 0.1
"""Seconds after which a request joins a running batch alone."""


class Gatherer:
    """Feeds a batch from a queue; its thread lives while there is work."""

    def __init__(self, batch: Batch, *, most: int, wait: float) -> None:
        """Decode at most `most` lanes at once; an idle batch waits `wait` seconds for company."""
        self._batch = batch
        self._most = most
        self._wait = wait
        self._waiting: list[Lane] = []
        self._news = threading.Condition()
        self._running = False
        self._thread: threading.Thread | None = None

    def submit(self, lanes: Sequence[Lane]) -> None:
        """Queue lanes; each tells by its future when it is over."""
        with self._news:
            self._waiting += lanes
            # In a copy of the process the thread is gone, whatever it had in mind.
            if not self._running or self._thread is None or not self._thread.is_alive():
                self._running = True
                self._thread = threading.Thread(target=self._run, name="model")
                self._thread.start()
            self._news.notify()

    def _run(self) -> None:
        while self._work_is_there():
            try:
                self._turn()
            except BaseException as error:  # noqa: BLE001  # each waiting caller gets it
                for lane in self._batch.abandon():
                    lane.fail(error)

    def _turn(self) -> None:
        lanes = self._next() if self._batch.open else ()
        try:
            _check_main_thread()
            if lanes:
                self._batch.admit(lanes)
            if self._batch.lanes:
                self._batch.step()
        except BaseException as error:
            for lane in lanes:
                lane.fail(error)
            raise

    def _work_is_there(self) -> bool:
        if self._batch.lanes:
            return True
        with self._news:
            if not self._waiting:
                self._news.wait_for(lambda: self._waiting, _IDLE)
            if not self._waiting:
                self._running = False
                return False
            if len(self._waiting) < self._most:
                self._news.wait_for(lambda: len(self._waiting) >= self._most, self._wait)
            return True

    def _next(self) -> tuple[Lane, ...]:
        """The oldest waiting lane, and those whose prompts are about as long, to pad little."""
        with self._news:
            free = self._most - len(self._batch.lanes)
            if not self._are_enough(min(free, len(self._waiting))):
                return ()
            length = len(self._waiting[0].prompt)
            near = sorted(
                range(len(self._waiting)),
                key=lambda number: (
                    number != 0,
                    abs(len(self._waiting[number].prompt) - length),
                    number,
                ),
            )
            chosen = set(near[:free])
            lanes = tuple(lane for n, lane in enumerate(self._waiting) if n in chosen)
            self._waiting = [lane for n, lane in enumerate(self._waiting) if n not in chosen]
            return lanes

    def _are_enough(self, count: int) -> bool:
        """Whether so many may join now: it costs a copy of what the running ones remember."""
        running = len(self._batch.lanes)
        if not count or not running or 4 * count >= running:
            return count > 0
        return perf_counter() - self._waiting[0].began > _PATIENCE


def _check_main_thread() -> None:
    if not threading.main_thread().is_alive():
        raise RuntimeError("the program ended before the model had answered")
