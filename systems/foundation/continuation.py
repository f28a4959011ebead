"""Continuation: what a model wrote after a prompt, and how it came to its end."""

from dataclasses import dataclass
from typing import Literal

from holdfast.digest import Json

__all__ = ["Continuation", "Ending"]

Ending = Literal["end", "stop", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """New tokens with their text."""

    tokens: tuple[int, ...]
    """The new tokens, without the one that ends a turn."""
    text: str
    """Their text, cut before the first stop text."""
    ending: Ending
    """`end`: the model ended its turn; `stop`: a stop text came; `length`: it was cut."""
    seconds: float
    """Wall time from the first look at the prompt to the last token."""

    @property
    def rate(self) -> float:
        """New tokens per second."""
        return len(self.tokens) / self.seconds

    @property
    def data(self) -> dict[str, Json]:
        """What is the same every time: tokens, text and ending."""
        return {"tokens": list(self.tokens), "text": self.text, "ending": self.ending}
