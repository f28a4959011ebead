"""The table of causes: shares that add up, and no row where an answer has no cause."""

from dataclasses import replace

import pytest

from evals.attribution import attribution_table
from holdfast.errors import UsageError
from holdfast.metric import Score
from holdfast.metrics import CAUSES
from holdfast.testing import make_run


def run_of(*causes):
    run = make_run({f"case-{at}": [0.0] for at, _ in enumerate(causes)}, system="quoting")
    trials = tuple(
        replace(
            trial,
            scores={f"error_cause(cause={one})": Score(float(one == cause)) for one in CAUSES},
        )
        for trial, cause in zip(run.trials, causes, strict=True)
    )
    return replace(run, trials=trials)


def test_a_row_holds_the_share_of_right_answers_and_of_each_cause():
    table = attribution_table([run_of("right", "retrieval_missed", "not_used", "not_used")])
    assert table.splitlines()[2] == (
        "| quoting | 4 | 25.0 % | 25.0 % | 50.0 % | 0.0 % | 0.0 % | 0.0 % |"
    )


def test_answers_without_a_cause_are_not_counted_as_right():
    with pytest.raises(UsageError, match="has 2 of 2 answers without"):
        attribution_table([make_run({"a": [1.0], "b": [0.0]})])
