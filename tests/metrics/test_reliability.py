"""pass@k and pass^k, from the trials to the verdict."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast import Case, Dataset, Policy, Run, RunOptions, Score, Suite, compare, decide, run
from holdfast.aggregate import Aggregate
from holdfast.errors import UsageError
from holdfast.metric import Failure
from holdfast.metrics import ExactMatch, Latency, PassAtK, PassHatK, metric
from holdfast.record import MetricRecord, TrialRecord, tally
from holdfast.storage.codec import metric_from, metric_row
from holdfast.store import read_run
from holdfast.system import Response, Spec
from holdfast.testing import make_run

LABEL = "pass^k(k=2, metric=exact_match)"
RECORD = MetricRecord(
    spec=PassHatK(metric=ExactMatch(), k=2).spec,
    better="higher",
    bounds=(0.0, 1.0),
    aggregate=Aggregate(kind="pass^k", k=2),
)
POLICY = Policy(metric=LABEL, margin=0.05)


def made(passes: list[int], *, trials: int, name: str) -> Run:
    scores = {f"c{n}": [1.0] * p + [0.0] * (trials - p) for n, p in enumerate(passes)}
    return make_run(scores, id=name, metric=RECORD)


def test_a_trial_is_scored_by_the_metric_inside(make_trial):
    trial = make_trial(expected="four", response=Response(text="four"))
    assert PassHatK(metric=ExactMatch(), k=3)(trial).value == 1.0
    wrong = make_trial(expected="four", response=Response(text="five"))
    assert PassAtK(metric=ExactMatch(), k=3)(wrong).value == 0.0


def test_a_trial_passes_in_the_better_half_of_any_range(make_trial):
    stars = metric(better="higher", bounds=(1, 5))(lambda trial: float(trial.response.text))
    errors = metric(better="lower", bounds=(0, 10))(lambda trial: float(trial.response.text))
    for answer, reached, low in (("3", 1.0, 1.0), ("2", 0.0, 1.0), ("5", 1.0, 1.0)):
        trial = make_trial(response=Response(text=answer))
        assert PassAtK(metric=stars, k=1)(trial).value == reached
        assert PassAtK(metric=errors, k=1)(trial).value == low


def test_a_failure_stays_a_failure(make_trial):
    broken = metric()(lambda trial: Failure(stage="metric", error="no reader"))
    outcome = PassHatK(metric=broken, k=2)(make_trial())
    assert isinstance(outcome, Failure)


def test_a_metric_without_a_range_cannot_pass():
    with pytest.raises(UsageError, match="nothing says when a trial passes"):
        PassHatK(metric=Latency(), k=2)
    with pytest.raises(UsageError, match="k of at least 1"):
        PassHatK(metric=ExactMatch(), k=0)


def test_it_travels_through_the_engine_and_the_disk(tmp_path: Path):
    async def slow_match(trial):
        await asyncio.sleep(0)
        return Score(float(trial.response.text == trial.case.expected))

    waiting = metric()(slow_match)
    inner = (PassHatK(metric=ExactMatch(), k=2), PassAtK(metric=waiting, k=2))
    cases = [Case(id=f"c{n}", input=str(n), expected=str(n)) for n in range(12)]
    suite = Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=inner, repeats=2)
    found = run(suite, lambda text: text, store=tmp_path, options=RunOptions(progress="none"))
    again = read_run(tmp_path / "runs" / found.id)
    assert again.metrics == found.metrics
    assert [record.aggregate for record in again.metrics] == [one.aggregate for one in inner]
    assert tally(again).passed == 12


@given(st.sampled_from(["pass@k", "pass^k"]), st.integers(1, 9))
def test_a_round_trip_is_the_identity(kind, k):
    record = replace(RECORD, aggregate=Aggregate(kind=kind, k=k))
    assert metric_from(metric_row(record)) == record


def test_a_delta_is_the_change_of_the_chance_that_all_k_pass():
    delta = compare(
        made([4] * 20, trials=4, name="old"), made([3] * 20, trials=4, name="new")
    ).deltas[0]
    assert (delta.baseline_mean, delta.candidate_mean) == (1.0, 0.5)
    assert delta.estimate == -0.5


def test_too_few_trials_say_how_many_to_run():
    comparison = compare(made([1] * 20, trials=1, name="a"), made([2] * 20, trials=2, name="b"))
    assert not comparison.deltas
    assert "baseline has at most 1" in comparison.metric_problems[LABEL]
    assert "--holdfast-repeats 4" in comparison.metric_problems[LABEL]
    assert decide(comparison, [POLICY]).outcome == "invalid"


def test_missing_trials_count_against_the_candidate():
    before, after = made([3] * 30, trials=3, name="a"), made([3] * 30, trials=3, name="b")
    lost = replace(after, trials=after.trials[:-2], complete=False)
    delta = compare(before, lost).deltas[0]
    assert delta.lost.candidate == 1
    assert delta.worst is not None
    assert delta.worst.candidate_mean < 1.0
    assert delta.floor_mean == pytest.approx((29 + 0) / 30)


def trials_failed(run: Run, number: int) -> Run:
    def worse(trial: TrialRecord) -> TrialRecord:
        return replace(trial, scores={LABEL: Score(0.0)})

    return replace(run, trials=(*map(worse, run.trials[:number]), *run.trials[number:]))


@given(st.lists(st.integers(0, 4), min_size=12, max_size=25), st.integers(0, 60))
def test_failing_more_trials_never_turns_a_fail_into_a_pass(passes, number):
    before = made([4] * len(passes), trials=4, name="a")
    after = made(passes, trials=4, name="b")
    verdicts = [
        decide(compare(before, one), [POLICY]) for one in (after, trials_failed(after, number))
    ]
    assert verdicts[0].passed or not verdicts[1].passed


@given(st.lists(st.integers(0, 3), min_size=10, max_size=20))
def test_a_run_beside_itself_passes_and_swapped_runs_mirror(passes):
    one, other = made(passes, trials=3, name="a"), made(passes[::-1], trials=3, name="b")
    assert decide(compare(one, one), [POLICY]).passed
    there, back = compare(one, other).deltas[0], compare(other, one).deltas[0]
    assert there.estimate == pytest.approx(-back.estimate)
    assert there.p_worse == pytest.approx(back.p_better)
    assert there.low == pytest.approx(-back.high)


def test_a_record_from_before_has_a_mean():
    row = metric_row(replace(RECORD, aggregate=None))
    assert "aggregate" not in row
    assert metric_from({**row, "name": "x", "params": {}}).spec == Spec(
        name="x", artifacts=RECORD.spec.artifacts
    )
