"""The instant task in holdfast, with a store: every trial is in a journal, every answer kept."""

import argparse
from pathlib import Path

from clock import CONCURRENCY, answer, clock, questions

from holdfast.dataset import Case, Dataset
from holdfast.metric import Trial
from holdfast.metrics import metric
from holdfast.options import RunOptions
from holdfast.record import Run
from holdfast.runner import run
from holdfast.suite import Suite


@metric()
def exact(trial: Trial) -> bool:
    """Whether the answer is the expected one."""
    return trial.response.text == trial.case.expected


@metric()
def answered(trial: Trial) -> bool:
    """Whether there is an answer."""
    return bool(trial.response.text)


@metric()
def brevity(trial: Trial) -> float:
    """One over the number of words."""
    return 1.0 / (1 + trial.response.text.count(" "))


def suite_of(number: int) -> Suite:
    """The suite of that many cases."""
    cases = tuple(
        Case(id=f"case-{index}", input=question, expected=expected)
        for index, (question, expected) in enumerate(questions(number))
    )
    dataset = Dataset(name="instant", cases=cases)
    return Suite(name="instant", dataset=dataset, metrics=(exact, answered, brevity))


def scores_in(made: Run) -> int:
    """Number of scores of a run; the cache must have answered nothing."""
    if not made.complete or any(trial.cached for trial in made.trials):
        return -1
    return sum(len(trial.scores) for trial in made.trials)


def main() -> None:
    """Time one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int)
    parser.add_argument("--no-store", action="store_true", help="write nothing")
    chosen = parser.parse_args()
    suite = suite_of(chosen.cases)
    options = RunOptions(concurrency=CONCURRENCY, progress="none")
    store = None if chosen.no_store else Path("store")
    clock(
        lambda: run(suite, answer, store=store, options=options),
        cases=chosen.cases,
        count=scores_in,
    )


if __name__ == "__main__":
    main()
