"""What a system under test receives and returns."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

from holdfast.digest import Json, canonical, digest_bytes, digest_json
from holdfast.errors import UsageError
from holdfast.redaction import redacted

__all__ = ["Answer", "Passage", "Response", "Span", "Spec", "System", "ToolCall", "Usage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Identity of a system or metric: what could change its answers.

    >>> Spec(name="recall", params={"k": 5}).label
    'recall(k=5)'
    """

    name: str
    params: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """Settings by name; they are part of the label."""
    version: str = "1"
    """Raised whenever behaviour changes in a way that invalidates earlier results."""
    artifacts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Digests by name of prompt files, weights, indexes and code that the answers depend on."""
    texts: Mapping[str, str] = field(default_factory=dict[str, str], compare=False, repr=False)
    """Prompts and other texts by name: each becomes an artifact, and a run keeps the text, so that
    a report can show what changed in it."""

    def __post_init__(self) -> None:
        if self.texts:
            digests = {name: _text_digest(self, name) for name in self.texts}
            object.__setattr__(self, "artifacts", {**self.artifacts, **digests})

    @property
    def label(self) -> str:
        """Name with parameters, as it appears in records, policies and reports; no secrets."""
        if not self.params:
            return self.name
        shown = ((key, redacted(value, name=key)) for key, value in self.params.items())
        return f"{self.name}({', '.join(f'{key}={_plain(value)}' for key, value in shown)})"

    @property
    def recorded(self) -> "Spec":
        """The spec as a run keeps it: without secrets, and with digests where the texts were."""
        params = {key: redacted(value, name=key) for key, value in self.params.items()}
        if params == self.params and not self.texts:
            return self
        return replace(self, params=params, texts={})

    @property
    def digest(self) -> str:
        """Digest of name, parameters, version and artifacts."""
        return digest_json(
            {
                "name": self.name,
                "params": self.params,
                "version": self.version,
                "artifacts": self.artifacts,
            }
        )


def _text_digest(spec: Spec, name: str) -> str:
    text: Any = spec.texts[name]
    if not isinstance(text, str):
        raise UsageError(
            f"the text {name!r} of the spec {spec.name!r} is of type {type(text).__name__}; give "
            "the text itself, such as Path(...).read_text(encoding='utf-8')"
        )
    return digest_bytes(text.encode("utf-8", "surrogatepass"))


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One retrieved passage."""

    id: str
    score: float | None = None
    """Score by which the system ranked it, higher first; None where the order alone is known."""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One call of a tool that the model asked for."""

    name: str
    arguments: Mapping[str, Json] = field(default_factory=dict[str, Json])
    id: str | None = None
    result: str | None = None
    """What the tool gave back, as the model read it; None where nobody carried the call out."""
    failed: bool = False
    """The tool gave no result: `result` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one answer consumed."""

    input_tokens: int = 0
    output_tokens: int = 0
    calls: int = 0
    """Calls of a model or provider."""
    cost: float = 0.0
    """Money, in US dollars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One timed step inside an answer."""

    name: str
    start: float
    """Seconds after the call began."""
    seconds: float
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a system answered."""

    text: str = ""
    data: Json = None
    """Structured answer, where the system gives one."""
    tool_calls: tuple[ToolCall, ...] = ()
    passages: tuple[Passage, ...] = ()
    """Retrieved passages, best first."""
    abstained: bool = False
    """The system declined to answer."""
    usage: Usage = field(default_factory=Usage)
    timings: Mapping[str, float] = field(default_factory=dict[str, float])
    """Seconds by name, such as `time_to_first_token`."""
    spans: tuple[Span, ...] = ()


Answer: TypeAlias = "Response | Json"
"""A system may return a Response, plain text, or any JSON value (which becomes `Response.data`)."""


class System(Protocol):
    """Any callable that takes a case's input; `def` and `async def` both work.

    It may carry `spec: Spec` to name what its answers depend on, and may take a keyword
    argument `seed: int`, which the runner then fills for each case and repeat.
    """

    # Inputs are whatever the dataset holds; a system narrows the type itself.
    def __call__(self, input: Any, /) -> "Answer | Awaitable[Answer]": ...
