"""Answer: what a system returned, made into a Response that a record can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from holdfast.digest import Json
from holdfast.metric import Failure
from holdfast.record import TrialRecord
from holdfast.running.calls import Reply, described
from holdfast.storage.codec import plain, response_text
from holdfast.system import Passage, Response, Span, ToolCall, Usage

__all__ = ["Answered", "received", "recorded", "response_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of asking, from wherever it came."""

    response: Response | None
    text: str | None
    """JSON text of the response."""
    failure: Failure | None = None
    seconds: float = 0.0
    attempts: int = 1
    cached: bool = False
    block: int | None = None
    """Block of an interleaved run, and when in the run the last attempt began; as in a record."""
    began: float | None = None


def recorded(trial: TrialRecord) -> Answered:
    """What an earlier run was told."""
    return Answered(
        response=trial.response,
        text=None if trial.response is None else response_text(trial.response),
        failure=trial.failure,
        seconds=trial.seconds,
        attempts=trial.attempts,
        cached=True,
        block=trial.block,
        began=trial.began,
    )


def received(reply: Reply) -> Answered:
    """What a system said; an answer that cannot be recorded is a failure of the system."""
    failure, response, text = reply.failure, None, None
    if failure is None:
        try:
            response = response_of(reply.value)
            text = response_text(response)
        except (TypeError, ValueError, AttributeError, RecursionError) as error:
            response = None
            why = f"the answer cannot be recorded: {described(error)}"
            failure = Failure(stage="system", error=why)
    return Answered(
        response=response,
        text=text,
        failure=failure,
        seconds=reply.seconds,
        attempts=reply.attempts,
    )


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
        # Judgements know documents by text: any other id would score 0 and not be noticed.
        _check("passages.id", passage.id, str)
    for span in answer.spans:
        _check("spans", span, Span)
    if not (answer.data or answer.tool_calls or answer.passages or answer.timings or answer.spans):
        return answer
    return Response(
        text=answer.text,
        data=plain(answer.data),
        tool_calls=tuple(
            replace(call, arguments=_object(call.arguments)) for call in answer.tool_calls
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


def _object(value: object) -> Mapping[str, Json]:
    copy = plain(value)
    if not isinstance(copy, Mapping):
        raise TypeError(f"the arguments of a tool call are a JSON object, got {value!r:.80}")
    return copy
