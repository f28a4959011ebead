"""Answer: what a system returned, made into a Response that a record can hold."""

from collections.abc import Mapping

from holdfast.codec import plain
from holdfast.system import Passage, Response, Span, ToolCall, Usage

__all__ = ["response_of"]


def response_of(answer: object) -> Response:
    """Response of anything that a system may return, free of anything that the system still holds.

    Raises:
        TypeError: the answer is neither a Response nor text nor a JSON value.
    """
    if isinstance(answer, str):
        return Response(text=str(answer))
    if not isinstance(answer, Response):
        return Response(data=plain(answer))
    _check("text", answer.text, str)
    _check("usage", answer.usage, Usage)
    for call in answer.tool_calls:
        _check("tool_calls", call, ToolCall)
    for passage in answer.passages:
        _check("passages", passage, Passage)
    for span in answer.spans:
        _check("spans", span, Span)
    if not (answer.data or answer.tool_calls or answer.passages or answer.timings or answer.spans):
        return answer
    return Response(
        text=answer.text,
        data=plain(answer.data),
        tool_calls=tuple(
            ToolCall(name=call.name, arguments=_object(call.arguments), id=call.id)
            for call in answer.tool_calls
        ),
        passages=tuple(answer.passages),
        abstained=answer.abstained,
        usage=answer.usage,
        timings={str(name): float(seconds) for name, seconds in answer.timings.items()},
        spans=tuple(answer.spans),
    )


def _check(field: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise TypeError(
            f"Response.{field} takes {kind.__name__}, got {type(value).__name__}: {value!r:.80}"
        )


def _object(value: object) -> "Mapping[str, object]":
    copy = plain(value)
    if not isinstance(copy, dict):
        raise TypeError(f"the arguments of a tool call are a JSON object, got {value!r:.80}")
    return copy
