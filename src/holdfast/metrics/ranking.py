"""Ranking: the passages of one answer in the order in which they count, with their grades."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.errors import UsageError
from holdfast.metric import Failure, Trial
from holdfast.metrics.declining import elsewhere
from holdfast.metrics.relevance import read_grades
from holdfast.system import Passage

__all__ = ["Hits", "Ranking", "ranked", "read_hits", "read_ranking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What a retrieval metric needs to know of one trial."""

    grades: tuple[float, ...]
    """Grade of each retrieved passage, best rank first; 0 where nobody judged it."""
    ideal: tuple[float, ...]
    """Every grade above zero that the case holds, highest first; never empty."""

    def hits(self, level: float) -> tuple[bool, ...]:
        """Whether each retrieved passage is relevant, that is, has at least this grade."""
        return tuple(grade >= level for grade in self.grades)

    def relevant(self, level: float) -> int | Failure:
        """Number of relevant passages of the case, a failure where there are none."""
        count = sum(grade >= level for grade in self.ideal)
        if count:
            return count
        return Failure(
            stage="metric",
            error=f"no passage of the case has a grade of {level!r} or more; "
            "lower the level of the metric, or raise the grade of the passages that answer it",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Where the relevant passages of one trial stand."""

    ranks: tuple[int, ...]
    """Ranks of those that were found, the best first."""
    looked: int
    """Number of passages looked at."""
    relevant: int
    """Number of relevant passages of the case, found or not; at least 1."""

    @property
    def precisions(self) -> tuple[float, ...]:
        """Share of relevant passages down to each of the ranks."""
        return tuple(found / rank for found, rank in enumerate(self.ranks, start=1))

    @property
    def told(self) -> str:
        """How many were found, in words."""
        return f"{len(self.ranks)} of {self.relevant} relevant passages"


def ranked(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Passages in the order in which they count, each id once.

    Where every passage has a score, the order is score descending and, among equal scores, id
    descending, as in trec_eval (NIST): a tie is broken the same way whatever order the system
    returned. Where a score is missing, the order is the system's own. Of passages with one id only
    the best ranked counts.

    >>> [passage.id for passage in ranked([Passage(id="a", score=1.0), Passage(id="b", score=1.0)])]
    ['b', 'a']

    Raises:
        UsageError: a score is NaN, which cannot be ordered.
    """
    given = list(passages)
    scored = [(passage.score, passage) for passage in given if passage.score is not None]
    for score, passage in scored:
        if math.isnan(score):
            raise UsageError(
                f"passage {passage.id!r} has the score nan, which has no place in an order; "
                "leave out the scores (None) where only the order is known"
            )
    if len(scored) == len(given):
        # Two stable sorts: ids compare by code point, which is the byte order of their UTF-8.
        given.sort(key=lambda passage: passage.id, reverse=True)
        given.sort(key=lambda passage: passage.score or 0.0, reverse=True)
    first: dict[str, Passage] = {}
    for passage in given:
        first.setdefault(passage.id, passage)
    return tuple(first.values())


def read_ranking(trial: Trial) -> Ranking | Failure:
    """Ranking of a trial's passages, a failure where its case has no relevant passage."""
    grades = read_grades(trial.case)
    if isinstance(grades, Failure):
        return grades
    ideal = tuple(sorted((grade for grade in grades.values() if grade > 0), reverse=True))
    if not ideal:
        return Failure(
            stage="metric",
            error=f"case {trial.case.id!r} has no relevant passage, so nothing can be retrieved; "
            "put unanswerable cases into a suite of their own (holdfast.readers.Filtered splits a "
            "dataset) and score them with Abstention",
        )
    if unread := elsewhere(trial.response, wanted=("passages",)):
        return unread
    try:
        passages = ranked(trial.response.passages)
    except UsageError as error:
        return Failure(stage="system", error=str(error))
    return Ranking(grades=tuple(grades.get(passage.id, 0.0) for passage in passages), ideal=ideal)


def read_hits(trial: Trial, *, k: int | None, level: float) -> Hits | Failure:
    """Relevant passages among the first k, a failure where the case has none."""
    ranking = read_ranking(trial)
    if isinstance(ranking, Failure):
        return ranking
    relevant = ranking.relevant(level)
    if isinstance(relevant, Failure):
        return relevant
    hits = ranking.hits(level)[:k]
    ranks = tuple(rank for rank, hit in enumerate(hits, start=1) if hit)
    return Hits(ranks=ranks, looked=len(hits), relevant=relevant)
