"""Scoring: what every metric of a suite says of one trial."""

import asyncio
import math
import numbers
from collections.abc import Iterable
from functools import partial
from inspect import isawaitable, iscoroutine
from typing import Any

from holdfast.digest import digest_json
from holdfast.identity.fingerprint import fingerprint
from holdfast.later import Later
from holdfast.metric import Failure, Metric, Outcome, Score, Trial
from holdfast.running.calls import Call, Caller, Reply, described, guarded, is_async
from holdfast.running.limits import diagnose
from holdfast.storage.cache import Cache, score_key
from holdfast.storage.codec import score_from, score_text

__all__ = ["Scorer", "metric_key", "outcome_of"]

_ROUNDING = 1e-9
# A metric slower than this is called beside the others instead of after them.
_QUICK = 0.01


def metric_key(metric: Metric) -> str:
    """Digest of everything of a metric that can change its scores."""
    found = fingerprint(metric)
    return digest_json([found.spec.digest, found.code, found.state])


class _Judge:
    """A metric with what is known about calling it."""

    def __init__(self, metric: Metric, *, key: str, caller: Caller, most: int) -> None:
        self.metric = metric
        self.label = metric.spec.label
        # A function that names no version may read what its source does not show.
        self.kept = bool(getattr(metric, "declared", True))
        self.bounds = metric.bounds
        self.key = key
        self.asynchronous = is_async(metric)
        self.alone = self.asynchronous
        self.limiter = caller.limiter(most, seed=0)

    def call(self, trial: Trial) -> Call:
        return Call(
            function=partial(self.metric, trial),
            asynchronous=self.asynchronous,
            limiter=self.limiter,
            stage="metric",
            missing="score",
        )


def _is_kept(judge: _Judge) -> bool:
    return judge.kept


class Scorer:
    """Scores trials; scores that the cache knows are not computed again."""

    def __init__(
        self,
        metrics: Iterable[tuple[Metric, str]],
        *,
        caller: Caller,
        cache: Cache | None,
        most: int,
    ) -> None:
        self._judges = [
            _Judge(metric, key=key, caller=caller, most=most) for metric, key in metrics
        ]
        self._caller = caller
        self._cache = cache

    async def scores(
        self, trial: Trial, *, case: str, answer: str, read: bool = True
    ) -> dict[str, Outcome] | None:
        """Outcome by metric label, in the order of the suite; None where the run was stopped.

        `case` and `answer` are digests of what the metrics see; `read` allows kept scores.
        """
        found: dict[str, Outcome] = {}
        keys: dict[str, str] = {}
        if self._cache is not None:
            for judge in filter(_is_kept, self._judges):
                key = keys[judge.label] = score_key(judge.key, case, answer)
                kept = self._cache.score(key) if read else None
                if kept is not None:
                    found[judge.label] = score_from(kept)
        missing = [judge for judge in self._judges if judge.label not in found]
        if missing:
            fresh = await self._ask(missing, trial)
            if fresh is None:
                return None
            for label, outcome in fresh.items():
                self._keep(keys.get(label), outcome)
            found |= fresh
        return {judge.label: found[judge.label] for judge in self._judges}

    def _keep(self, key: str | None, outcome: Outcome) -> None:
        if self._cache is not None and key is not None and isinstance(outcome, Score):
            self._cache.keep_score(key, score_text(outcome))

    async def _ask(self, judges: list[_Judge], trial: Trial) -> dict[str, Outcome] | None:
        """Outcomes of the metrics: quick ones together in one thread, the others side by side."""
        replies = await self._together([judge for judge in judges if not judge.alone], trial)
        alone = [judge for judge in judges if judge.label not in replies]
        if len(alone) == 1:
            replies[alone[0].label] = await self._caller.settle(alone[0].call(trial))
        elif alone:
            settled = await asyncio.gather(
                *(self._caller.settle(judge.call(trial)) for judge in alone)
            )
            replies |= {judge.label: reply for judge, reply in zip(alone, settled, strict=True)}
        outcomes: dict[str, Outcome] = {}
        for label, reply in replies.items():
            if reply is None:
                return None
            bounds = next(judge.bounds for judge in judges if judge.label == label)
            outcomes[label] = reply.failure or outcome_of(reply.value, label=label, bounds=bounds)
        return outcomes

    async def _together(self, judges: list[_Judge], trial: Trial) -> dict[str, Reply | None]:
        """Replies of quick metrics, all in one thread; one that met a fault or hung is left out.

        A thread costs more than most metrics do, and a metric may need one: it may block, or run
        an event loop of its own.
        """
        if not judges:
            return {}
        replies: list[Reply] = []
        call = Call(
            function=partial(_all, judges, trial, replies),
            asynchronous=False,
            limiter=judges[0].limiter,
            stage="metric",
            missing="score",
            quick=True,
        )
        late = await self._caller.once(call)
        done: dict[str, Reply | None] = {}
        told = list(replies)
        for judge, reply in zip(judges, told, strict=False):
            kind = None if reply.error is None else diagnose(reply.error).kind
            awaitable = isawaitable(reply.value)
            value: Any = reply.value
            if iscoroutine(value) or isinstance(value, Later):
                value.close()  # the metric is asked again, as one that stands alone
            judge.alone = awaitable or kind not in (None, "own") or reply.seconds > _QUICK
            if kind == "own":
                failure = Failure(stage="metric", error=described(reply.error))
                done[judge.label] = Reply(failure=failure)
            elif kind is None and not awaitable:
                done[judge.label] = reply
        if len(told) < len(judges):
            hung = judges[len(told)]
            hung.alone = True
            done[hung.label] = late
        return done


def _all(judges: list[_Judge], trial: Trial, replies: list[Reply]) -> None:
    for judge in judges:
        reply = guarded(partial(judge.metric, trial))
        replies.append(reply)  # seen even where the next one hangs


def outcome_of(value: object, *, label: str, bounds: tuple[float, float] | None = None) -> Outcome:
    """Outcome of anything that a metric may return.

    What is not a finite number within the metric's bounds is a failure: a comparison that believes
    the bounds would be wrong about it.
    """
    why = ""
    if isinstance(value, Failure):
        return value
    if isinstance(value, Score):
        value, why = value.value, str(value.why)
    if not isinstance(value, numbers.Real):
        error = f"{label} returned {value!r:.80}, which is neither a Score, a number nor a Failure"
        return Failure(stage="metric", error=error)
    number = float(value)
    if not math.isfinite(number):
        error = f"{label} returned {number}; return a Failure where there is nothing to score"
        return Failure(stage="metric", error=error)
    if bounds is not None and not bounds[0] <= number <= bounds[1]:
        nearest = min(max(number, bounds[0]), bounds[1])
        if abs(number - nearest) > _ROUNDING:
            error = f"{label} returned {number}, outside its bounds {bounds[0]} to {bounds[1]}"
            return Failure(stage="metric", error=error)
        number = nearest
    return Score(number, why)
