"""Lesson: one conversation to learn from."""

from dataclasses import dataclass

from systems.models.chat import Message, Tool

__all__ = ["Lesson", "assistant", "result", "system", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A conversation whose assistant turns are learned, but for those named."""

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    skipped: frozenset[int] = frozenset()
    """Assistant turns, counted from 0, that could not be known and are not learned."""
    kept: frozenset[str] = frozenset()
    """Words in lower case that tell what a value is, so that another word would tell nothing."""


def system(content: str) -> Message:
    """What the conversation is for."""
    return Message(role="system", content=content)


def user(content: str) -> Message:
    """What the user says."""
    return Message(role="user", content=content)


def assistant(content: str) -> Message:
    """What the model should say."""
    return Message(role="assistant", content=content)


def result(content: str) -> Message:
    """What a tool gave."""
    return Message(role="tool", content=content)
