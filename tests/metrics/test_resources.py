import pytest

from holdfast.errors import UsageError
from holdfast.metric import Failure
from holdfast.metrics import (
    Calls,
    Cost,
    InputTokens,
    Latency,
    OutputTokens,
    ToolSteps,
    TotalTokens,
)
from holdfast.system import Response, ToolCall, Usage

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


def test_calls_and_tool_steps_are_counted(make_trial):
    tools = tuple(ToolCall(name=name) for name in ("search", "read", "read"))
    trial = make_trial(response=Response(tool_calls=tools, usage=Usage(calls=4)))
    assert Calls()(trial).value == 4.0
    assert ToolSteps()(trial).value == 3.0
    assert ToolSteps()(trial).why == "search, read, read"
    assert ToolSteps()(make_trial(response=Response(text="hello"))).value == 0.0
    assert isinstance(Calls()(make_trial(response=Response(text="hello"))), Failure)


@pytest.mark.parametrize("metric", [Calls(), ToolSteps()])
def test_counts_are_better_when_lower_and_have_a_unit(metric):
    assert (metric.better, metric.bounds) == ("lower", None)
    assert metric.unit


def test_the_quantile_is_part_of_the_name_and_the_median_is_not():
    assert Latency().spec.label == "latency"
    assert Latency(quantile=0.99).spec.label == "latency(quantile=0.99)"
    assert Latency(adjusted=True).spec.label == "latency(adjusted=true)"


@pytest.mark.parametrize("quantile", [0.0, 1.0, 95, -0.5])
def test_a_quantile_that_is_none_is_refused_with_an_example(quantile):
    with pytest.raises(UsageError, match=r"p95 is quantile=0\.95"):
        Latency(quantile=quantile)
