"""Accepted calls of the Berkeley Function-Calling Leaderboard pass, and planted mistakes do not."""

import os
import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.dataset import Case
from holdfast.metric import Score, Trial
from holdfast.metrics import ToolArguments, ToolCalls, ToolChoice, ToolDecision, Trajectory
from holdfast.readers import read_bfcl
from holdfast.system import Response, ToolCall

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "data"
FOLDER = Path(os.environ.get("HOLDFAST_PUBLIC_DATA", DEFAULT)) / "bfcl"
CATEGORIES = ("simple_python", "multiple", "parallel")
SIZES = {"simple_python": 400, "multiple": 200, "parallel": 200}
STRANGE = {"string": "no such value", "integer": 987654321, "float": 98765.4321}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the leaderboard's questions are not in {FOLDER}"
)


@cache
def cases(category: str) -> tuple[Case, ...]:
    answers = FOLDER / f"answers_{category}.jsonl"
    return tuple(read_bfcl(FOLDER / f"questions_{category}.jsonl", answers))


def chosen(value, dice):
    """A value made of accepted ones: objects hold accepted values under each key."""
    if isinstance(value, dict):
        found = {key: dice.choice(options) for key, options in value.items()}
        return {key: one for key, one in found.items() if one != ""}
    return (
        [chosen(item, dice) if isinstance(item, dict) else item for item in value]
        if isinstance(value, list)
        else value
    )


def accepted_calls(case: Case, dice: random.Random) -> list[ToolCall]:
    required = {
        tool["name"]: tool["parameters"].get("required", []) for tool in case.input["tools"]
    }
    calls = []
    for entry in case.expected["calls"]:
        ((named, accepted),) = entry.items()
        tool = tool_of(case, named)
        arguments = {}
        for name, options in accepted.items():
            filled = [one for one in options if one != ""]
            # An argument that the tool requires is required, whatever its accepted values say.
            leave = not filled or ("" in options and name not in required[tool])
            if filled and not (leave and dice.random() < 0.5):
                arguments[name] = chosen(dice.choice(filled), dice)
        calls.append(ToolCall(name=tool, arguments=arguments))
    dice.shuffle(calls)
    return calls


def score(metric, case: Case, calls) -> float:
    response = Response(tool_calls=tuple(calls))
    outcome = metric(Trial(case=case, repeat=0, response=response, seconds=0.0))
    assert isinstance(outcome, Score), outcome
    return outcome.value


def properties(case: Case, tool: str) -> dict:
    return next(one for one in case.input["tools"] if one["name"] == tool)["parameters"][
        "properties"
    ]


def other_value(declared: str, value):
    """A value of the same kind that no case accepts."""
    if declared in STRANGE:
        return STRANGE[declared]
    if isinstance(value, list):
        return [*value, *value, *value] or None
    if isinstance(value, dict):
        return {**value, "no such key": 1}
    return None


def other_kind(value):
    return "a text" if isinstance(value, dict) else {"an": "object"}


def mistakes(case: Case, calls: list[ToolCall]) -> Iterator[tuple[str, list[ToolCall]]]:
    """The calls with one mistake each, every kind at every place where it can be made."""
    yield "missing call", calls[1:]
    yield "no call", []
    yield "extra call", [*calls, calls[0]]
    yield "twice", [*calls, *calls]
    yield "extra tool", [*calls, ToolCall(name="nobody_offers_this")]
    for at, call in enumerate(calls):
        for kind, changed in changed_calls(case, call):
            yield kind, [*calls[:at], changed, *calls[at + 1 :]]


def changed_calls(case: Case, call: ToolCall) -> Iterator[tuple[str, ToolCall]]:
    def with_arguments(arguments):
        return ToolCall(name=call.name, arguments=arguments)

    yield "wrong name", ToolCall(name=f"{call.name}_2", arguments=call.arguments)
    yield "unexpected argument", with_arguments({**call.arguments, "nobody_asked": 1})
    yield from others(case, call)
    declared = properties(case, call.name)
    for name, value in call.arguments.items():
        rest = {key: one for key, one in call.arguments.items() if key != name}
        if all("" not in form.get(name, [""]) for form in forms(case, call.name)):
            yield "missing argument", with_arguments(rest)
        yield "misspelt argument", with_arguments({**rest, f"{name}_": value})
        yield "wrong kind", with_arguments({**call.arguments, name: other_kind(value)})
        if not any(None in form.get(name, []) for form in forms(case, call.name)):
            yield "null", with_arguments({**call.arguments, name: None})
        changed = other_value(declared[name]["type"], value)
        if changed is not None:
            yield "wrong value", with_arguments({**call.arguments, name: changed})


def forms(case: Case, tool: str) -> list[dict]:
    entries = case.expected["calls"]
    return [
        form for entry in entries for name, form in entry.items() if tool_of(case, name) == tool
    ]


def tool_of(case: Case, name: str) -> str:
    """The tool that an answer names; of a single tool the leaderboard takes any name."""
    tools = [one["name"] for one in case.input["tools"]]
    return tools[0] if len(tools) == 1 else name


def others(case: Case, call: ToolCall) -> Iterator[tuple[str, ToolCall]]:
    """The call of another tool that the case offers, and the call with two arguments swapped."""
    for tool in case.input["tools"]:
        if tool["name"] != call.name:
            yield "other tool", ToolCall(name=tool["name"], arguments=call.arguments)
    names = [name for name, value in call.arguments.items() if isinstance(value, int | float)]
    for first, second in pairwise(names):
        swapped = {**call.arguments}
        swapped[first], swapped[second] = swapped[second], swapped[first]
        if not any(
            swapped[name] in form[name]
            for form in forms(case, call.name)
            for name in (
                first,
                second,
            )
        ):
            yield "swapped arguments", ToolCall(name=call.name, arguments=swapped)


@pytest.mark.parametrize("category", CATEGORIES)
def test_accepted_calls_of_every_question_pass_in_any_order(category):
    dice = random.Random(7)
    metrics = (ToolCalls(), ToolChoice(), ToolArguments(), ToolDecision(), Trajectory())
    assert len(cases(category)) == SIZES[category]
    for case in cases(category):
        calls = accepted_calls(case, dice)
        assert [score(metric, case, calls) for metric in metrics] == [1.0] * 5, (case.id, calls)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_planted_mistake_of_any_kind_fails_every_question(category):
    dice = random.Random(8)
    seen = set()
    for case in cases(category):
        for kind, calls in mistakes(case, accepted_calls(case, dice)):
            assert score(ToolCalls(), case, calls) == 0.0, (case.id, kind, calls)
            assert score(Trajectory(), case, calls) == 0.0, (case.id, kind)
            seen.add(kind)
    assert {"wrong name", "missing argument", "wrong kind", "wrong value", "extra call"} <= seen
    assert category == "simple_python" or {"other tool", "swapped arguments"} & seen


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CATEGORIES), st.integers(0, 199), st.randoms(use_true_random=False))
def test_one_mistake_costs_the_verdict_whatever_accepted_values_stand_beside_it(
    category, number, dice
):
    case = cases(category)[number]
    calls = accepted_calls(case, dice)
    assert score(ToolCalls(), case, calls) == 1.0
    kind, wrong = dice.choice(list(mistakes(case, calls)))
    assert score(ToolCalls(), case, wrong) == 0.0, kind
    assert score(ToolArguments(), case, wrong) <= 1.0


def test_no_call_is_right_where_no_tool_fits():
    irrelevant = tuple(read_bfcl(FOLDER / "questions_irrelevance.jsonl"))
    assert len(irrelevant) == 240
    for case in irrelevant:
        called = ToolCall(name=case.input["tools"][0]["name"])
        assert score(ToolCalls(), case, []) == score(ToolDecision(), case, []) == 1.0
        assert score(ToolCalls(), case, [called]) == score(ToolDecision(), case, [called]) == 0.0
