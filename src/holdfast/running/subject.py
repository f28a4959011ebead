"""Subject: what a run puts to the test."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from holdfast.record import TrialRecord
from holdfast.storage.cache import SystemKey

__all__ = ["Answers", "Subject"]

Answers: TypeAlias = Mapping[tuple[str, int], TrialRecord]
"""Recorded trials by case id and repeat, to be scored again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is put to the test: a system to call, or answers that were recorded."""

    system: Any
    """The callable; unused where there are answers."""
    key: SystemKey
    obstacle: str | None
    """Why its answers cannot be taken from the cache, or None where they can."""
    declared: bool
    """Its author says what its answers depend on; no other answers are used in another run."""
    seeded: bool
    """The system takes a keyword argument `seed`."""
    answers: Answers | None = None
