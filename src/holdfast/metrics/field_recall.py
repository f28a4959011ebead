"""Field recall: share of the expected fields that the answer holds, each at its path."""

from dataclasses import dataclass, field

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.fields import FieldRules, count_fields
from holdfast.metrics.json_answer import NotJson
from holdfast.system import Spec

__all__ = ["FieldRecall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRecall:
    """Share of the expected fields that the answer holds, each at its path.

    From 0 to 1: a missing, misspelt or misplaced field lowers it, an invented one does not.
    The answer is `Response.data`, else the text of the response read as JSON; one that is no JSON
    scores 0. `FieldRules` says what a field is and when two are equal.
    """

    rules: FieldRules = field(default_factory=FieldRules)

    @property
    def spec(self) -> Spec:
        return Spec(name="field_recall", params=self.rules.params)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        count = count_fields(trial, self.rules)
        if isinstance(count, Failure):
            return count
        if isinstance(count, NotJson):
            return Score(0.0, count.why)
        found = f"{count.equal} of {count.expected} expected fields are in the answer"
        why = f"{found}: {count.remark}" if count.differing else found
        return Score(count.equal / count.expected, why)
