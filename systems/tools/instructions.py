"""Instructions: what the assistant's model is told, by version of its prompt."""

from pathlib import Path

from holdfast.prompts import Prompt, PromptFolder
from systems.models.chat import Message

__all__ = ["NAME", "opening", "read_instructions"]

NAME = "assistant"
"""Name of the prompt."""
_PROMPTS = PromptFolder(Path(__file__).resolve().parents[1] / "prompts")


def read_instructions(version: int | None = None) -> Prompt:
    """One version of the assistant's prompt; None is the live one.

    Raises:
        UsageError: there is no such version, or none is live.
    """
    return _PROMPTS.read(NAME, version=version)


def opening(prompt: Prompt, question: str) -> tuple[Message, ...]:
    """The turns with which a conversation about the question begins."""
    turns = prompt.render({"question": question})
    return tuple(Message(role=turn.role, content=turn.content) for turn in turns)
