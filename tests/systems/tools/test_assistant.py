"""The loop of the assistant, with the real tools and a model whose turns are written down."""

import json
from uuid import uuid4

import pytest

from holdfast.errors import UsageError
from holdfast.system import ToolCall
from systems.tools.assistant import Assistant
from systems.tools.fetching import Fetcher
from systems.tools.function_calling import FunctionCalling
from systems.tools.instructions import read_instructions
from systems.tools.rehearsal import Rehearsal
from systems.tools.services import Services, shipped_assistant
from systems.tools.toolbox import Toolbox

QUICK = Fetcher(timeout=5.0, pause=0.01)
LUNVIK = ToolCall(name="get_weather", arguments={"city": "Lunvik", "day": "today"})
OKRA = ToolCall(name="get_stock_quote", arguments={"company": "OKRA"})


def assistant(services, model, fault=""):
    url = services.url(fault=fault, session=uuid4().hex)
    return shipped_assistant(model, Services.at(url, fetcher=QUICK, data="x"), version=1)


def test_calls_of_one_turn_are_all_carried_out_and_told_in_their_order(services, scripted):
    model = scripted([(LUNVIK, OKRA), "It is fine."])
    found = assistant(services, model)("Weather in Lunvik, and how is OKRA?")
    assert found.text == "It is fine." and not found.abstained
    assert [call.name for call in found.tool_calls] == ["get_weather", "get_stock_quote"]
    assert "price" in json.loads(found.tool_calls[1].result)
    told = model.requests[1].messages
    assert [turn.role for turn in told] == ["system", "user", "assistant", "tool", "tool"]
    assert [turn.content for turn in told[3:]] == [call.result for call in found.tool_calls]
    assert [turn.tool_call_id for turn in told[3:]] == [call.id for call in told[2].tool_calls]


def test_every_step_is_in_the_spans_and_the_usage(services, scripted):
    found = assistant(services, scripted([(LUNVIK, OKRA), "Fine."]))("?")
    names = [span.name for span in found.spans]
    assert names == ["model 1", "get_weather", "get_stock_quote", "model 2"]
    assert (found.usage.calls, found.usage.input_tokens, found.usage.output_tokens) == (2, 20, 4)
    assert all(span.seconds >= 0 and span.start >= 0 for span in found.spans)


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (ToolCall(name="get_time", arguments={}), "there is no tool 'get_time'"),
        (ToolCall(name="get_weather", arguments={}), "'city' is a required property"),
        (ToolCall(name="get_weather", arguments={"city": 3}), "city: 3 is not of type 'string'"),
        (ToolCall(name="get_weather", arguments={"city": "A", "day": "soon"}), "'soon' is not one"),
        (ToolCall(name="get_weather", arguments={"city": "A", "unit": "f"}), "unit"),
        (ToolCall(name="get_weather", arguments={"city": "Atlantis"}), "Atlantis was not found"),
    ],
)
def test_a_wrong_call_goes_back_to_the_model_as_an_error(services, scripted, call, why):
    model = scripted([(call,), (LUNVIK,), "Fine."])
    found = assistant(services, model)("?")
    assert found.tool_calls[0].failed and why in found.tool_calls[0].result
    assert model.requests[1].messages[-1].content.startswith("error: ")
    assert not found.tool_calls[1].failed and found.text == "Fine."


def test_a_passing_fault_passes_at_the_second_call(services, scripted):
    found = assistant(services, scripted([(LUNVIK,), (LUNVIK,), "Fine."]), "500x2")("?")
    assert [call.failed for call in found.tool_calls] == [True, False]
    assert len({call.id for call in found.tool_calls}) == 2


def test_a_model_that_never_stops_is_stopped(services, scripted):
    model = scripted([(LUNVIK,)])
    found = assistant(services, model)("?")
    assert len(model.requests) == 4 and len(found.tool_calls) == 3
    assert found.abstained and "gave up" in found.text


def test_a_call_that_cannot_be_read_is_no_answer(services, scripted):
    model = scripted(['<tool_call>{"name": "get_weather", "argu', (LUNVIK,), "Fine."])
    found = assistant(services, model)("?")
    assert found.text == "Fine." and len(found.tool_calls) == 1
    assert "cannot be read" in model.requests[1].messages[-1].content
    broken = assistant(services, scripted(["<tool_call>{"]))("?")
    assert broken.abstained and "<tool_call>" not in broken.text


def test_calls_beyond_the_limit_of_a_step_are_refused(services, scripted):
    found = assistant(services, scripted([(OKRA,) * 8, "Fine."]))("?")
    assert [call.failed for call in found.tool_calls] == [False] * 6 + [True] * 2


def test_the_handbook_is_searched(services, scripted):
    search = ToolCall(name="search_handbook", arguments={"query": "hotel nights"})
    found = assistant(services, scripted([(search,), "See [1]."]))("?")
    assert found.tool_calls[0].result.startswith("[1] ")
    assert len(found.tool_calls[0].result.split()) <= 2 * 91
    nothing = ToolCall(name="search_handbook", arguments={"query": "xyzzy"})
    missed = assistant(services, scripted([(nothing,), "No."]))("?")
    assert missed.tool_calls[0].failed and "no passage about xyzzy" in missed.tool_calls[0].result


def test_the_spec_names_what_answers_depend_on_and_no_address(services, scripted):
    one, other = (assistant(services, scripted(["Hi."])).spec for _ in range(2))
    assert one.digest == other.digest
    assert set(one.artifacts) == {"model", "tools", "assistant.md"}


def test_two_tools_of_one_name_are_refused(services, scripted):
    skill = assistant(services, scripted(["Hi."])).toolbox.skills[0]
    with pytest.raises(UsageError, match="two tools are called 'get_weather'"):
        Toolbox(skills=(skill, skill))


def test_a_rehearsal_fails_as_its_input_says(services, scripted):
    def answered(fault):
        model = scripted([(OKRA,), "Fine."])
        given = {"question": "How is OKRA?"} | ({"fault": fault} if fault else {})
        return Rehearsal(model=model, services=services, fetcher=QUICK, version=1)(given)

    assert not answered("").tool_calls[0].failed
    assert "cannot be read" in answered("malformed").tool_calls[0].result
    # Every answer has a session of its own, or the second would find the fault used up.
    assert all(answered("emptyx1").tool_calls[0].failed for _ in range(2))
    rehearsal = Rehearsal(model=scripted(["Hi."]), services=services, version=1)
    assert isinstance(rehearsal._assistant(""), Assistant)
    with pytest.raises(UsageError, match="expected texts"):
        rehearsal({"question": 3})


TOOL = {
    "name": "find_boat",
    "description": "Finds a boat.",
    "parameters": {"type": "object", "properties": {"name": {"type": "string"}}},
}


@pytest.mark.parametrize("tool", [TOOL, {"type": "function", "function": TOOL}])
def test_function_calling_tells_the_model_of_the_given_tools(scripted, tool):
    called = (ToolCall(name="find_boat", arguments={"name": "Merle"}, id="call_0"),)
    model = scripted([called])
    found = FunctionCalling(model=model, prompt=read_instructions(1))(
        {"question": "Where is the Merle?", "tools": [tool]}
    )
    assert found.tool_calls == called and found.usage.calls == 1
    assert model.requests[0].tools[0].parameters == TOOL["parameters"]
    assert [turn.role for turn in model.requests[0].messages] == ["system", "user"]


def test_function_calling_goes_on_with_a_conversation(scripted):
    call = {"name": "find_boat", "arguments": {"name": "Merle"}, "id": "call_0"}
    given = {
        "tools": [TOOL],
        "messages": [
            {"role": "user", "content": "Where is the Merle?"},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "content": '{"pier": 4}', "tool_call_id": "call_0"},
        ],
    }
    model = scripted(["At pier 4."])
    assert FunctionCalling(model=model, prompt=read_instructions(1))(given).text == "At pier 4."
    assert model.requests[0].messages[2].tool_calls[0].arguments == {"name": "Merle"}


def test_an_input_without_tools_is_refused(scripted):
    with pytest.raises(UsageError, match="list of objects as 'tools'"):
        FunctionCalling(model=scripted(["Hi."]), prompt=read_instructions(1))({"question": "Hi"})
