"""The fakes do as they were told, and generated runs are as consistent as real ones."""

import pytest
from hypothesis import given, settings

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Failure, Score, Trial
from holdfast.record import Run, tally
from holdfast.system import Response
from holdfast.testing import ScriptedMetric, ScriptedSystem, make_run, run_pairs, runs


def trial(name: str) -> Trial:
    return Trial(case=Case(id=name, input="x"), repeat=0, response=Response(), seconds=0.0)


def test_a_scripted_system_answers_raises_or_asks_for_its_script():
    system = ScriptedSystem(answers={"hello": "hi", '{"a":1}': "json", "bad": ValueError("no")})

    assert system("hello") == "hi"
    assert system({"a": 1}) == "json"
    with pytest.raises(ValueError, match="no"):
        system("bad")
    with pytest.raises(UsageError, match="no answer to 'other'; add one, or give a default"):
        system("other")


def test_a_scripted_metric_scores_fails_or_is_silent():
    metric = ScriptedMetric(scores={"a": 0.5, "b": Failure(stage="metric", error="no")})

    assert metric(trial("a")) == Score(0.5)
    assert metric(trial("b")) == Failure(stage="metric", error="no")
    assert isinstance(metric(trial("c")), Failure)


def consistent(run: Run) -> bool:
    known = {case.id for case in run.cases}
    keys = [(one.case_id, one.repeat) for one in run.trials]
    return (
        run.dataset_digest == run.expected_digest
        and len(set(keys)) == len(keys)
        and all(name in known and repeat < run.repeats for name, repeat in keys)
        and run.complete == (len(keys) == len(known) * run.repeats)
        and tally(run).total == len(known)
    )


@settings(max_examples=40, deadline=None)
@given(runs())
def test_generated_runs_are_consistent(run: Run):
    assert consistent(run)


@settings(max_examples=40, deadline=None)
@given(run_pairs(edits=True, cases=(3, 12)))
def test_generated_pairs_share_a_suite_and_its_metrics(pair: tuple[Run, Run]):
    old, new = pair

    assert consistent(old)
    assert (old.suite, old.dataset, old.metrics) == (new.suite, new.dataset, new.metrics)
    assert new.dataset_digest == new.expected_digest
    assert all(one.repeat < max(old.repeats, new.repeats) for one in new.trials)


@settings(max_examples=40, deadline=None)
@given(runs(failures=False, metrics=make_run({}).metrics, clusters=False))
def test_runs_without_failures_have_every_score(run: Run):
    outcomes = [observation.outcome for observation in run.observations]

    assert all(isinstance(outcome, Score) for outcome in outcomes)
    assert len(outcomes) == len(run.cases) * run.repeats


def test_a_run_is_written_down_as_scores():
    run = make_run({"a": [1, 0.5], "b": [Failure(stage="system", error="no")]})

    assert run.repeats == 2
    assert [one.case_id for one in run.trials] == ["a", "a", "b"]
