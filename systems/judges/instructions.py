"""Instructions: what a judge is told, by version of its prompt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.prompts import Prompt, PromptFolder
from systems.models.chat import ChatModel, Completion, Message, Request

__all__ = ["Instructions", "read_instructions"]

_PROMPTS = PromptFolder(Path(__file__).resolve().parents[1] / "prompts")
_KNOWN = ("about", "max_tokens", "scale", "temperature")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """The prompt of a judge, with its settings read.

    What its settings can say: `scale`, lowest and highest grade; `max_tokens`, length of a verdict;
    `temperature`, above 0 only where the judge is asked several times.
    """

    prompt: Prompt
    scale: tuple[int, int] | None = field(init=False)
    """Lowest and highest grade; None for a judge of pairs."""
    max_tokens: int = field(init=False)
    temperature: float = field(init=False)

    def __post_init__(self) -> None:
        settings = self.prompt.settings
        unknown = sorted(set(settings) - set(_KNOWN))
        if unknown:
            raise UsageError(
                f"{self.prompt.label}: the setting {unknown[0]!r} means nothing here (known: "
                f"{', '.join(_KNOWN)})"
            )
        object.__setattr__(self, "scale", _scale(settings.get("scale"), self.prompt.label))
        object.__setattr__(self, "max_tokens", int(_number(settings, "max_tokens", 512)))
        object.__setattr__(self, "temperature", float(_number(settings, "temperature", 0.0)))

    def ask(
        self,
        model: ChatModel,
        given: Mapping[str, Json],
        *,
        schema: Mapping[str, Json],
        seed: int,
    ) -> Completion:
        """What the model answers to the filled-in prompt."""
        turns = self.prompt.render(given)
        request = Request(
            messages=tuple(Message(role=turn.role, content=turn.content) for turn in turns),
            schema=schema,
            seed=seed,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
        )
        return model.complete(request)


def read_instructions(name: str, *, version: int | None = None) -> Instructions:
    """The prompt `judge-<name>`; the live version where none is given.

    Raises:
        UsageError: there is no such prompt or version.
    """
    return Instructions(prompt=_PROMPTS.read(f"judge-{name}", version=version))


def _scale(value: Json, label: str) -> tuple[int, int] | None:
    if value is None:
        return None
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        low, high = value
        if isinstance(low, int) and isinstance(high, int) and low < high:
            return low, high
    raise UsageError(f"{label}: scale must be [lowest, highest] in whole numbers, got {value!r}")


def _number(settings: Mapping[str, Json], name: str, default: float) -> float:
    value = settings.get(name, default)
    return value if isinstance(value, int | float) else default
