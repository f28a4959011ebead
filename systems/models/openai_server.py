"""OpenAI: any server that speaks OpenAI's Chat Completions, by the official client."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

from holdfast.digest import Json
from holdfast.errors import MissingExtra, Unavailable, UsageError
from holdfast.system import Spec, ToolCall, Usage
from systems.models.chat import Completion, FinishReason, Request
from systems.models.faults import faults_of
from systems.models.prices import Price
from systems.models.templates import tool_mappings, turn_mappings
from systems.once import Once

__all__ = ["OpenAIModel"]

_ENDINGS: dict[str | None, FinishReason] = {
    "length": "length",
    "content_filter": "refusal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAIModel:
    """A model behind OpenAI's API, vLLM, Ollama, llama.cpp, `transformers serve`, ...

    Answers are streamed, so that the time to the first token is seen. Failed calls are not tried
    again here: the runner does that, and knows the limits.
    """

    model: str
    base_url: str | None = None
    """Address of the server, ending in `/v1`; None is OpenAI's own."""
    key_env: str = "OPENAI_API_KEY"
    """Environment variable with the key; a server of your own may need none."""
    omit: tuple[str, ...] = ()
    """Fields of a request that this server or model refuses, such as `temperature`, `seed`,
    `stream_options`."""
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
        if self.omit:
            params["omit"] = list(self.omit)
        params["price"] = self.price.words if self.price else "unknown, counted as 0"
        return Spec(name="openai", params=params)

    def complete(self, request: Request, /) -> Completion:
        """Complete one conversation.

        Raises:
            RateLimited: the server asks for fewer calls.
            Unavailable: it failed, or broke off its answer.
            UsageError: there is no key.
        """
        client = self._client.get(self._connect)
        import openai

        began = perf_counter()
        server = self.base_url or "OpenAI"
        answer = _Answer(began)
        with (
            faults_of(openai, server),
            client.chat.completions.create(**self._fields(request)) as stream,
        ):
            for chunk in stream:
                answer.add(chunk)
        if answer.ending is None:
            raise Unavailable(f"{server} broke off its answer: it gave no reason to finish")
        completion = answer.completion(request)
        cost = self.price.cost(completion.usage) if self.price else 0.0
        return replace(completion, usage=replace(completion.usage, cost=cost))

    def complete_all(self, requests: Sequence[Request], /) -> tuple[Completion, ...]:
        """Complete conversations, several at a time, in their order."""
        with ThreadPoolExecutor(max_workers=self.most) as pool:
            return tuple(pool.map(self.complete, requests))

    def _connect(self) -> Any:
        try:
            import openai
        except ImportError as error:
            raise MissingExtra("the model needs: pip install openai") from error
        key = os.environ.get(self.key_env)
        if not key and self.base_url is None:
            raise UsageError(
                f"{self.model!r} needs a key in the environment variable {self.key_env}, or the "
                "address of another server in HOLDFAST_BASE_URL"
            )
        # The client would tell the system, its version and its architecture.
        silent = ("OS", "Arch", "Lang", "Runtime", "Runtime-Version", "Package-Version", "Async")
        silence: Any = {f"X-Stainless-{name}": openai.Omit() for name in silent}
        return openai.OpenAI(
            api_key=key or "none",
            base_url=self.base_url or "https://api.openai.com/v1",
            max_retries=0,
            timeout=self.timeout,
            default_headers=silence,
        )

    def _fields(self, request: Request) -> dict[str, Any]:
        # OpenAI's own models know the newer name alone, many other servers the older.
        limit = "max_tokens" if self.base_url else "max_completion_tokens"
        fields: dict[str, Any] = {
            "model": self.model,
            "messages": turn_mappings(request.messages, as_text=True),
            "stream": True,
            "stream_options": {"include_usage": True},
            "seed": request.seed,
            "temperature": request.temperature,
            limit: request.max_tokens,
        }
        if request.tools:
            fields["tools"] = tool_mappings(request.tools)
        if request.schema is not None:
            wanted = {"name": "answer", "schema": dict(request.schema), "strict": True}
            fields["response_format"] = {"type": "json_schema", "json_schema": wanted}
        if request.stop:
            fields["stop"] = list(request.stop)
        if request.logprobs:
            fields["logprobs"] = True
        return {name: value for name, value in fields.items() if name not in self.omit}


class _Answer:
    """An answer as it arrives in pieces."""

    def __init__(self, began: float) -> None:
        self.ending: str | None = None
        self._began = began
        self._first: float | None = None
        self._text: list[str] = []
        self._thoughts: list[str] = []
        self._calls: dict[int, list[str]] = {}
        self._logprobs: list[float] = []
        self._usage = Usage(calls=1)

    def add(self, chunk: Any) -> None:
        """Take the next piece."""
        if chunk.usage:
            self._usage = Usage(
                input_tokens=chunk.usage.prompt_tokens,
                output_tokens=chunk.usage.completion_tokens,
                calls=1,
            )
        for choice in chunk.choices or ():
            self._add_delta(choice.delta)
            if choice.logprobs and choice.logprobs.content:
                self._logprobs += [token.logprob for token in choice.logprobs.content]
            self.ending = choice.finish_reason or self.ending

    def _add_delta(self, delta: Any) -> None:
        # vLLM and others name a reasoning model's thoughts so; OpenAI does not tell them.
        thought = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None)
        if self._first is None and (delta.content or thought or delta.tool_calls):
            self._first = perf_counter() - self._began
        self._text.append(delta.content or delta.refusal or "")
        self._thoughts.append(thought or "")
        for part in delta.tool_calls or ():
            call = self._calls.setdefault(part.index, ["", "", ""])
            call[0] = call[0] or part.id or ""
            if part.function:
                call[1] += part.function.name or ""
                call[2] += part.function.arguments or ""

    def completion(self, request: Request) -> Completion:
        """The whole answer; a call whose arguments are no JSON object stays as text."""
        calls: list[ToolCall] = []
        text = "".join(self._text)
        for number, (identity, name, arguments) in sorted(self._calls.items()):
            read = _object(arguments)
            if read is None:
                text += f"{name}({arguments})"
            else:
                calls.append(ToolCall(name=name, arguments=read, id=identity or f"call_{number}"))
        ending: FinishReason = _ENDINGS.get(self.ending, "tool_calls" if calls else "stop")
        return Completion(
            text=text,
            tool_calls=tuple(calls),
            reasoning="".join(self._thoughts),
            usage=self._usage,
            finish_reason=ending,
            time_to_first_token=self._first,
            logprobs=tuple(self._logprobs) if request.logprobs and self._logprobs else None,
        )


def _object(text: str) -> dict[str, Json] | None:
    try:
        read = json.loads(text or "{}")
    except json.JSONDecodeError:
        return None
    return read if isinstance(read, dict) else None
