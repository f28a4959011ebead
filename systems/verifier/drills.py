"""Drills: lessons with the sentences that were chosen for them, as the adapter reads them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from holdfast.verifying.claim_verifier import ClaimVerifier
from holdfast.verifying.evidence import prepare
from holdfast.verifying.sentences import split
from holdfast.verifying.verdict import Verdict
from systems.rag.reranking.states import States
from systems.verifier.lesson import Lesson
from systems.verifier.neighbours import Neighbours

__all__ = ["Drill", "drills", "token_marks", "window"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A lesson, the sentences that bear on it, and what the shipped verifier makes of it."""

    lesson: Lesson
    window: tuple[str, ...] = field(repr=False)
    """What the adapter reads."""
    words: tuple[str, ...] = field(repr=False)
    """What the shipped verifier chose by words alone."""
    score: float


def window(verdict: Verdict) -> tuple[str, ...]:
    """The sentences on which a verdict rests, without labels such as `(meta data) TITLE:`."""
    return prepare(tuple(one.sentence for one in verdict.grounds)).texts


def drills(lessons: Iterable[Lesson], *, near: Neighbours) -> Iterator[Drill]:
    """Drills of lessons; those for which nothing in the evidence bears on the claim are no use.

    Args:
        lessons: what is to be learned.
        near: chooses the sentences to read, as `AdaptedVerifier` does.
    """
    verifier = ClaimVerifier()
    for lesson in lessons:
        (verdict,) = verifier.verify([lesson.claim], lesson.evidence)
        words = window(verdict)
        parts = prepare([part for text in lesson.evidence for part in split(text)]).texts
        (chosen,) = near([lesson.claim], parts, known=[words])
        if words:
            yield Drill(lesson=lesson, window=chosen, words=words, score=verdict.score)


def token_marks(lesson: Lesson, lower: States) -> Sequence[bool]:
    """For each token of the claim, whether it is part of a word that is wrong."""
    wrong = lesson.wrong or ()
    return [
        any(begin < last and first < end for first, last in wrong) and end > begin
        for begin, end in lower.spans(lesson.claim)
    ]
