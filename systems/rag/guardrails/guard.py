"""Guard: the protocols of what stands before, inside and behind an answering pipeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from holdfast.digest import Json
from holdfast.system import Passage, Spec

__all__ = [
    "Alarm",
    "Cleaned",
    "ContextGuard",
    "Draft",
    "Guards",
    "InputGuard",
    "Kind",
    "OutputGuard",
]

Kind = Literal["injection", "off_topic", "personal_data", "secret", "harm"]
"""What was found: an instruction that is not the user's, a question that is none of the system's
business, data about a person, what the system must keep to itself, help with something harmful."""

_LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One finding of a guard."""

    guard: str
    """Name of the guard."""
    kind: Kind
    where: str
    """`question`, `answer`, or the id of a passage."""
    text: str
    """What was found, shortened."""

    @property
    def row(self) -> dict[str, Json]:
        """The finding as a response keeps it."""
        text = self.text if len(self.text) <= _LONGEST else f"{self.text[:_LONGEST]}…"
        return {"guard": self.guard, "kind": self.kind, "where": self.where, "text": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Passages without what must not be read, in their order."""

    passages: tuple[Passage, ...]
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer before it is given."""

    question: str
    passages: tuple[Passage, ...]
    text: str


class InputGuard(Protocol):
    """Looks at a question; an alarm refuses it before anything is retrieved."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, question: str, /) -> tuple[Alarm, ...]: ...


class ContextGuard(Protocol):
    """Takes out of passages what must not be read."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, passages: Sequence[Passage], /) -> Cleaned: ...


class OutputGuard(Protocol):
    """Looks at an answer; an alarm withholds it."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, draft: Draft, /) -> tuple[Alarm, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """The guards that are switched on, by where they stand."""

    input: tuple[InputGuard, ...] = ()
    context: tuple[ContextGuard, ...] = ()
    output: tuple[OutputGuard, ...] = ()

    @property
    def artifacts(self) -> dict[str, str]:
        """Digests of what they depend on, by name."""
        placed = (("input", self.input), ("context", self.context), ("output", self.output))
        return {
            f"{place} guard {guard.spec.name}": guard.spec.digest
            for place, several in placed
            for guard in several
        }

    @property
    def label(self) -> str:
        """Their names in order; empty where none is switched on."""
        return "+".join(guard.spec.name for guard in (*self.input, *self.context, *self.output))
