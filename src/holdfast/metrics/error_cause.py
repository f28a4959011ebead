"""Error cause: which part of an answering system is to blame for a wrong answer."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Metric, Outcome, Score, Trial
from holdfast.metrics.relevance import read_grades
from holdfast.system import Spec

__all__ = ["CAUSES", "Cause", "ErrorCause"]

Cause: TypeAlias = Literal[
    "retrieval_missed",
    "not_used",
    "unfaithful",
    "should_have_abstained",
    "wrongly_abstained",
]
CAUSES: tuple[Cause, ...] = get_args(Cause)
"""Every cause; an answer that has none is right."""

_MIDDLE = 0.5
_Seen: TypeAlias = Cause | Literal["right"] | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCause:
    """1 where the answer is wrong for this one cause, else 0; the causes exclude each other.

    - `should_have_abstained`: the case has no answer, and one was given.
    - `retrieval_missed`: wrong or declined, and a passage that the answer needs was not shown.
    - `wrongly_abstained`: declined, although all of them were shown.
    - `unfaithful`: wrong, all were shown, and the answer says what no shown passage says.
    - `not_used`: wrong, all were shown, and the answer keeps to the passages.

    Needed are the passages of a grade of at least `level`. A right answer has no cause, however it
    came about. What correctness and faithfulness cannot see, this cannot see either.
    """

    cause: Cause
    correct: Metric
    """An answer is right where its score reaches the middle of its range."""
    faithful: Metric | None = None
    """An answer is faithful where its score reaches the middle of its range; with None nobody looks
    and every such answer counts as `not_used`."""
    level: float = 2.0
    """Lowest grade of a passage without which the case cannot be answered."""

    def __post_init__(self) -> None:
        if self.cause not in CAUSES:
            raise UsageError(f"unknown cause {self.cause!r}; known: {', '.join(CAUSES)}")
        for metric in (self.correct, self.faithful):
            if metric is not None and metric.bounds is None:
                raise UsageError(
                    f"{metric.spec.label} has no smallest and largest score, so nothing says when "
                    "an answer passes; give error_cause metrics with bounds"
                )

    @property
    def spec(self) -> Spec:
        artifacts = {"correct": self.correct.spec.digest}
        if self.faithful is not None:
            artifacts["faithful"] = self.faithful.spec.digest
        params = {"cause": self.cause, **({} if self.level == 2.0 else {"level": self.level})}
        return Spec(name="error_cause", version="2", params=params, artifacts=artifacts)

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    @property
    def judge(self) -> bool:
        """It errs where the metrics do that it builds on."""
        return any(getattr(one, "judge", False) for one in (self.correct, self.faithful))

    def __call__(self, trial: Trial, /) -> Outcome | Awaitable[Outcome]:
        known = self._without_metrics(trial)
        if known is not None:
            return self._score(known)
        correct = self.correct(trial)
        faithful = None
        if isinstance(correct, Score) and not _passes(self.correct, correct):
            faithful = None if self.faithful is None else self.faithful(trial)
        if isinstance(correct, Awaitable) or isinstance(faithful, Awaitable):
            return self._awaited(trial, correct, faithful)
        return self._score(self._judged(trial, correct, faithful))

    async def _awaited(
        self,
        trial: Trial,
        correct: Outcome | Awaitable[Outcome],
        faithful: Outcome | Awaitable[Outcome] | None,
    ) -> Outcome:
        told = await correct if isinstance(correct, Awaitable) else correct
        if faithful is None and isinstance(told, Score) and not _passes(self.correct, told):
            faithful = None if self.faithful is None else self.faithful(trial)
        kept = await faithful if isinstance(faithful, Awaitable) else faithful
        return self._score(self._judged(trial, told, kept))

    def _without_metrics(self, trial: Trial) -> _Seen | None:
        """What is clear from the passages and from whether it answered; None leaves it open."""
        grades = read_grades(trial.case)
        if isinstance(grades, Failure):
            return grades
        abstained = trial.response.abstained
        best = max(grades.values(), default=0.0)
        if 0 < best < self.level:
            return Failure(
                stage="metric",
                error=f"case {trial.case.id!r} has no passage of grade {self.level:g} or more, so "
                "nothing says which ones its answer needs; give error_cause their lowest grade, "
                f"such as level={best:g}",
            )
        if not any(grade > 0 for grade in grades.values()):
            return "right" if abstained else "should_have_abstained"
        if abstained:
            return "retrieval_missed" if self._missed(trial) else "wrongly_abstained"
        return None

    def _missed(self, trial: Trial) -> bool:
        grades = read_grades(trial.case)
        if isinstance(grades, Failure):
            return False
        shown = {passage.id for passage in trial.response.passages}
        return any(
            grade >= self.level and identity not in shown for identity, grade in grades.items()
        )

    def _judged(self, trial: Trial, correct: Outcome, faithful: Outcome | None) -> _Seen:
        if isinstance(correct, Failure):
            return correct
        if _passes(self.correct, correct):
            return "right"
        if self._missed(trial):
            return "retrieval_missed"
        if isinstance(faithful, Failure):
            return faithful
        if faithful is None or self.faithful is None:
            return "not_used"
        return "not_used" if _passes(self.faithful, faithful) else "unfaithful"

    def _score(self, seen: _Seen) -> Outcome:
        if isinstance(seen, Failure):
            return seen
        return Score(float(seen == self.cause), seen.replace("_", " "))


def _passes(metric: Metric, score: Score) -> bool:
    low, high = metric.bounds or (0.0, 1.0)
    share = (score.value - low) / (high - low)
    return (share if metric.better == "higher" else 1.0 - share) >= _MIDDLE
