import pytest

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Failure, Trial
from holdfast.metrics import (
    ConsistentAnswer,
    ToolArguments,
    ToolCalls,
    ToolChoice,
    ToolDecision,
    ToolRecovery,
    Trajectory,
    expects_call,
)
from holdfast.system import Response, ToolCall

OSLO = {"weather": {"city": ["Oslo"], "day": ["today", ""]}}
LIMA = {"weather": {"city": ["Lima"], "day": ["today", ""]}}
QUOTE = {"quote": {"symbol": ["QWK"]}}


def trial(expected, *calls, text="", given="question"):
    case = Case(id="case-1", input=given, expected=expected)
    response = Response(text=text, tool_calls=calls)
    return Trial(case=case, repeat=0, response=response, seconds=0.1)


def weather(city, **more):
    result, failed = more.pop("result", None), more.pop("failed", False)
    return ToolCall(name="weather", arguments={"city": city, **more}, result=result, failed=failed)


@pytest.mark.parametrize(
    ("calls", "value", "why"),
    [
        ((weather("Oslo"), weather("lima", day="today")), 1.0, "2 right calls"),
        ((weather("Lima"), weather("Oslo")), 1.0, "2 right calls"),
        ((weather("Oslo"),), 0.0, "1 of 2 calls missing: weather"),
        ((weather("Oslo"), weather("Lima"), weather("Lima")), 0.0, "1 calls too many"),
        ((weather("Oslo"), weather("Rome")), 0.0, "'city' 'Rome' is none of ['Lima']"),
        ((weather("Oslo"), weather("Lima", day="now")), 0.0, "'day' 'now' is none of"),
        ((weather("Oslo"), weather("Lima", wind=1)), 0.0, "'wind' is an argument that nobody"),
        ((weather("Oslo"), ToolCall(name="quote")), 0.0, "'quote' is not the tool 'weather'"),
        ((), 0.0, "no call where weather is right"),
    ],
)
def test_parallel_calls_are_right_in_any_order_and_only_all_of_them(calls, value, why):
    score = ToolCalls()(trial({"calls": [OSLO, LIMA]}, *calls))
    assert score.value == value and why in score.why


def test_which_call_fits_several_accepted_ones_never_decides():
    either, one = {"weather": {"city": ["Oslo", "Lima"]}}, {"weather": {"city": ["Oslo"]}}
    for calls in ((weather("Oslo"), weather("Lima")), (weather("Lima"), weather("Oslo"))):
        assert ToolCalls()(trial({"calls": [either, one]}, *calls)).value == 1.0


def test_an_accepted_call_of_several_tools_takes_either():
    expected = {"calls": [{**OSLO, **QUOTE}]}
    assert ToolCalls()(trial(expected, weather("Oslo"))).value == 1.0
    quoted = ToolCall(name="quote", arguments={"symbol": "QWK"})
    assert ToolCalls()(trial(expected, quoted)).value == 1.0
    assert ToolCalls()(trial(expected, quoted, weather("Oslo"))).value == 0.0


def test_the_list_alone_may_be_the_expected_value():
    assert ToolCalls()(trial([OSLO], weather("Oslo"))).value == 1.0


def test_any_value_of_its_kind_may_be_right_but_must_be_given():
    expected = {"calls": [{"search": {"query": "any"}}]}
    tools = {
        "tools": [{"name": "search", "parameters": {"properties": {"query": {"type": "string"}}}}]
    }

    def value(**arguments):
        return ToolCalls()(
            trial(expected, ToolCall(name="search", arguments=arguments), given=tools)
        ).value

    assert (value(query="hotels"), value(query=""), value(query=3), value()) == (1.0, 1.0, 0.0, 0.0)


def test_where_no_call_is_right_any_call_is_wrong():
    assert ToolCalls()(trial({"calls": []})).value == 1.0
    assert ToolCalls()(trial({"calls": []}, weather("Oslo"))).value == 0.0


def test_a_dot_in_a_tools_name_may_be_an_underscore():
    tools = [{"name": "city.weather", "parameters": {"properties": {}}}]
    expected = {"calls": [{"city.weather": {}}]}
    called = ToolCall(name="city_weather")
    assert ToolCalls()(trial(expected, called, given={"tools": tools})).value == 1.0
    both = [*tools, {"name": "city_weather", "parameters": {"properties": {}}}]
    assert ToolCalls()(trial(expected, called, given={"tools": both})).value == 0.0


@pytest.mark.parametrize(
    ("expected", "given", "why"),
    [
        (None, "q", "does not say which calls are right"),
        ({"answer": "x"}, "q", "does not say which calls are right"),
        ({"calls": ["weather"]}, "q", "lists 'weather' as a call"),
        ({"calls": [{"weather": ["Oslo"]}]}, "q", "accepts 'weather' with"),
        ({"calls": [{"weather": {"city": "Oslo"}}]}, "q", "give a list of values"),
        ({"calls": [OSLO]}, {"tools": [{"name": "a"}, {"name": "b"}]}, "offers only a, b"),
        ({"calls": "any"}, "q", "only tool_decision"),
    ],
)
def test_a_case_that_does_not_say_what_is_right_is_a_failure(expected, given, why):
    for metric in (ToolCalls(), ToolChoice(), ToolArguments(), Trajectory()):
        outcome = metric(trial(expected, weather("Oslo"), given=given))
        assert isinstance(outcome, Failure) and outcome.stage == "metric" and why in outcome.error


def test_the_choice_of_tools_looks_at_their_names_alone():
    expected = {"calls": [OSLO, QUOTE]}
    right = (ToolCall(name="quote"), weather("nowhere"))
    assert ToolChoice()(trial(expected, *right)).value == 1.0
    assert ToolChoice()(trial(expected, weather("Oslo"), weather("Oslo"))).value == 0.0
    assert ToolChoice()(trial({"calls": []})).value == 1.0
    assert "right is nothing" in ToolChoice()(trial({"calls": []}, weather("Oslo"))).why


@pytest.mark.parametrize(
    ("calls", "value"),
    [
        ((weather("Oslo"), weather("Lima")), 1.0),
        ((weather("Oslo"), weather("Rome")), 0.5),
        ((weather("Oslo"), weather("Rome", day="today")), 0.75),
        ((weather("Oslo"),), 0.5),
        ((weather("Rome"), weather("Oslo"), weather("Lima")), 1.0),
        ((ToolCall(name="quote"),), 0.0),
        ((), 0.0),
    ],
)
def test_arguments_are_scored_by_the_share_of_right_ones(calls, value):
    assert ToolArguments()(trial({"calls": [OSLO, LIMA]}, *calls)).value == value


def test_a_case_without_a_right_call_has_no_arguments_to_score():
    found = ToolArguments()(trial({"calls": []}))
    assert isinstance(found, Failure) and "expects_call" in found.error
    assert not expects_call(trial({"calls": []}).case)
    assert expects_call(trial({"calls": "any"}).case)


@pytest.mark.parametrize(
    ("calls", "made", "value"),
    [
        ([OSLO], (weather("Rome"),), 1.0),
        ([OSLO], (), 0.0),
        ([], (), 1.0),
        ([], (weather("Oslo"),), 0.0),
        ("any", (weather("Oslo"),), 1.0),
        ("any", (), 0.0),
    ],
)
def test_the_decision_is_whether_to_call_at_all(calls, made, value):
    assert ToolDecision()(trial({"calls": calls}, *made)).value == value


ROME = {"weather": {"city": ["Rome"]}}


@pytest.mark.parametrize(
    ("cities", "passing"),
    [
        (["Oslo", "Lima"], "exact exact+ superset superset+ subset subset+"),
        (["Lima", "Oslo"], "exact superset subset"),
        (["Oslo"], "subset subset+"),
        (["Lima"], "subset subset+"),
        (["Oslo", "Rome", "Lima"], "superset superset+"),
        (["Lima", "Rome", "Oslo"], "superset"),
        (["Oslo", "Rome"], ""),
        (["Oslo", "Oslo"], ""),
        ([], "subset subset+"),
    ],
)
def test_a_trajectory_is_kept_to_exactly_or_with_more_or_with_less(cities, passing):
    given = trial({"calls": [OSLO, LIMA]}, *map(weather, cities))
    found = {
        f"{match}{'+' if ordered else ''}"
        for match in ("exact", "superset", "subset")
        for ordered in (False, True)
        if Trajectory(match=match, ordered=ordered)(given).value
    }
    assert found == set(passing.split())


def test_a_trajectory_may_look_at_the_tools_alone():
    given = trial({"calls": [OSLO]}, weather("Rome"))
    assert Trajectory(arguments=False)(given).value == 1.0
    assert Trajectory()(given).value == 0.0


def test_an_unknown_match_is_refused():
    with pytest.raises(UsageError, match="choose exact, superset or subset"):
        Trajectory(match="equal")


FAILED, FINE = weather("Oslo", failed=True, result="error"), weather("Oslo", result="7")


@pytest.mark.parametrize(
    ("wanted", "calls", "text", "value"),
    [
        ("retry", (FAILED, FINE), "It is 7.", 1.0),
        ("retry", (FAILED, FAILED, FINE), "It is 7.", 1.0),
        ("retry", (FAILED,), "It failed.", 0.0),
        ("retry", (FAILED, FAILED), "It failed.", 0.0),
        ("retry", (FAILED, ToolCall(name="quote", result="1")), "It is 1.", 0.0),
        ("retry", (FINE,), "It is 7.", 0.0),
        ("report", (FAILED,), "I could not get the weather.", 1.0),
        ("report", (FAILED,), "The weather service didn't answer.", 1.0),
        ("report", (FAILED,), "It is 7 degrees in Oslo.", 0.0),
        ("report", (), "I am sorry.", 0.0),
    ],
)
def test_recovery_is_calling_again_or_saying_that_it_failed(wanted, calls, text, value):
    assert ToolRecovery()(trial({"recovery": wanted}, *calls, text=text)).value == value


def test_recovery_needs_to_know_what_the_case_asks():
    assert isinstance(ToolRecovery()(trial({"calls": []}, FAILED)), Failure)


RESULT = weather("Oslo", result='{"city": "Oslo", "high": 12.6, "low": -3, "sky": "light rain"}')


@pytest.mark.parametrize(
    ("wanted", "text", "value"),
    [
        (["Oslo", 12.6], "In Oslo it will be 12.6 degrees.", 1.0),
        (["Oslo", 12.6], "In Oslo it will be 13 degrees.", 1.0),
        (["Oslo", 12.6], "In Oslo it will be 12 degrees.", 0.0),
        ([-3], "It falls to 3 below zero.", 1.0),
        ([["light rain", "drizzle"]], "Expect light  Rain.", 1.0),
        ([["light rain", "drizzle"]], "Expect rain.", 0.0),
        (["Oslo", "light rain"], "In Oslo it is dry.", 0.5),
        ([], "It is fine on the 24th.", 1.0),
        ([], "It is fine on the 25th.", 0.0),
        (["Oslo"], "", 0.0),
    ],
)
def test_an_answer_states_the_result_and_makes_no_number_up(wanted, text, value):
    given = trial({"states": wanted}, RESULT, text=text, given="Oslo on the 24th?")
    assert ConsistentAnswer()(given).value == value


def test_what_the_model_passed_to_a_tool_vouches_for_no_number():
    call = weather("Oslo", days=9, result="ok")
    assert ConsistentAnswer()(trial({"states": []}, call, text="In 9 days.")).value == 0.0


def test_numbers_of_tool_descriptions_vouch_for_none_either():
    given = {"question": "Rain?", "tools": [{"name": "weather", "description": "up to 16 days"}]}
    told = trial({"states": []}, text="In 16 days.", given=given)
    assert ConsistentAnswer()(told).value == 0.0


def test_consistency_needs_to_know_what_to_state():
    assert isinstance(ConsistentAnswer()(trial({"calls": []}, RESULT, text="7")), Failure)


def test_every_metric_of_tools_says_what_it_is():
    for metric in (
        ToolCalls(),
        ToolChoice(),
        ToolArguments(),
        ToolDecision(),
        Trajectory(),
        ToolRecovery(),
        ConsistentAnswer(),
    ):
        assert metric.better == "higher" and metric.bounds == (0.0, 1.0) and metric.spec.label
