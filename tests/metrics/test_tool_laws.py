"""Whatever a case accepts and a system calls, a metric of tools gives an outcome."""

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.dataset import Case
from holdfast.metric import Failure, Score, Trial
from holdfast.metrics import (
    ConsistentAnswer,
    ToolArguments,
    ToolCalls,
    ToolChoice,
    ToolDecision,
    ToolRecovery,
    Trajectory,
)
from holdfast.metrics.calling.accepted import example_calls
from holdfast.system import Response, ToolCall

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "any", "oslo", "Oslo", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "type"]), inner, max_size=2)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from(["find", "find.it", "find_it", "go"])
ARGUMENTS = st.dictionaries(st.sampled_from("ab"), JSON, max_size=2)
CALLS = st.lists(st.builds(ToolCall, name=NAMES, arguments=ARGUMENTS), max_size=3).map(tuple)
VALUES = st.lists(JSON, min_size=1, max_size=3) | st.just("any")
ACCEPTED = st.lists(
    st.dictionaries(
        NAMES, st.dictionaries(st.sampled_from("ab"), VALUES, max_size=2), min_size=1, max_size=2
    ),
    max_size=3,
)
KINDS = ("string", "integer", "float", "number", "boolean", "array", "dict", "any", "tuple")
SCHEMAS = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)},
    optional={"items": st.fixed_dictionaries({"type": st.sampled_from(KINDS)})},
)
TOOLS = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "parameters": st.fixed_dictionaries(
                {
                    "properties": st.dictionaries(st.sampled_from("ab"), SCHEMAS, max_size=2),
                    "required": st.lists(st.sampled_from("ab"), max_size=2),
                }
            ),
        }
    ),
    max_size=3,
)
METRICS = (
    ToolCalls(),
    ToolChoice(),
    ToolArguments(),
    ToolDecision(),
    Trajectory(),
    Trajectory(match="superset", ordered=True),
    Trajectory(match="subset", ordered=True),
    ToolRecovery(),
    ConsistentAnswer(),
)


def trial(expected, calls, given_input="?"):
    case = Case(id="a", input=given_input, expected=expected)
    return Trial(case=case, repeat=0, response=Response(tool_calls=calls), seconds=0.0)


@settings(max_examples=150, deadline=None)
@given(JSON | st.fixed_dictionaries({"calls": JSON, "states": JSON}), JSON, CALLS)
def test_no_case_is_too_odd_to_be_judged(expected, given_input, calls):
    for metric in METRICS:
        outcome = metric(trial(expected, calls, given_input))
        assert isinstance(outcome, Failure) or 0 <= outcome.value <= 1


@settings(max_examples=150, deadline=None)
@given(ACCEPTED, TOOLS, CALLS, st.randoms(use_true_random=False))
def test_the_order_of_calls_and_of_accepted_calls_decides_nothing(accepted, tools, calls, dice):
    mixed, turned = list(calls), list(accepted)
    dice.shuffle(mixed)
    dice.shuffle(turned)
    for metric in (ToolCalls(), ToolChoice(), ToolArguments(), ToolDecision(), Trajectory()):
        one = metric(trial({"calls": accepted}, calls, {"tools": tools}))
        other = metric(trial({"calls": turned}, tuple(mixed), {"tools": tools}))
        assert isinstance(one, Failure) is isinstance(other, Failure)
        if isinstance(one, Score):
            assert abs(one.value - other.value) < 1e-9


@settings(max_examples=150, deadline=None)
@given(ACCEPTED, TOOLS, CALLS)
def test_stricter_metrics_never_pass_what_laxer_ones_fail(accepted, tools, calls):
    judged = trial({"calls": accepted}, calls, {"tools": tools})
    strict = ToolCalls()(judged)
    if isinstance(strict, Failure) or strict.value == 0.0:
        return
    lax = [ToolChoice(), ToolDecision(), Trajectory(match="superset"), Trajectory(match="subset")]
    assert [metric(judged).value for metric in lax] == [1.0] * 4
    assert not accepted or ToolArguments()(judged).value == 1.0


@settings(max_examples=150, deadline=None)
@given(ACCEPTED, st.integers(0, 2))
def test_example_calls_are_right_and_one_call_less_or_more_is_not(accepted, place):
    plain = [{tool: {} for tool in entry} for entry in accepted]
    judged = trial({"calls": plain}, ())
    calls = example_calls(judged.case)
    assert ToolCalls()(trial({"calls": plain}, calls)).value == 1.0
    if calls:
        fewer = calls[: place % len(calls)] + calls[place % len(calls) + 1 :]
        assert ToolCalls()(trial({"calls": plain}, fewer)).value == 0.0
    assert ToolCalls()(trial({"calls": plain}, (*calls, ToolCall(name="go")))).value == 0.0
