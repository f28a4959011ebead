import sys

import pytest

from holdfast.errors import MissingExtra, RateLimited, Unavailable, UsageError
from holdfast.system import ToolCall
from systems.models.chat import Message, Request, Tool
from systems.models.openai_server import OpenAIModel
from systems.models.prices import Price

pytest.importorskip("openai", reason="openai is not installed")

ASK = Request(messages=(Message(role="user", content="Hello?"),), seed=7, stop=("END",))
USED = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}


def chunk(*, usage=None, finish=None, logprobs=None, choices=True, **delta):
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    if logprobs:
        tokens = [{"token": "x", "logprob": one, "top_logprobs": []} for one in logprobs]
        choice["logprobs"] = {"content": tokens, "refusal": None}
    return {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [choice] if choices else [],
        "usage": usage,
    }


def model(script, **settings):
    return OpenAIModel(model="m", base_url=f"{script.url}/v1", **settings)


def test_a_streamed_answer_is_put_together(script):
    script.stream(
        chunk(role="assistant", content=""),
        chunk(content="Good ", logprobs=[-0.25]),
        chunk(content="day.", logprobs=[-0.5, -0.125]),
        chunk(finish="stop"),
        chunk(choices=False, usage=USED),
        "[DONE]",
    )
    price = Price(input=2.0, output=10.0, date="2026-06")
    request = Request(messages=ASK.messages, logprobs=True)
    found = model(script, price=price).complete(request)
    assert found.text == "Good day." and found.finish_reason == "stop"
    assert found.logprobs == (-0.25, -0.5, -0.125)
    assert found.time_to_first_token > 0
    assert (found.usage.input_tokens, found.usage.output_tokens, found.usage.calls) == (12, 3, 1)
    assert found.usage.cost == pytest.approx((12 * 2 + 3 * 10) / 1e6)


def test_the_request_says_everything_and_nothing_of_this_machine(script, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-the-test")
    script.stream(chunk(content="x", finish="stop"), "[DONE]")
    tool = Tool(name="look", description="Looks.", parameters={"type": "object"})
    turns = (
        Message(role="system", content="Be brief."),
        Message(role="user", content="Look!"),
        Message(role="assistant", tool_calls=(ToolCall(name="look", arguments={"a": 1}, id="c"),)),
        Message(role="tool", content="seen", tool_call_id="c"),
    )
    request = Request(messages=turns, tools=(tool,), seed=7, temperature=0.5, stop=("END",))
    model(script).complete(request)
    path, headers, body = script.asked[0]
    assert path == "/v1/chat/completions"
    assert headers["authorization"] == "Bearer key-of-the-test"
    assert not [name for name in headers if "stainless-os" in name]
    assert body["messages"][2] == {
        "role": "assistant",
        "content": "",
        "tool_calls": [
            {"id": "c", "type": "function", "function": {"name": "look", "arguments": '{"a": 1}'}}
        ],
    }
    assert body["messages"][3] == {"role": "tool", "content": "seen", "tool_call_id": "c"}
    assert body["tools"][0]["function"]["name"] == "look"
    assert (body["seed"], body["temperature"], body["stop"]) == (7, 0.5, ["END"])
    assert body["max_tokens"] == 256 and body["stream_options"] == {"include_usage": True}


def test_a_schema_is_asked_for_by_the_response_format(script):
    script.stream(chunk(content="{}", finish="stop"), "[DONE]")
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    model(script).complete(Request(messages=ASK.messages, schema=schema))
    wanted = script.asked[0][2]["response_format"]
    assert wanted["type"] == "json_schema" and wanted["json_schema"]["schema"] == schema


def test_fields_that_a_server_refuses_are_left_out(script):
    script.stream(chunk(content="x", finish="stop"), "[DONE]")
    model(script, omit=("temperature", "stream_options")).complete(ASK)
    assert not {"temperature", "stream_options"} & set(script.asked[0][2])


def test_calls_in_pieces_are_put_together_by_index(script):
    def part(index, **function):
        return {"index": index, "function": function}

    script.stream(
        chunk(tool_calls=[{"id": "a", "type": "function", **part(0, name="add", arguments="")}]),
        chunk(tool_calls=[part(0, arguments='{"x": ')]),
        chunk(tool_calls=[{"id": "b", **part(1, name="sub", arguments='{"y": 2}')}]),
        chunk(tool_calls=[part(0, arguments="1}")]),
        chunk(finish="tool_calls"),
        "[DONE]",
    )
    found = model(script).complete(ASK)
    assert found.tool_calls == (
        ToolCall(name="add", arguments={"x": 1}, id="a"),
        ToolCall(name="sub", arguments={"y": 2}, id="b"),
    )
    assert found.finish_reason == "tool_calls" and found.text == ""


def test_a_call_with_broken_arguments_stays_as_text(script):
    call = {"index": 0, "id": "a", "function": {"name": "add", "arguments": '{"x": '}}
    script.stream(chunk(tool_calls=[call]), chunk(finish="tool_calls"), "[DONE]")
    found = model(script).complete(ASK)
    assert found.tool_calls == () and found.text == 'add({"x": )' and found.finish_reason == "stop"


def test_thoughts_are_kept_apart_and_a_filter_is_a_refusal(script):
    script.stream(chunk(reasoning_content="Hm."), chunk(finish="content_filter"), "[DONE]")
    found = model(script).complete(ASK)
    assert (found.reasoning, found.text, found.finish_reason) == ("Hm.", "", "refusal")


@pytest.mark.parametrize(("stated", "seconds"), [("7", 7.0), ("0.5", 0.5), ("soon", None)])
def test_too_many_requests_carry_the_pause_and_are_not_repeated(script, stated, seconds):
    script.fail(429, headers={"retry-after": stated})
    with pytest.raises(RateLimited, match="answered 429") as caught:
        model(script).complete(ASK)
    assert caught.value.retry_after == seconds
    assert len(script.asked) == 1


@pytest.mark.parametrize("status", [408, 500, 502, 503])
def test_a_server_that_fails_is_unavailable_and_asked_once(script, status):
    script.fail(status)
    with pytest.raises(Unavailable, match=f"answered {status}"):
        model(script).complete(ASK)
    assert len(script.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_wrong_request_or_key_stays_the_clients_own_error(script, status):
    import openai

    script.fail(status)
    with pytest.raises(openai.APIStatusError) as caught:
        model(script).complete(ASK)
    assert caught.value.status_code == status


def test_a_stream_that_breaks_off_is_no_answer(script):
    script.stream(chunk(content="Half an"), cut=True)
    with pytest.raises(Unavailable, match="broke off"):
        model(script).complete(ASK)


def test_a_stream_that_ends_without_a_reason_is_no_answer(script):
    script.stream(chunk(content="Half an"), "[DONE]")
    with pytest.raises(Unavailable, match="no reason to finish"):
        model(script).complete(ASK)


def test_an_answer_without_choices_is_no_answer(script):
    script.stream(chunk(choices=False), "[DONE]")
    with pytest.raises(Unavailable, match="no reason to finish"):
        model(script).complete(ASK)


def test_broken_json_is_no_answer(script):
    script.stream(chunk(content="x"), '{"id": ', "[DONE]")
    with pytest.raises(Unavailable, match="no JSON"):
        model(script).complete(ASK)


def test_an_error_in_the_middle_of_an_answer_is_a_fault(script):
    script.stream(chunk(content="x"), {"error": {"message": "out of memory"}})
    with pytest.raises(Unavailable, match="out of memory"):
        model(script).complete(ASK)
    script.stream({"error": {"message": "slow down", "type": "rate_limit_exceeded"}})
    with pytest.raises(RateLimited):
        model(script).complete(ASK)


def test_a_server_that_is_not_there_is_unavailable():
    with pytest.raises(Unavailable, match="cannot be reached"):
        OpenAIModel(model="m", base_url="http://127.0.0.1:9/v1").complete(ASK)


def test_a_missing_key_is_named(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UsageError, match="OPENAI_API_KEY"):
        OpenAIModel(model="m").complete(ASK)


def test_many_requests_keep_their_order(script):
    for _ in range(6):
        script.stream(chunk(content="x", finish="stop", usage=USED), "[DONE]")
    found = model(script, most=3).complete_all([ASK] * 6)
    assert [one.text for one in found] == ["x"] * 6 and len(script.asked) == 6


def test_an_unknown_price_is_stated():
    assert OpenAIModel(model="m").spec.params["price"] == "unknown, counted as 0"


def test_a_missing_client_names_the_install_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(MissingExtra, match="pip install openai"):
        OpenAIModel(model="m", base_url="http://127.0.0.1:9").complete(ASK)
