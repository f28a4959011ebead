"""Field exactness: whether a structured answer holds exactly the expected values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from holdfast.digest import Json
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.fields import FieldCount, FieldRules, count_fields
from holdfast.metrics.json_answer import NotJson, expected_value, read_answer
from holdfast.system import Spec

__all__ = ["FieldExactness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldExactness:
    """1 where the answer holds exactly the expected fields with their values, else 0.

    The answer is `Response.data`, else the text of the response read as JSON; the expected one is
    `expected["answer"]` where there is such a name, else `expected`. An answer that is no JSON
    scores 0.

    >>> FieldExactness(names_in_order=True).spec.label
    'field_exactness(names_in_order=true)'
    """

    names_in_order: bool = False
    """The names of every object must also stand in the expected order."""
    rules: FieldRules = field(default_factory=FieldRules)

    @property
    def spec(self) -> Spec:
        params = self.rules.params
        if self.names_in_order:
            params["names_in_order"] = True
        return Spec(name="field_exactness", params=params)

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
        if not _is_exact(count):
            return Score(0.0, count.remark)
        strayed = self._strayed(trial) if self.names_in_order else ""
        if strayed:
            return Score(0.0, strayed)
        return Score(1.0, f"all {count.expected} fields are equal")

    def _strayed(self, trial: Trial) -> str:
        """Where the order of names differs from the expected one, else an empty text."""
        expected = expected_value(trial.case)
        answer = read_answer(trial, fenced=self.rules.fenced)
        if isinstance(expected, Failure) or isinstance(answer, NotJson):
            return ""
        return _disorder(expected, answer)


def _is_exact(count: FieldCount) -> bool:
    return count.equal == count.expected == count.answered and not count.differing


def _disorder(expected: Json, answer: Json) -> str:
    if isinstance(expected, Mapping) and isinstance(answer, Mapping):
        asked = [name for name in expected if name in answer]
        given = [name for name in answer if name in expected]
        if asked != given:
            return f"the names stand in the order {', '.join(given)}, not {', '.join(asked)}"
        return _first(_disorder(expected[name], answer[name]) for name in asked)
    if isinstance(expected, list | tuple) and isinstance(answer, list | tuple):
        pairs = zip(expected, answer, strict=False)
        return _first(_disorder(one, other) for one, other in pairs)
    return ""


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")
