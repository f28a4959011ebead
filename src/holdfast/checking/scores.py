"""Scores: what the metrics of a suite say of many given answers; no system is called."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from holdfast.dataset import Case
from holdfast.digest import digest_bytes
from holdfast.metric import Metric, Outcome, Trial
from holdfast.options import RunOptions
from holdfast.running.calls import Caller
from holdfast.running.scoring import Scorer, metric_key
from holdfast.running.threads import run_to_end
from holdfast.storage.cache import Cache
from holdfast.storage.codec import response_text
from holdfast.store import private_folder
from holdfast.system import Response

__all__ = ["Question", "score_all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One answer to be scored."""

    case: Case
    response: Response


def score_all(
    questions: Sequence[Question],
    metrics: Sequence[Metric],
    *,
    options: RunOptions,
    store: Path | None = None,
) -> list[dict[str, Outcome]]:
    """Outcomes of each question by metric label, in the order given.

    Metrics are called as in a run, with its limits, time-outs and retries. With a store, scores
    that were given before are not asked for again.
    """
    if not questions:
        return []
    with ExitStack() as undo:
        cache = None
        if store is not None:
            cache = undo.enter_context(closing(Cache(private_folder(store / "cache"))))
        keyed = [(metric, metric_key(metric)) for metric in metrics]
        return run_to_end(_scored(questions, keyed, options=options, cache=cache))


async def _scored(
    questions: Sequence[Question],
    metrics: Sequence[tuple[Metric, str]],
    *,
    options: RunOptions,
    cache: Cache | None,
) -> list[dict[str, Outcome]]:
    caller = Caller(timeout=options.timeout, attempts=options.attempts)
    scorer = Scorer(metrics, caller=caller, cache=cache, most=options.concurrency)
    outcomes: list[dict[str, Outcome]] = [{} for _ in questions]

    async def work(numbers: Iterator[int]) -> None:
        for number in numbers:
            question = questions[number]
            trial = Trial(case=question.case, repeat=0, response=question.response, seconds=0.0)
            outcomes[number] = (
                await scorer.scores(trial, case=_about(question.case), answer=_said(question)) or {}
            )

    try:
        numbers = iter(range(len(questions)))
        await asyncio.gather(*(work(numbers) for _ in range(options.concurrency)))
    finally:
        caller.threads.close()
    return outcomes


def _about(case: Case) -> str:
    """Digest of everything that a metric can see of a case."""
    text = f"{case.id}\0{case.digest}\0{tuple(case.tags)}\0{case.cluster}\0{0}"
    return digest_bytes(text.encode("utf-8", "surrogatepass"))


def _said(question: Question) -> str:
    text = f"{response_text(question.response)}\0{0.0!r}"
    return digest_bytes(text.encode("utf-8", "surrogatepass"))
