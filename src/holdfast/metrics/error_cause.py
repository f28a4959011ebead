"""Error cause: which part of an answering system is to blame for a wrong answer."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Metric, Outcome, Score, Trial
from holdfast.metrics.declining import declined
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

    - `should_have_abstained`: the case has no answer, or is to be refused, and one was given.
    - `retrieval_missed`: wrong or declined, and a passage that the answer needs was not retrieved.
    - `wrongly_abstained`: declined, although all of them were retrieved; or refused.
    - `unfaithful`: wrong, all were shown, and the answer says what no shown passage says.
    - `not_used`: wrong, all were retrieved, and one was not shown or the answer keeps to them.

    Needed are the passages of a grade of at least `level`; retrieved are the passages of the
    response and those whose ids stand in its `data["left_out"]`, for a part of the system that
    drops what was retrieved is no fault of the retriever. `data["refused"]` says that a guard
    refused, and `expected["refuse"]` that it should: then passages do not matter. A right answer
    has no cause, however it came about. What correctness and faithfulness cannot see, this cannot
    see either.
    """

    cause: Cause
    correct: Metric
    """An answer is right where its score is above the middle of its range: half is not right."""
    faithful: Metric | None = None
    """An answer is faithful where its score is above the middle of its range; with None nobody
    looks and every such answer counts as `not_used`."""
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
        return Spec(name="error_cause", version="4", params=params, artifacts=artifacts)

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
            return self._score(known, trial)
        correct = self.correct(trial)
        faithful = None
        if isinstance(correct, Score) and not _passes(self.correct, correct):
            faithful = None if self.faithful is None else self.faithful(trial)
        if isinstance(correct, Awaitable) or isinstance(faithful, Awaitable):
            return self._awaited(trial, correct, faithful)
        return self._score(self._judged(trial, correct, faithful), trial)

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
        return self._score(self._judged(trial, told, kept), trial)

    def _without_metrics(self, trial: Trial) -> _Seen | None:
        """What is clear from the passages and from whether it answered; None leaves it open."""
        refused, gave_none = _refused(trial), declined(trial.response)
        if _must_refuse(trial):
            return "right" if gave_none else "should_have_abstained"
        grades = self._grades(trial)
        if isinstance(grades, Failure):
            return grades
        if not any(grade > 0 for grade in grades.values()):
            return "right" if gave_none else "should_have_abstained"
        if not gave_none:
            return None
        missed = not refused and self._needed(trial) - _shown(trial) - _left_out(trial)
        return "retrieval_missed" if missed else "wrongly_abstained"

    def _grades(self, trial: Trial) -> Mapping[str, float] | Failure:
        """The grades, a failure where they name no passage that the answer needs."""
        grades = read_grades(trial.case)
        if isinstance(grades, Failure):
            return grades
        best = max(grades.values(), default=0.0)
        if not 0 < best < self.level:
            return grades
        return Failure(
            stage="metric",
            error=f"case {trial.case.id!r} has no passage of grade {self.level:g} or more, so "
            "nothing says which ones its answer needs; give error_cause their lowest grade, "
            f"such as level={best:g}",
        )

    def _needed(self, trial: Trial) -> set[str]:
        """Ids of the passages without which the case cannot be answered."""
        grades = read_grades(trial.case)
        if isinstance(grades, Failure):
            return set()
        return {identity for identity, grade in grades.items() if grade >= self.level}

    def _judged(self, trial: Trial, correct: Outcome, faithful: Outcome | None) -> _Seen:
        if isinstance(correct, Failure):
            return correct
        if _passes(self.correct, correct):
            return "right"
        unseen = self._needed(trial) - _shown(trial)
        if unseen:
            return "retrieval_missed" if unseen - _left_out(trial) else "not_used"
        if isinstance(faithful, Failure):
            return faithful
        if faithful is None or self.faithful is None:
            return "not_used"
        return "not_used" if _passes(self.faithful, faithful) else "unfaithful"

    def _score(self, seen: _Seen, trial: Trial) -> Outcome:
        if isinstance(seen, Failure):
            return seen
        why = seen.replace("_", " ")
        dropped = sorted((self._needed(trial) - _shown(trial)) & _left_out(trial))
        if seen == "wrongly_abstained" and _refused(trial):
            why += ": it was refused"
        elif seen in ("not_used", "wrongly_abstained") and dropped:
            why += f": {', '.join(map(repr, dropped))} was retrieved and not shown"
        return Score(float(seen == self.cause), why)


def _must_refuse(trial: Trial) -> bool:
    expected = trial.case.expected
    return isinstance(expected, Mapping) and expected.get("refuse") is True


def _refused(trial: Trial) -> bool:
    data = trial.response.data
    return isinstance(data, Mapping) and data.get("refused") is True


def _shown(trial: Trial) -> set[str]:
    return {passage.id for passage in trial.response.passages}


def _left_out(trial: Trial) -> set[str]:
    """Ids of the passages that were retrieved and that the reader was not shown."""
    data = trial.response.data
    listed = data.get("left_out") if isinstance(data, Mapping) else None
    found = listed if isinstance(listed, list | tuple) else ()
    return {one for one in found if isinstance(one, str)}


def _passes(metric: Metric, score: Score) -> bool:
    low, high = metric.bounds or (0.0, 1.0)
    share = (score.value - low) / (high - low)
    return (share if metric.better == "higher" else 1.0 - share) > _MIDDLE
