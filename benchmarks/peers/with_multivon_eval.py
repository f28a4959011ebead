"""The instant task in multivon-eval: its report stays in memory."""

import asyncio
import sys

from clock import CONCURRENCY, answer, clock, questions
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


def main() -> None:
    """Time one evaluation."""
    number = int(sys.argv[1])
    suite = EvalSuite("instant")
    suite.add_cases(
        [EvalCase(input=question, expected_output=wanted) for question, wanted in questions(number)]
    )
    suite.add_evaluators(Exact(), Answered(), Brevity())

    def evaluated() -> EvalReport:
        return asyncio.run(suite.run_async(answer, verbose=False, concurrency=CONCURRENCY))

    clock(evaluated, cases=number, count=scores_in)


if __name__ == "__main__":
    main()
