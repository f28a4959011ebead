"""The instant task in pydantic-evals: its report stays in memory."""

from collections.abc import Callable
from dataclasses import dataclass

from clock import CONCURRENCY, Pairs, answer, clock
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import Evaluator, EvaluatorContext
from pydantic_evals.reporting import EvaluationReport

Context = EvaluatorContext[str, str, None]


@dataclass
class Exact(Evaluator[str, str, None]):
    """Whether the answer is the expected one."""

    def evaluate(self, ctx: Context) -> bool:
        return ctx.output == ctx.expected_output


@dataclass
class Answered(Evaluator[str, str, None]):
    """Whether there is an answer."""

    def evaluate(self, ctx: Context) -> bool:
        return bool(ctx.output)


@dataclass
class Brevity(Evaluator[str, str, None]):
    """One over the number of words."""

    def evaluate(self, ctx: Context) -> float:
        return 1.0 / (1 + ctx.output.count(" "))


def scores_in(report: EvaluationReport) -> int:
    """Number of scores of a report."""
    return sum(len(case.scores) + len(case.assertions) for case in report.cases)


def prepare(pairs: Pairs) -> Callable[[], EvaluationReport]:
    """The evaluation of a dataset of these cases."""
    dataset = Dataset(
        name="instant",
        cases=[
            Case(name=f"case-{index}", inputs=question, expected_output=expected)
            for index, (question, expected) in enumerate(pairs)
        ],
        evaluators=[Exact(), Answered(), Brevity()],
    )
    return lambda: dataset.evaluate_sync(answer, max_concurrency=CONCURRENCY, progress=False)


if __name__ == "__main__":
    clock(prepare, count=scores_in)
