"""The instant task in holdfast, with a store: every trial is in a journal, every answer kept."""

import sys
from collections.abc import Callable
from pathlib import Path

from clock import CONCURRENCY, Pairs, answer, clock

from holdfast.dataset import Case, Dataset
from holdfast.metric import Trial
from holdfast.metrics import metric
from holdfast.options import RunOptions
from holdfast.record import Run
from holdfast.runner import run
from holdfast.suite import Suite
from holdfast.system import Spec


@metric(version="1")
def exact(trial: Trial) -> bool:
    """Whether the answer is the expected one."""
    return trial.response.text == trial.case.expected


@metric(version="1")
def answered(trial: Trial) -> bool:
    """Whether there is an answer."""
    return bool(trial.response.text)


@metric(version="1")
def brevity(trial: Trial) -> float:
    """One over the number of words."""
    return 1.0 / (1 + trial.response.text.count(" "))


async def declared(question: str) -> str:
    """The instant task; its spec lets the cache keep its answers."""
    return await answer(question)


declared.spec = Spec(name="instant")  # type: ignore[attr-defined]


def prepare(pairs: Pairs) -> Callable[[], Run]:
    """The run of a suite of these cases."""
    cases = tuple(
        Case(id=f"case-{index}", input=question, expected=expected)
        for index, (question, expected) in enumerate(pairs)
    )
    dataset = Dataset(name="instant", cases=cases)
    suite = Suite(name="instant", dataset=dataset, metrics=(exact, answered, brevity))
    options = RunOptions(concurrency=CONCURRENCY, progress="none")
    # In a store that met the system before, every answer is looked for.
    store = Path("store" if "--used" in sys.argv else f"store-{len(pairs)}")
    return lambda: run(suite, declared, store=store, options=options)


def scores_in(made: Run) -> int:
    """Number of scores of a run; the cache must have answered nothing."""
    if not made.complete or any(trial.cached for trial in made.trials):
        return -1
    return sum(len(trial.scores) for trial in made.trials)


if __name__ == "__main__":
    clock(prepare, count=scores_in)
