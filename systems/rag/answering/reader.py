"""Reader: what turns a question and passages into an answer; here, a prompted chat model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.prompts import Prompt
from holdfast.system import Passage, Spec, Usage
from systems.models.chat import ChatModel, Message, Request
from systems.rag.answering.declining import DECLINING_VERSION, declines

__all__ = ["PromptedReader", "Reader", "Reading"]

_SETTINGS = ("about", "passages", "sentences", "dated", "max_tokens")
_MAX_TOKENS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader makes of the passages."""

    text: str
    """The answer, with the numbers of the passages that it rests on in brackets."""
    abstained: bool = False
    """The reader says that the passages do not tell."""
    usage: Usage = field(default_factory=Usage)
    timings: Mapping[str, float] = field(default_factory=dict[str, float])


class Reader(Protocol):
    """Answers a question from numbered passages; the first has the number 1."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, question: str, passages: Sequence[Passage], /, *, seed: int) -> Reading: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptedReader:
    """A chat model with one version of a prompt.

    The prompt's turns may use `question` and `passages`, whose `text` begins with a line that names
    the passage. Its settings: `passages`, how many are shown; `sentences`, how many of their
    sentences are kept, where not all; `dated`, whether titles carry state and date; `max_tokens`,
    length of an answer.
    """

    prompt: Prompt
    model: ChatModel

    def __post_init__(self) -> None:
        unknown = sorted(set(self.prompt.settings) - set(_SETTINGS))
        if unknown:
            raise UsageError(
                f"{self.prompt.label}: the setting {unknown[0]!r} means nothing here (known: "
                f"{', '.join(_SETTINGS)})"
            )

    @property
    def spec(self) -> Spec:
        model = self.model.spec
        params: dict[str, Json] = {
            "prompt": f"{self.prompt.name}/v{self.prompt.version}",
            "model": model.label,
        }
        return Spec(
            name="prompted",
            params=params,
            version=f"1-declining-{DECLINING_VERSION}",
            artifacts={"model": model.digest},
            texts=self.prompt.texts,
        )

    def __call__(self, question: str, passages: Sequence[Passage], /, *, seed: int) -> Reading:
        turns = self.prompt.render({"question": question, "passages": passages})
        most = self.prompt.settings.get("max_tokens", _MAX_TOKENS)
        request = Request(
            messages=tuple(Message(role=turn.role, content=turn.content) for turn in turns),
            max_tokens=most if isinstance(most, int) else _MAX_TOKENS,
            seed=seed,
        )
        found = self.model.complete(request)
        first = found.time_to_first_token
        text = found.text.strip()
        return Reading(
            text=text,
            abstained=declines(text),
            usage=found.usage,
            timings={} if first is None else {"time_to_first_token": first},
        )
