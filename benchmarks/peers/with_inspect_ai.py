"""The instant task in inspect-ai: a solver without a model, a log file with every sample."""

from collections.abc import Callable

import inspect_ai
from clock import CONCURRENCY, Pairs, answer, clock
from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver


@solver
def instant() -> Solver:
    """Answers without a model."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state.output = ModelOutput.from_content("instant", await answer(state.input_text))
        return state

    return solve


@scorer(metrics=[mean()])
def exact() -> Scorer:
    """Whether the answer is the expected one."""

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=float(state.output.completion == target.text))

    return score


@scorer(metrics=[mean()])
def answered() -> Scorer:
    """Whether there is an answer."""

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=float(bool(state.output.completion)))

    return score


@scorer(metrics=[mean()])
def brevity() -> Scorer:
    """One over the number of words."""

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=1.0 / (1 + state.output.completion.count(" ")))

    return score


def scores_in(logs: list[EvalLog]) -> int:
    """Number of scores of a log."""
    return sum(len(sample.scores or {}) for sample in logs[0].samples or ())


def prepare(pairs: Pairs) -> Callable[[], list[EvalLog]]:
    """The evaluation of a task of these samples."""
    samples = [
        Sample(id=f"case-{index}", input=question, target=expected)
        for index, (question, expected) in enumerate(pairs)
    ]
    task = Task(
        dataset=MemoryDataset(samples),
        solver=instant(),
        scorer=[exact(), answered(), brevity()],
    )
    return lambda: inspect_ai.eval(
        task, model="mockllm/model", max_samples=CONCURRENCY, display="none", log_dir="logs"
    )


if __name__ == "__main__":
    clock(prepare, count=scores_in)
