"""Drill: a lesson with the passages that retrieval finds for it wrongly."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from systems.rag.retrieval.bm25 import BM25
from systems.rag.retrieval.dense import Dense
from systems.rag.retrieval.encoder import SentenceEncoder
from systems.rag.retrieval.hybrid import Hybrid
from systems.rag.training.lesson import Lesson, Shelf

__all__ = ["Drill", "Row", "mine"]

_POOL = 14
"""Wrong passages that are kept, from the best rank."""

_MOST_RIGHT = 3
_OTHER_VERSION = 0.25
"""Share of another version of the right passage, where the right one has 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question with a list of passages and the share of the choice that each should get."""

    question: str
    passages: tuple[str, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A lesson, and what is found for it wrongly, best first."""

    lesson: Lesson
    wrong: tuple[str, ...]

    def draw(self, dice: random.Random, *, length: int) -> Row:
        """A list of right passages, other versions of them, and wrong ones."""
        grades = self.lesson.grades
        right = [identity for identity, grade in grades.items() if grade > 1][:_MOST_RIGHT]
        other = [identity for identity, grade in grades.items() if grade == 1][:2]
        room = max(2, length - len(right) - len(other))
        wrong = dice.sample(self.wrong, min(room, len(self.wrong)))
        shares = [1.0] * len(right) + [_OTHER_VERSION] * len(other) + [0.0] * len(wrong)
        return Row(
            question=self.lesson.question,
            passages=(*right, *other, *wrong),
            shares=tuple(share / sum(shares) for share in shares),
        )


def mine(
    lessons: Sequence[Lesson], shelf: Shelf, *, encoder: SentenceEncoder, folder: Path
) -> Iterator[Drill]:
    """The wrong passages that words and meaning find for each lesson.

    Other versions, regions and models of the right document are among them, since they are what is
    most like it.
    """
    hybrid = Hybrid(
        retrievers=(
            BM25(corpus=shelf, depth=_POOL),
            Dense(corpus=shelf, encoder=encoder, depth=_POOL, folder=folder),
        ),
        pool=_POOL,
        depth=2 * _POOL,
    )
    for lesson in lessons:
        found = [passage.id for passage in hybrid(lesson.question).passages]
        wrong = [identity for identity in found if identity not in lesson.grades]
        if wrong:
            yield Drill(lesson=lesson, wrong=tuple(wrong[:_POOL]))
