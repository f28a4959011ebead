"""Local: a transformers model in this process, which answers many requests at once."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Spec, Usage
from systems.models.batch import Batch
from systems.models.chat import Completion, Request
from systems.models.gathering import Gatherer
from systems.models.grammars import Grammars
from systems.models.lane import Lane
from systems.models.network import Network, load_network
from systems.models.replies import Reply, read_parsed, read_reply
from systems.models.templates import prompt_tokens, tool_mappings
from systems.models.weights import ModelFiles, find_model
from systems.once import Once

__all__ = ["LocalModel"]

Precision = Literal["float32", "bfloat16", "float16"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """A chat model in this process: nano, a folder, or `hf:owner/name`.

    It is loaded at its first use, once per process and setting, from safetensors alone and
    without code of the model's own. Requests of several threads are decoded together, and
    answers in float32 do not depend on what else is under way.
    """

    model: str = "nano"
    precision: Precision = "float32"
    device: str = "cpu"
    most: int = 16
    """Largest number of requests decoded side by side."""
    wait: float = 0.003
    """Seconds that an idle model waits for more requests."""
    _files: Once[ModelFiles] = field(
        default_factory=Once[ModelFiles], init=False, repr=False, compare=False
    )
    _digests: Once[dict[str, str]] = field(
        default_factory=Once[dict[str, str]], init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.precision not in get_args(Precision):
            raise UsageError(
                f"precision must be one of {', '.join(get_args(Precision))}, got {self.precision!r}"
            )
        if self.most < 1:
            raise UsageError(f"most must be at least 1, got {self.most!r}")

    @property
    def label(self) -> str:
        """The model as records name it: a folder by its own name, wherever it lies."""
        return self.model if self.model.startswith("hf:") else Path(self.model).name

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"model": self.label}
        if self.precision != "float32":
            params["precision"] = self.precision
        if self.device != "cpu":
            params["device"] = self.device
        return Spec(name="local", params=params, artifacts=self._digests.get(self._read_digests))

    def complete(self, request: Request, /) -> Completion:
        """Complete one conversation, together with those of other threads."""
        return self.complete_all((request,))[0]

    def complete_all(self, requests: Sequence[Request], /) -> tuple[Completion, ...]:
        """Complete conversations side by side, in their order.

        Raises:
            UsageError: a prompt is longer than the model reads, or the model is not there.
        """
        if not requests:
            return ()
        engine = self._engine()
        lanes = [engine.lane(request) for request in requests]
        engine.gatherer.submit(lanes)
        return tuple(engine.completion(lane) for lane in lanes)

    @property
    def network(self) -> Network:
        """The loaded model and its tokenizer, for those who run it themselves."""
        return self._engine().network

    def _engine(self) -> "_Engine":
        folder = self._find().folder
        key = (str(folder.resolve()), self.precision, self.device, self.most, self.wait)
        with _LOCK:
            engine = _ENGINES.setdefault(key, Once[_Engine]())
        return engine.get(lambda: _Engine(self, self._find()))

    def _find(self) -> ModelFiles:
        return self._files.get(lambda: find_model(self.model))

    def _read_digests(self) -> dict[str, str]:
        return self._find().digests()


class _Engine:
    """A loaded model with its tokenizer and its batch."""

    def __init__(self, model: LocalModel, files: ModelFiles) -> None:
        self.network = load_network(files, precision=model.precision, device=model.device)
        self._tokenizer = self.network.tokenizer
        self._lock = threading.Lock()
        network, ends = self.network.model, self.network.ends
        self._grammars = Grammars(
            self._tokenizer, width=network.config.get_text_config().vocab_size, ends=ends
        )
        self.gatherer = Gatherer(Batch(network, ends=ends), most=model.most, wait=model.wait)

    def lane(self, request: Request) -> Lane:
        """A request as the tokens of its prompt."""
        # The tokenizer keeps state and fails where two threads use it at once.
        with self._lock:
            prompt = prompt_tokens(self._tokenizer, request)
        room = self.network.context - len(prompt)
        if room < 1:
            raise UsageError(
                f"the conversation has {len(prompt):,} tokens, and the model in "
                f"{self._tokenizer.name_or_path!r} reads {self.network.context:,} with its answer; "
                "shorten the prompt, or choose another model by HOLDFAST_MODEL"
            )
        return Lane(
            request,
            prompt,
            limit=min(request.max_tokens, room),
            read=self._read,
            grammar=None if request.schema is None else self._grammars.begin(request.schema),
        )

    def completion(self, lane: Lane) -> Completion:
        """The answer of a lane, once it is over."""
        decoded = lane.done.result()
        reply = self._reply(lane, decoded.text)
        return Completion(
            text=reply.text,
            tool_calls=reply.tool_calls,
            reasoning=reply.reasoning,
            usage=Usage(
                input_tokens=decoded.prompt_tokens, output_tokens=len(decoded.tokens), calls=1
            ),
            finish_reason="tool_calls" if reply.tool_calls else decoded.ending,
            time_to_first_token=decoded.time_to_first_token,
            logprobs=decoded.logprobs if lane.request.logprobs else None,
        )

    def _reply(self, lane: Lane, text: str) -> Reply:
        if getattr(self._tokenizer, "response_template", None) and lane.request.schema is None:
            tools = tool_mappings(lane.request.tools) or None
            with self._lock, suppress(ValueError):
                parsed = self._tokenizer.parse_response(
                    text, prefix=self._tokenizer.decode(list(lane.prompt)), tools=tools
                )
                if reply := read_parsed(parsed):
                    return reply
        return read_reply(text, tools=lane.request.tools)

    def _read(self, tokens: list[int]) -> str:
        # Special tokens stay, because some models mark their calls with them.
        with self._lock:
            return self._tokenizer.decode(tokens, skip_special_tokens=False)


_LOCK = threading.Lock()
_ENGINES: dict[tuple[str, str, str, int, float], Once[_Engine]] = {}
