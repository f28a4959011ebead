"""Anthropic: a model behind Anthropic's Messages API, by the official client."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from holdfast.digest import Json
from holdfast.errors import MissingExtra, Unavailable, UsageError
from holdfast.system import Spec, ToolCall, Usage
from systems.models.chat import Completion, FinishReason, Message, Request
from systems.models.faults import faults_of
from systems.models.prices import Price
from systems.once import Once

__all__ = ["AnthropicModel"]

_ENDINGS: dict[str | None, FinishReason] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
    "tool_use": "tool_calls",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnthropicModel:
    """A model behind the Messages API; it takes no seed and tells no log probabilities."""

    model: str
    base_url: str | None = None
    """Address of another server of the same API; None is Anthropic's own."""
    key_env: str = "ANTHROPIC_API_KEY"
    omit: tuple[str, ...] = ("temperature",)
    """Fields of a request that the model refuses. Newer models refuse a temperature; an older one
    is sent it where this is empty."""
    most: int = 8
    """Largest number of calls under way at once in `complete_all`."""
    timeout: float = 120.0
    """Seconds without a sign of life after which a call has failed."""
    price: Price | None = None
    _client: Once[Any] = field(default_factory=Once[Any], init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"model": self.model}
        if self.base_url:
            params["base_url"] = self.base_url
        if self.omit != ("temperature",):
            params["omit"] = list(self.omit)
        params["price"] = self.price.words if self.price else "unknown, counted as 0"
        return Spec(name="anthropic", params=params)

    def complete(self, request: Request, /) -> Completion:
        """Complete one conversation.

        Raises:
            RateLimited: the server asks for fewer calls.
            Unavailable: it failed, or broke off its answer.
            UsageError: there is no key.
        """
        client = self._client.get(self._connect)
        import anthropic

        server = self.base_url or "Anthropic"
        began, first = perf_counter(), None
        with faults_of(anthropic, server):
            try:
                with client.messages.stream(**self._fields(request)) as stream:
                    for event in stream:
                        if first is None and event.type == "content_block_delta":
                            first = perf_counter() - began
                    message = stream.get_final_message()
            except AssertionError:
                # The client asserts that a first event came, of an answer that is empty.
                message = None
        if message is None or message.stop_reason is None:
            raise Unavailable(f"{server} broke off its answer: it gave no reason to finish")
        return self._completion(message, first)

    def complete_all(self, requests: Sequence[Request], /) -> tuple[Completion, ...]:
        """Complete conversations, several at a time, in their order."""
        with ThreadPoolExecutor(max_workers=self.most) as pool:
            return tuple(pool.map(self.complete, requests))

    def _connect(self) -> Any:
        try:
            import anthropic
        except ImportError as error:
            raise MissingExtra("the model needs: pip install anthropic") from error
        key = os.environ.get(self.key_env)
        if not key and self.base_url is None:
            raise UsageError(
                f"{self.model!r} needs a key in the environment variable {self.key_env}"
            )
        # The client would tell the system, its version and its architecture.
        silent = ("OS", "Arch", "Lang", "Runtime", "Runtime-Version", "Package-Version", "Async")
        silence: Any = {f"X-Stainless-{name}": anthropic.Omit() for name in silent}
        return anthropic.Anthropic(
            api_key=key or "none",
            base_url=self.base_url or "https://api.anthropic.com",
            max_retries=0,
            timeout=self.timeout,
            default_headers=silence,
        )

    def _fields(self, request: Request) -> dict[str, Any]:
        system = "\n\n".join(turn.content for turn in request.messages if turn.role == "system")
        fields: dict[str, Any] = {
            "model": self.model,
            "max_tokens": request.max_tokens,
            "messages": _turns(request.messages),
        }
        if system:
            fields["system"] = system
        if request.tools:
            fields["tools"] = [
                {
                    "name": tool.name,
                    "description": tool.description,
                    "input_schema": dict(tool.parameters) or {"type": "object", "properties": {}},
                }
                for tool in request.tools
            ]
        if request.schema is not None:
            wanted = {"type": "json_schema", "schema": dict(request.schema)}
            fields["output_config"] = {"format": wanted}
        if request.stop:
            fields["stop_sequences"] = list(request.stop)
        if "temperature" not in self.omit:
            fields["extra_body"] = {"temperature": request.temperature}
        return {name: value for name, value in fields.items() if name not in self.omit}

    def _completion(self, message: Any, first: float | None) -> Completion:
        calls = tuple(
            ToolCall(name=block.name, arguments=dict(block.input), id=block.id)
            for block in message.content
            if block.type == "tool_use"
        )
        used = message.usage
        read = used.input_tokens + (used.cache_read_input_tokens or 0)
        usage = Usage(
            input_tokens=read + (used.cache_creation_input_tokens or 0),
            output_tokens=used.output_tokens,
            calls=1,
        )
        cost = self.price.cost(usage) if self.price else 0.0
        return Completion(
            text="".join(block.text for block in message.content if block.type == "text"),
            tool_calls=calls,
            reasoning="".join(b.thinking for b in message.content if b.type == "thinking"),
            usage=Usage(
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                calls=1,
                cost=cost,
            ),
            finish_reason=_ENDINGS.get(message.stop_reason, "stop"),
            time_to_first_token=first,
        )


def _turns(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Turns in Anthropic's form: results of tools are a user's, those of one turn together."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "system":
            continue
        role = "user" if message.role == "tool" else message.role
        blocks = _blocks(message)
        if turns and turns[-1]["role"] == role == "user":
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": role, "content": blocks})
    return turns


def _blocks(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        result = {
            "type": "tool_result",
            "tool_use_id": message.tool_call_id or "call_0",
            "content": message.content,
        }
        return [result]
    blocks: list[dict[str, Any]] = []
    if message.content or not message.tool_calls:
        blocks.append({"type": "text", "text": message.content})
    for number, call in enumerate(message.tool_calls):
        identity = call.id or f"call_{number}"
        blocks.append(
            {
                "type": "tool_use",
                "id": identity,
                "name": call.name,
                "input": dict(call.arguments),
            }
        )
    return blocks
