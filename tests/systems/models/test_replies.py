import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.system import ToolCall
from systems.models.chat import Tool
from systems.models.replies import read_reply

ADD = Tool(
    name="add",
    description="Adds.",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "note": {"type": "string"}},
    },
)
TOOLS = (ADD, Tool(name="look", description="Looks."))


def calls(text):
    return [(call.name, dict(call.arguments)) for call in read_reply(text, tools=TOOLS).tool_calls]


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>{"name": "add", "arguments": {"a": 1}}</tool_call>',
        '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>\n',
        '<tool_call>{"name": "add", "arguments": {"a": 1}}',
        '<tool_call>{"name": "add", "arguments": "{\\"a\\": 1}"}</tool_call>',
        "<tool_call>\n<function=add>\n<parameter=a>\n1\n</parameter>\n</function>\n</tool_call>",
        '[TOOL_CALLS] [{"name": "add", "arguments": {"a": 1}}]',
        '<|python_tag|>{"name": "add", "parameters": {"a": 1}}',
        '{"name": "add", "parameters": {"a": 1}}',
    ],
)
def test_each_known_form_gives_the_same_call(text):
    assert calls(text) == [("add", {"a": 1})]
    assert read_reply(text, tools=TOOLS).text == ""


def test_several_calls_keep_their_order_and_the_text_around_them():
    text = (
        'I look.\n<tool_call>{"name": "look", "arguments": {}}</tool_call>\n'
        '<tool_call>{"name": "add", "arguments": {"a": 2}}</tool_call>'
    )
    reply = read_reply(text, tools=TOOLS)
    assert reply.text == "I look."
    assert [call.id for call in reply.tool_calls] == ["call_0", "call_1"]
    assert calls(text) == [("look", {}), ("add", {"a": 2})]


@pytest.mark.parametrize(
    "text",
    [
        "<tool_call>{'name': 'add'}</tool_call>",
        '<tool_call>{"name": "add", "arguments": [1]}</tool_call>',
        "<tool_call>add(1)</tool_call>",
        '{"name": "Ada", "age": 41}',
        '[{"name": "add"}]',
        "It is 3.",
        "",
    ],
)
def test_what_is_no_call_stays_as_it_is(text):
    reply = read_reply(text, tools=TOOLS)
    assert reply.tool_calls == () and reply.text == text


def test_a_call_beside_a_broken_one_is_still_read():
    text = '<tool_call>broken</tool_call><tool_call>{"name": "look"}</tool_call>'
    reply = read_reply(text, tools=TOOLS)
    assert calls(text) == [("look", {})] and reply.text == "<tool_call>broken</tool_call>"


def test_without_tools_nothing_is_taken_for_a_call():
    text = '<tool_call>{"name": "add", "arguments": {}}</tool_call>'
    assert read_reply(text, tools=()).text == text


def test_a_marked_value_is_text_where_the_schema_says_so():
    text = (
        "<tool_call><function=add><parameter=note>12</parameter>"
        "<parameter=a>12</parameter></function></tool_call>"
    )
    assert calls(text) == [("add", {"note": "12", "a": 12})]


@pytest.mark.parametrize("text", ["<think>\nHm.\n</think>\n\nYes.", "Hm.\n</think>Yes."])
def test_thoughts_are_kept_apart(text):
    reply = read_reply(text, tools=())
    assert (reply.reasoning, reply.text) == ("Hm.", "Yes.")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "look"]), st.dictionaries(st.text(max_size=8), VALUES)),
        min_size=1,
        max_size=4,
    )
)
def test_every_call_that_is_written_is_read_back(wanted):
    text = "\n".join(
        f"<tool_call>{json.dumps({'name': name, 'arguments': arguments})}</tool_call>"
        for name, arguments in wanted
        if "</tool_call>" not in json.dumps(arguments)
    )
    found = read_reply(text, tools=TOOLS).tool_calls
    kept = [one for one in wanted if "</tool_call>" not in json.dumps(one[1])]
    assert list(found) == [
        ToolCall(name=name, arguments=arguments, id=f"call_{number}")
        for number, (name, arguments) in enumerate(kept)
    ]
