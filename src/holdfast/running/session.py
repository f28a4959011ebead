"""Session: the trials of a run being made, as many at once as are allowed."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256

from holdfast.dataset import Case
from holdfast.digest import digest_bytes, digest_json
from holdfast.metric import Failure, Metric, Outcome, Trial
from holdfast.options import RunOptions
from holdfast.record import CaseRecord, TrialRecord
from holdfast.running.answer import Answered, received, recorded
from holdfast.running.calls import Call, Caller, guarded, is_async
from holdfast.running.progress import Progress
from holdfast.running.recording import Recording
from holdfast.running.scoring import Scorer
from holdfast.running.subject import Subject
from holdfast.storage.cache import Batch, Cache, CallKey
from holdfast.storage.codec import plain, response_from

__all__ = ["Session", "call_seed"]

_TICK = 1.0
_FAREWELL = 1.0
_BREATH = 32


def call_seed(seed: int, case_id: str, *, repeat: int) -> int:
    """Seed of one call, the same on every machine: 31 bits, as every library accepts."""
    text = f"{seed}\0{case_id}\0{repeat}".encode("utf-8", "surrogatepass")
    return int.from_bytes(sha256(text).digest()[:4]) >> 1


class Session:
    """Makes trials of a recording, batch by batch.

    `make` may be called any number of times, one call after the other; limits, budget, progress and
    the cache go on from one batch to the next. `close` ends the session, from any thread.
    """

    def __init__(
        self,
        subject: Subject,
        recording: Recording,
        *,
        metrics: tuple[tuple[Metric, str], ...],
        cache: Cache | None,
        options: RunOptions,
    ) -> None:
        self._subject = subject
        self._recording = recording
        self._metrics = metrics
        self._cache = cache
        self._options = options
        self._progress = Progress(
            recording.wanted,
            done=recording.done,
            style=options.progress,
            stream=options.stream,
            name=f"{recording.head.suite}/{recording.head.system.name}",
        )
        self._tokens = 0
        self._cost = 0.0
        self._streak = 0
        self._opened = False
        self._block: int | None = None
        self.stopped = (
            "" if subject.answers is None else "there are cases without a recorded answer"
        )
        """Why the run is incomplete, if it is, once the session has ended."""

    @property
    def stopping(self) -> bool:
        """A budget is spent: `make` makes nothing more."""
        return self._opened and self._caller.stopping

    def pending(self) -> Iterator[tuple[CaseRecord, int]]:
        """Trials that are not made yet and can be, in the order of the dataset."""
        answers = self._subject.answers
        for case, repeat in self._recording.pending():
            if answers is None or (case.id, repeat) in answers:
                yield case, repeat

    async def make(
        self, trials: Iterable[tuple[CaseRecord, int]], *, block: int | None = None
    ) -> None:
        """Make these trials, until all are made or a budget is spent; `block` is their place."""
        if not self._opened:
            self._open()
        self._block = block
        self._watch_budget()
        batch = iter(trials)
        # Twice as many workers as calls: while one scores its answer, another asks the system.
        number = 2 * self._options.concurrency
        crew = asyncio.gather(*(self._worker(batch) for _ in range(number)))
        tender = asyncio.ensure_future(self._tend())
        try:
            await asyncio.wait((crew, tender), return_when=asyncio.FIRST_COMPLETED)
            (tender if tender.done() else crew).result()
        finally:
            crew.cancel()
            tender.cancel()
            await asyncio.wait((crew, tender), timeout=_FAREWELL)
            # What was cancelled is no news, and asyncio complains of errors nobody looked at.
            _ = crew.done() and (crew.cancelled() or crew.exception())

    def expect(self, trials: int) -> None:
        """Say how many trials the run is to have after all."""
        self._progress.expect(trials)

    def close(self, *, said: str = "") -> None:
        """Let go of the threads and draw the last state, with what there is to be said of it."""
        if self._opened:
            self._caller.loop.call_soon_threadsafe(self._caller.threads.close)
        self._progress.finish(said=said)

    def _open(self) -> None:
        """Begin the first batch, on the event loop that all batches share."""
        options = self._options
        spends = options.budget.tokens is not None or options.budget.cost is not None
        self._caller = Caller(timeout=options.timeout, attempts=options.attempts, one_by_one=spends)
        self._opened = True
        self._began = self._tended = self._caller.loop.time()
        self._limiter = self._caller.limiter(options.concurrency, seed=options.seed)
        self._asynchronous = is_async(self._subject.system)
        self._scorer = Scorer(
            self._metrics, caller=self._caller, cache=self._cache, most=options.concurrency
        )

    async def _worker(self, batch: Iterator[tuple[CaseRecord, int]]) -> None:
        for case, repeat in batch:
            if self._caller.stopping or not await self._trial(case, repeat):
                return

    async def _tend(self) -> None:
        """Everything that is done once a second rather than once a trial."""
        while True:
            # Many short batches are tended as often as one long one.
            await asyncio.sleep(max(0.0, self._tended + _TICK - self._caller.loop.time()))
            self._tended = self._caller.loop.time()
            batch = None if self._cache is None else self._cache.take()
            save = partial(guarded, partial(self._save, batch))
            reply = await self._caller.threads.call(save)
            if reply.error is not None:
                raise reply.error
            self._progress.show()
            self._watch_budget()

    def _save(self, batch: Batch | None) -> None:
        self._recording.sync()
        if self._cache is not None and batch is not None:
            self._cache.write(batch)

    def _watch_budget(self) -> None:
        budget = self._options.budget
        if self._caller.stopping:
            return
        if budget.tokens is not None and self._tokens >= budget.tokens:
            self.stopped = f"the budget of {budget.tokens} tokens is spent"
        elif budget.cost is not None and self._cost >= budget.cost:
            self.stopped = f"the budget of {budget.cost:g} US dollars is spent"
        elif budget.seconds is not None and self._elapsed() >= budget.seconds:
            self.stopped = f"the budget of {budget.seconds:g} seconds is spent"
        else:
            return
        self._caller.stop()

    def _elapsed(self) -> float:
        return self._caller.loop.time() - self._began

    async def _trial(self, case: CaseRecord, repeat: int) -> bool:
        """Make one trial and record it; False where the session was stopped before it ended."""
        answered = await self._answered(case, repeat)
        if answered is None:
            return False
        scores: dict[str, Outcome] | None = {}
        if answered.response is not None:
            trial = Trial(
                case=_case(case),
                repeat=repeat,
                response=answered.response,
                seconds=answered.seconds,
            )
            scores = await self._scored(trial, case=case, answered=answered)
            if scores is None:
                return False
        elif answered.failure is None:
            missing = Failure(stage="metric", error="the record holds no response to score")
            scores = {metric.spec.label: missing for metric, _ in self._metrics}
        record = TrialRecord(
            case_id=case.id,
            repeat=repeat,
            response=answered.response,
            failure=answered.failure,
            scores=scores,
            seconds=answered.seconds,
            attempts=answered.attempts,
            cached=answered.cached,
            block=answered.block,
            began=answered.began,
        )
        self._recording.add(record, answer=answered.text)
        self._progress.advance(failed=answered.failure is not None)
        return True

    async def _scored(
        self, trial: Trial, *, case: CaseRecord, answered: Answered
    ) -> dict[str, Outcome] | None:
        # Everything that a metric can see is in these two digests.
        about = f"{case.id}\0{case.digest}\0{case.tags}\0{case.cluster}\0{trial.repeat}"
        said = f"{answered.text}\0{answered.seconds!r}"
        return await self._scorer.scores(
            trial,
            case=digest_bytes(about.encode("utf-8", "surrogatepass")),
            answer=digest_bytes(said.encode("utf-8", "surrogatepass")),
            # The seconds of a new answer are new, so that no score can have been kept for it.
            read=answered.cached and not self._options.fresh,
        )

    async def _answered(self, case: CaseRecord, repeat: int) -> Answered | None:
        """Answer from the record, the cache or the system; None where the session was stopped."""
        if self._subject.answers is not None:
            return recorded(self._subject.answers[case.id, repeat])
        seed = call_seed(self._options.seed, case.id, repeat=repeat)
        key = CallKey(
            system=self._subject.key, input=digest_json(case.input), repeat=repeat, seed=seed
        )
        kept = self._look_up(key)
        if kept is not None:
            self._streak += 1
            if self._streak % _BREATH == 0:  # a run from the cache alone would never let go
                await asyncio.sleep(0)
            return kept
        reply = await self._caller.settle(self._call(case, seed))
        if reply is None:
            return None
        answered = received(reply)
        if self._block is not None:
            began = self._elapsed() - reply.seconds
            answered = replace(answered, block=self._block, began=began)
        if answered.response is not None and answered.text is not None:
            usage = answered.response.usage
            self._tokens += usage.input_tokens + usage.output_tokens
            self._cost += usage.cost
            self._watch_budget()
            if self._cache is not None and self._reusable:
                self._cache.keep_answer(key, answered.text, seconds=answered.seconds)
        # Waiting calls begin before this answer is scored.
        await asyncio.sleep(0)
        return answered

    @property
    def _reusable(self) -> bool:
        return self._subject.declared and self._subject.obstacle is None

    def _call(self, case: CaseRecord, seed: int) -> Call:
        # The copy keeps a system that edits its input from editing the record.
        function = partial(self._subject.system, plain(case.input))
        if self._subject.seeded:
            function = partial(function, seed=seed)
        return Call(
            function=function,
            asynchronous=self._asynchronous,
            limiter=self._limiter,
            stage="system",
            missing="answer",
        )

    def _look_up(self, key: CallKey) -> Answered | None:
        """Kept answer of a call; where there is none, the reason is counted."""
        if self._cache is None:
            return None
        if not self._reusable:
            why = self._subject.obstacle or "declares no spec, so its answers are asked for anew"
            self._recording.missed(f"not cacheable: the system {why}")
            return None
        if self._options.fresh:
            self._recording.missed("fresh run asked for")
            return None
        kept = self._cache.answer(key)
        if kept is None:
            self._recording.missed(self._cache.reason(key))
            return None
        text, seconds = kept
        return Answered(
            response=response_from(json.loads(text)), text=text, seconds=seconds, cached=True
        )


def _case(case: CaseRecord) -> Case:
    return Case(
        id=case.id,
        input=case.input,
        expected=case.expected,
        tags=case.tags,
        cluster=case.cluster,
    )
