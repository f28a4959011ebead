"""Field precision: share of the answer's fields that are as expected, each at its path."""

from dataclasses import dataclass, field

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.fields import FieldRules, count_fields
from holdfast.metrics.json_answer import NotJson
from holdfast.system import Spec

__all__ = ["FieldPrecision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPrecision:
    """Share of the answer's fields that are as expected, each at its path.

    From 0 to 1: an invented, misspelt or misplaced field lowers it, a missing one does not.
    The answer is `Response.data`, else the text of the response read as JSON; one that is no JSON
    scores 0. `FieldRules` says what a field is and when two are equal.
    """

    rules: FieldRules = field(default_factory=FieldRules)

    @property
    def spec(self) -> Spec:
        return Spec(name="field_precision", params=self.rules.params)

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
        found = f"{count.equal} of {count.answered} fields of the answer are as expected"
        why = f"{found}: {count.remark}" if count.differing else found
        return Score(count.equal / count.answered, why)
