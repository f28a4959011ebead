import pytest

from holdfast.metric import Failure
from holdfast.metrics import Cost, InputTokens, Latency, OutputTokens, TotalTokens
from holdfast.system import Response, Usage

USED = Response(usage=Usage(input_tokens=120, output_tokens=30, calls=1, cost=0.004))


def test_latency_is_the_time_of_the_successful_call(make_trial):
    assert Latency()(make_trial(seconds=0.25)).value == 0.25


def test_latency_can_be_a_timing_that_the_system_reports(make_trial):
    trial = make_trial(response=Response(timings={"time_to_first_token": 0.1}), seconds=2.0)
    assert Latency(timing="time_to_first_token")(trial).value == 0.1


def test_a_timing_that_was_not_reported_is_a_failure_that_names_the_reported_ones(make_trial):
    outcome = Latency(timing="first")(make_trial(response=Response(timings={"total": 1.0})))
    assert isinstance(outcome, Failure)
    assert "no timing 'first' (it has: total)" in outcome.error


@pytest.mark.parametrize(
    ("metric", "value"),
    [(Cost(), 0.004), (TotalTokens(), 150.0), (InputTokens(), 120.0), (OutputTokens(), 30.0)],
)
def test_usage_is_read_from_the_response(metric, value, make_trial):
    assert metric(make_trial(response=USED)).value == value


@pytest.mark.parametrize("metric", [Cost(), TotalTokens(), InputTokens(), OutputTokens()])
def test_a_system_that_reports_no_usage_has_no_cost_rather_than_none_to_pay(metric, make_trial):
    outcome = metric(make_trial(response=Response(text="hello")))
    assert isinstance(outcome, Failure)
    assert "Response.usage" in outcome.error


def test_a_free_call_costs_zero(make_trial):
    assert Cost()(make_trial(response=Response(usage=Usage(calls=1)))).value == 0.0


def test_a_system_that_declines_may_have_consumed_nothing(make_trial):
    assert TotalTokens()(make_trial(response=Response(abstained=True))).value == 0.0


@pytest.mark.parametrize("metric", [Latency(), Cost(), TotalTokens()])
def test_resources_are_better_when_lower_and_have_no_upper_bound(metric):
    assert metric.better == "lower"
    assert metric.bounds is None


@pytest.mark.parametrize(
    ("metric", "unit"),
    [
        (Latency(), "seconds"),
        (Latency(timing="first_token"), "seconds"),
        (Cost(), "USD"),
        (TotalTokens(), "tokens"),
        (InputTokens(), "tokens"),
        (OutputTokens(), "tokens"),
    ],
)
def test_resources_say_what_they_count(metric, unit):
    assert metric.unit == unit
