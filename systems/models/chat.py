"""The chat protocol: what a chat model is asked, and what it completes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Spec, ToolCall, Usage

__all__ = ["ChatModel", "Completion", "FinishReason", "Message", "Request", "Role", "Tool"]

Role = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "tool_calls", "refusal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    """Calls that the assistant asked for in this turn."""
    tool_call_id: str | None = None
    """In a turn of the role `tool`: the call that `content` is the result of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the model may ask for."""

    name: str
    description: str
    parameters: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """JSON Schema of its arguments, an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a chat model is asked: a conversation, and how to go on with it."""

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    schema: Mapping[str, Json] | None = None
    """JSON Schema that the text must satisfy, enforced while decoding; None leaves it free."""
    seed: int = 0
    temperature: float = 0.0
    """0 is greedy: always the likeliest token."""
    max_tokens: int = 256
    """Largest number of new tokens."""
    stop: tuple[str, ...] = ()
    """Texts at which the answer ends; they are not part of it."""
    logprobs: bool = False
    """Ask for the log probability of each new token, where the model can tell."""

    def __post_init__(self) -> None:
        if not self.messages:
            raise UsageError("a request needs at least one message")
        if not (0 <= self.temperature < math.inf):
            raise UsageError(f"temperature must be 0 or more, got {self.temperature!r}")
        if self.max_tokens < 1:
            raise UsageError(f"max_tokens must be at least 1, got {self.max_tokens!r}")
        if self.tools and self.schema is not None:
            raise UsageError(
                "a request has either tools or a schema: text that must satisfy a schema leaves "
                "no room for a call"
            )
        if "" in self.stop:
            raise UsageError("a stop text must not be empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The turn with which a chat model went on."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
    finish_reason: FinishReason = "stop"
    """`length` where the answer was cut: by `max_tokens`, or by what the model reads at once;
    `refusal` where a server's filter held it back."""
    reasoning: str = ""
    """What a reasoning model thought before; no part of the text."""
    time_to_first_token: float | None = None
    """Seconds from the request to its first new token; None where it was not seen."""
    logprobs: tuple[float, ...] | None = None
    """Natural logarithms, one for each new token; None where the model does not tell."""

    @property
    def message(self) -> Message:
        """This turn as part of the conversation."""
        return Message(role="assistant", content=self.text, tool_calls=self.tool_calls)


class ChatModel(Protocol):
    """Completes conversations; safe to call from several threads.

    Its spec names the model, its version and what its answers depend on: weights, chat template,
    price list. Errors of a server are the engine's: `RateLimited`, `Unavailable`.
    """

    @property
    def spec(self) -> Spec: ...

    def complete(self, request: Request, /) -> Completion: ...

    def complete_all(self, requests: Sequence[Request], /) -> tuple[Completion, ...]:
        """One completion for each request, in their order."""
        ...
