"""The instant task in multivon-eval: its report stays in memory."""

import asyncio
from collections.abc import Callable

from clock import CONCURRENCY, Pairs, answer, clock
from multivon_eval import EvalCase, EvalSuite
from multivon_eval.evaluators.base import Evaluator
from multivon_eval.result import EvalReport, EvalResult


class _Instant(Evaluator):
    """An evaluator that needs no thread."""

    async def aevaluate(self, case: EvalCase, output: str, **_: object) -> EvalResult:
        return self.evaluate(case, output)


class Exact(_Instant):
    """Whether the answer is the expected one."""

    name = "exact"

    def evaluate(self, case: EvalCase, output: str) -> EvalResult:
        return self._result(float(output == case.expected_output))


class Answered(_Instant):
    """Whether there is an answer."""

    name = "answered"

    def evaluate(self, case: EvalCase, output: str) -> EvalResult:
        return self._result(float(bool(output)))


class Brevity(_Instant):
    """One over the number of words."""

    name = "brevity"

    def evaluate(self, case: EvalCase, output: str) -> EvalResult:
        return self._result(1.0 / (1 + output.count(" ")))


def scores_in(report: EvalReport) -> int:
    """Number of scores of a report."""
    return sum(len(case.results) for case in report.case_results)


def prepare(pairs: Pairs) -> Callable[[], EvalReport]:
    """The run of a suite of these cases."""
    suite = EvalSuite("instant")
    suite.add_cases(
        [EvalCase(input=question, expected_output=wanted) for question, wanted in pairs]
    )
    suite.add_evaluators(Exact(), Answered(), Brevity())
    return lambda: asyncio.run(suite.run_async(answer, verbose=False, concurrency=CONCURRENCY))


if __name__ == "__main__":
    clock(prepare, count=scores_in)
