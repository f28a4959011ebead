"""Lesson: a question with the passages that answer it, and those that only look like it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.digest import digest_json
from systems.rag.corpus import Section

__all__ = ["Lesson", "Shelf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One question and its graded passages, as in the cases of the handbook."""

    question: str
    grades: Mapping[str, int]
    """2 where a passage answers or is needed, 1 where it is another version of such a passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Sections of several collections, searched together."""

    texts: Sequence[Section]

    @property
    def digest(self) -> str:
        """Digest of every section."""
        return digest_json([[text.id, text.searchable, text.front] for text in self.texts])
