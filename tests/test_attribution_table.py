"""The table of causes: shares that add up, and no row where an answer has no cause."""

from dataclasses import replace

import pytest

from evals.attribution import attribution_table
from holdfast.errors import UsageError
from holdfast.metric import Failure, Score
from holdfast.metrics import CAUSES
from holdfast.record import MetricRecord
from holdfast.system import Spec
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
    with pytest.raises(UsageError, match=r"has 2 of 2 answers without .* was not computed"):
        attribution_table([make_run({"a": [1.0], "b": [0.0]})])


def test_a_lost_answer_is_told_with_its_reason():
    lost = replace(run_of("right"), id="lost")
    down = Failure(stage="system", error="the server hung up")
    lost = replace(lost, trials=(replace(lost.trials[0], failure=down, scores={}),))
    with pytest.raises(UsageError, match=r"'lost' of 'quoting' has 1 of 1 .*the server hung up"):
        attribution_table([lost])


def defined(run, version):
    specs = (Spec(name="error_cause", params={"cause": one}, version=version) for one in CAUSES)
    metrics = (MetricRecord(spec=one, better="lower", bounds=(0.0, 1.0)) for one in specs)
    return replace(run, metrics=tuple(metrics))


def test_runs_on_other_cases_do_not_stand_in_one_table():
    others = replace(run_of("right", "right", "right"), id="others")
    with pytest.raises(UsageError, match="'others' of 'quoting' has other cases"):
        attribution_table([run_of("right"), others])


def test_causes_of_another_definition_do_not_stand_in_one_table():
    run = run_of("right")
    assert attribution_table([defined(run, "3"), defined(run, "3")]).count("100.0 %") == 2
    with pytest.raises(UsageError, match=r"has another error_cause\(cause=retrieval_missed\)"):
        attribution_table([defined(run, "3"), defined(run, "4")])
