import sys

import pytest

from holdfast.errors import MissingExtra, RateLimited, Unavailable, UsageError
from holdfast.system import ToolCall
from systems.models.anthropic_server import AnthropicModel
from systems.models.chat import Message, Request, Tool
from systems.models.prices import Price

pytest.importorskip("anthropic", reason="anthropic is not installed")

ASK = Request(messages=(Message(role="user", content="Hello?"),), stop=("END",))


def model(script, **settings):
    return AnthropicModel(model="m", base_url=script.url, **settings)


def start(**usage):
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 20, "output_tokens": 1, **usage},
    }
    return {"type": "message_start", "message": message}


def block(index, kind, *deltas):
    yield {"type": "content_block_start", "index": index, "content_block": kind}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def said(index, *parts):
    deltas = [{"type": "text_delta", "text": part} for part in parts]
    return block(index, {"type": "text", "text": ""}, *deltas)


def end(reason):
    delta = {"stop_reason": reason, "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 9}}
    yield {"type": "message_stop"}


def test_a_streamed_answer_is_put_together(script):
    script.stream(start(), *said(0, "Good ", "day."), *end("end_turn"), named=True)
    price = Price(input=2.0, output=10.0, date="2026-06")
    found = model(script, price=price).complete(ASK)
    assert (found.text, found.finish_reason) == ("Good day.", "stop")
    assert found.time_to_first_token > 0 and found.logprobs is None
    assert (found.usage.input_tokens, found.usage.output_tokens) == (20, 9)
    assert found.usage.cost == pytest.approx((20 * 2 + 9 * 10) / 1e6)


def test_cached_input_counts_as_input(script):
    script.stream(start(cache_read_input_tokens=100), *said(0, "x"), *end("end_turn"), named=True)
    assert model(script).complete(ASK).usage.input_tokens == 120


def test_calls_and_results_travel_in_the_form_of_the_api(script):
    use = {"type": "tool_use", "id": "t1", "name": "look", "input": {}}
    deltas = [{"type": "input_json_delta", "partial_json": part} for part in ('{"at": ', '"noon"}')]
    script.stream(
        start(), *said(0, "I look."), *block(1, use, *deltas), *end("tool_use"), named=True
    )
    tool = Tool(name="look", description="Looks.", parameters={"type": "object"})
    turns = (
        Message(role="system", content="Be brief."),
        Message(role="user", content="Look twice."),
        Message(
            role="assistant",
            tool_calls=(ToolCall(name="look", id="a"), ToolCall(name="look", id="b")),
        ),
        Message(role="tool", content="1", tool_call_id="a"),
        Message(role="tool", content="2", tool_call_id="b"),
    )
    found = model(script).complete(Request(messages=turns, tools=(tool,)))
    assert found.tool_calls == (ToolCall(name="look", arguments={"at": "noon"}, id="t1"),)
    assert (found.text, found.finish_reason) == ("I look.", "tool_calls")
    path, headers, body = script.asked[0]
    assert path == "/v1/messages" and body["system"] == "Be brief."
    assert not [name for name in headers if "stainless-os" in name]
    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user"]
    assert [part["tool_use_id"] for part in body["messages"][2]["content"]] == ["a", "b"]
    assert body["tools"][0]["input_schema"] == {"type": "object"}
    assert "temperature" not in body and "seed" not in body


def test_an_older_model_is_sent_a_temperature_and_stop_texts(script):
    script.stream(start(), *said(0, "x"), *end("stop_sequence"), named=True)
    found = model(script, omit=()).complete(ASK)
    body = script.asked[0][2]
    assert (body["temperature"], body["stop_sequences"]) == (0.0, ["END"])
    assert found.finish_reason == "stop"


def test_a_schema_is_asked_for_by_the_output_format(script):
    script.stream(start(), *said(0, "{}"), *end("end_turn"), named=True)
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    model(script).complete(Request(messages=ASK.messages, schema=schema))
    assert script.asked[0][2]["output_config"]["format"]["schema"] == schema


@pytest.mark.parametrize(
    ("reason", "finish"), [("max_tokens", "length"), ("refusal", "refusal"), ("end_turn", "stop")]
)
def test_reasons_to_stop_are_told(script, reason, finish):
    script.stream(start(), *said(0, "x"), *end(reason), named=True)
    assert model(script).complete(ASK).finish_reason == finish


def test_too_many_requests_carry_the_pause_and_are_not_repeated(script):
    script.fail(429, headers={"retry-after": "3"})
    with pytest.raises(RateLimited, match="answered 429") as caught:
        model(script).complete(ASK)
    assert caught.value.retry_after == 3.0 and len(script.asked) == 1


@pytest.mark.parametrize("status", [500, 529])
def test_a_server_that_fails_is_unavailable_and_asked_once(script, status):
    script.fail(status)
    with pytest.raises(Unavailable, match=f"answered {status}"):
        model(script).complete(ASK)
    assert len(script.asked) == 1


def test_a_wrong_key_stays_the_clients_own_error(script):
    import anthropic

    script.fail(401)
    with pytest.raises(anthropic.AuthenticationError):
        model(script).complete(ASK)


def test_a_stream_that_breaks_off_is_no_answer(script):
    script.stream(start(), *said(0, "Half"), cut=True, named=True)
    with pytest.raises(Unavailable, match="broke off"):
        model(script).complete(ASK)
    script.stream(start(), *said(0, "Half"), named=True)
    with pytest.raises(Unavailable, match="no reason to finish"):
        model(script).complete(ASK)
    script.stream(named=True)
    with pytest.raises(Unavailable, match="no reason to finish"):
        model(script).complete(ASK)


def test_an_error_in_the_middle_of_an_answer_is_a_fault(script):
    wrong = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    script.stream(start(), *said(0, "Half"), wrong, named=True)
    with pytest.raises(Unavailable, match="Overloaded"):
        model(script).complete(ASK)


def test_a_missing_key_is_named(monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with pytest.raises(UsageError, match="ANTHROPIC_API_KEY"):
        AnthropicModel(model="m").complete(ASK)


def test_a_missing_client_names_the_install_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "anthropic", None)
    with pytest.raises(MissingExtra, match="pip install anthropic"):
        AnthropicModel(model="m", base_url="http://127.0.0.1:9").complete(ASK)
