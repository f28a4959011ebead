"""Abstention: whether the system knew when to decline."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.declining import declined
from holdfast.metrics.relevance import read_grades
from holdfast.system import Spec

__all__ = ["Abstention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstention:
    """1 where the system declined an unanswerable case or answered an answerable one, else 0.

    A case is unanswerable where its dataset says that no passage answers it
    (`"expected": {"passages": {}}`). The mean is the accuracy of the decision to answer, as in
    SQuAD 2.0 (Rajpurkar, Jia and Liang 2018); it depends on the share of unanswerable cases, so tag
    them to see the two kinds of error apart.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="abstention", version="2")

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        grades = read_grades(trial.case)
        if isinstance(grades, Failure):
            return grades
        answerable = any(grade > 0 for grade in grades.values())
        abstained = declined(trial.response)
        deed = "declined" if abstained else "answered"
        kind = "an answerable" if answerable else "an unanswerable"
        return Score(float(abstained is not answerable), f"{deed} {kind} case")
