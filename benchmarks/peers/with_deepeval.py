"""The instant task in deepeval: it scores answers that are there, so they are made first."""

import asyncio
from collections.abc import Callable

from clock import CONCURRENCY, Pairs, answer, clock
from deepeval import evaluate
from deepeval.evaluate import AsyncConfig, DisplayConfig
from deepeval.evaluate.types import EvaluationResult
from deepeval.metrics import BaseMetric
from deepeval.test_case import LLMTestCase


class _Instant(BaseMetric):
    """A metric that needs no model."""

    threshold = 0.5
    async_mode = True

    def value(self, case: LLMTestCase) -> float:
        raise NotImplementedError

    def measure(self, test_case: LLMTestCase, *_: object, **__: object) -> float:
        self.score = self.value(test_case)
        self.success = self.score >= self.threshold
        return self.score

    async def a_measure(self, test_case: LLMTestCase, *_: object, **__: object) -> float:
        return self.measure(test_case)

    def is_successful(self) -> bool:
        return bool(self.success)


class Exact(_Instant):
    """Whether the answer is the expected one."""

    __name__ = "exact"

    def value(self, case: LLMTestCase) -> float:
        return float(case.actual_output == case.expected_output)


class Answered(_Instant):
    """Whether there is an answer."""

    __name__ = "answered"

    def value(self, case: LLMTestCase) -> float:
        return float(bool(case.actual_output))


class Brevity(_Instant):
    """One over the number of words."""

    __name__ = "brevity"

    def value(self, case: LLMTestCase) -> float:
        return 1.0 / (1 + (case.actual_output or "").count(" "))


async def answers(pairs: Pairs) -> list[LLMTestCase]:
    """Test cases with their answers, made with the same concurrency."""
    places = asyncio.Semaphore(CONCURRENCY)

    async def one(question: str, expected: str) -> LLMTestCase:
        async with places:
            said = await answer(question)
        return LLMTestCase(input=question, actual_output=said, expected_output=expected)

    return list(await asyncio.gather(*(one(*pair) for pair in pairs)))


def evaluated(pairs: Pairs) -> EvaluationResult:
    """Result of answering and scoring every question."""
    return evaluate(
        test_cases=asyncio.run(answers(pairs)),
        metrics=[Exact(), Answered(), Brevity()],
        async_config=AsyncConfig(max_concurrent=CONCURRENCY),
        display_config=DisplayConfig(
            show_indicator=False, print_results=False, inspect_after_run=False
        ),
    )


def scores_in(result: EvaluationResult) -> int:
    """Number of scores of a result."""
    return sum(len(test.metrics_data or ()) for test in result.test_results)


def prepare(pairs: Pairs) -> Callable[[], EvaluationResult]:
    """Answering and scoring these questions."""
    return lambda: evaluated(pairs)


if __name__ == "__main__":
    clock(prepare, count=scores_in)
