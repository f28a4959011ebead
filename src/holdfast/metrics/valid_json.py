"""Valid JSON: whether the answer is a JSON text."""

from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.metric import Better, Outcome, Score, Trial
from holdfast.metrics.json_answer import NotJson, parse_json_text
from holdfast.system import Spec

__all__ = ["ValidJson"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidJson:
    """1 where the whole text of the answer is one JSON text (RFC 8259), else 0.

    Of a response that has no text, but structured data, the score is 1.

    >>> ValidJson(fenced=True).spec.label
    'valid_json(fenced=true)'
    """

    fenced: bool = False
    """Let the JSON stand in the first Markdown fence, whatever stands around it."""

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"fenced": True} if self.fenced else {}
        return Spec(name="valid_json", params=params)

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        response = trial.response
        if response.data is not None and not response.text:
            return Score(1.0, "a structured answer")
        answer = parse_json_text(response.text, fenced=self.fenced)
        if isinstance(answer, NotJson):
            return Score(0.0, answer.why)
        return Score(1.0, "a JSON text")
