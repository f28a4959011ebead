"""Splits: the trials of one run as two runs of the same system.

Every split answers: what would the gate say if nothing had changed? Splits of one set of trials
share these trials. Their rate of false alarms belongs to them; it says nothing about what changes
between days, and, as evidence for other trials, all of them together count as the few comparisons
that share no trial.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, islice

import numpy as np

from holdfast.record import Run, TrialRecord

__all__ = ["random_splits", "repeat_splits"]

Shelf = dict[tuple[str, int, int], TrialRecord]
"""Trials under their new numbers, by case, old and new number: all splits use the same few."""


def random_splits(run: Run, count: int, *, seed: int = 0) -> Iterator[tuple[Run, Run]]:
    """So many pairs of baseline and candidate: the trials of each case dealt at random.

    The baseline gets the larger half.
    """
    generator = np.random.default_rng(seed)
    trials = _by_case(run)
    most = max(map(len, trials.values()), default=0)
    shelf: Shelf = {}
    for _ in range(count):
        first: list[TrialRecord] = []
        second: list[TrialRecord] = []
        orders: list[list[int]] = generator.random((len(trials), most)).argsort(axis=1).tolist()
        for case, order in zip(trials.values(), orders, strict=True):
            dealt = [case[place] for place in order if place < len(case)]
            half = (len(dealt) + 1) // 2
            first += dealt[:half]
            second += dealt[half:]
        yield _arms(run, first, second, shelf=shelf)


def repeat_splits(run: Run, most: int = 20) -> Iterator[tuple[Run, Run]]:
    """Pairs in which whole repeats are the candidate, the others the baseline.

    Where repeats were made one after the other, or in several runs, what drifted between them
    shows here and not in random splits.
    """
    shelf: Shelf = {}
    repeats = sorted({trial.repeat for trial in run.trials})
    size = max(1, len(repeats) // 2)
    for chosen in islice(combinations(repeats, size), most):
        first = [trial for trial in run.trials if trial.repeat not in chosen]
        second = [trial for trial in run.trials if trial.repeat in chosen]
        if first and second:
            yield _arms(run, first, second, shelf=shelf)


def _by_case(run: Run) -> dict[str, list[TrialRecord]]:
    found: dict[str, list[TrialRecord]] = {case.id: [] for case in run.cases}
    for trial in run.trials:
        found[trial.case_id].append(trial)
    return found


def _arms(
    run: Run, first: Sequence[TrialRecord], second: Sequence[TrialRecord], *, shelf: Shelf
) -> tuple[Run, Run]:
    return (
        _arm(run, first, name="baseline half", shelf=shelf),
        _arm(run, second, name="candidate half", shelf=shelf),
    )


def _arm(run: Run, trials: Sequence[TrialRecord], *, name: str, shelf: Shelf) -> Run:
    counts: dict[str, int] = {}
    numbered: list[TrialRecord] = []
    for trial in trials:
        number = counts.get(trial.case_id, 0)
        counts[trial.case_id] = number + 1
        place = (trial.case_id, trial.repeat, number)
        if place not in shelf:
            # Answers are left out: where they are equal the gate would not test at all.
            shelf[place] = replace(trial, repeat=number, response=None)
        numbered.append(shelf[place])
    return replace(run, id=name, trials=tuple(numbered), repeats=max(counts.values(), default=1))
