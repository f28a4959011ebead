"""Consistent answer: whether the answer says what the tools gave back, and no number of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.calling.statements import numbers_in, same_number, states, texts_in
from holdfast.system import Spec

__all__ = ["ConsistentAnswer"]

_TOOLS = ("tools", "function", "functions")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistentAnswer:
    """Share of what the answer must state that it states; 0 where it makes a number up.

    `expected["states"]` lists numbers, names and words; where several wordings are right, a list of
    them stands in its place. A number may be rounded, a text must stand there as whole words. Made
    up is a number in digits that stands neither in the case's input nor in a result of a tool, not
    even when rounded; what the model passed to a tool does not vouch for it. Numbers in words are
    not looked at. An empty list of statements leaves this second half alone.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="consistent_answer")

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        expected = trial.case.expected
        wanted = expected.get("states") if isinstance(expected, Mapping) else None
        if not isinstance(wanted, list | tuple):
            return Failure(
                stage="metric",
                error=f"case {trial.case.id!r} does not say what an answer must state; write it as "
                '"expected": {"states": ["Oslo", 7, ["rain", "rainy"]]}, or [] for nothing',
            )
        answer = trial.response.text
        if not answer.strip():
            return Score(0.0, "there is no answer")
        invented = _invented(trial)
        if invented:
            return Score(0.0, f"{invented} is neither in the question nor in a result")
        missing = [one for one in wanted if not _is_stated(answer, one)]
        if not missing:
            return Score(1.0, "states what it must")
        return Score(
            (len(wanted) - len(missing)) / len(wanted), f"does not state {missing[0]!r:.120}"
        )


def _invented(trial: Trial) -> str:
    """The first number of the answer that nobody told the system; empty where there is none."""
    given = [*texts_in(trial.case.input, without=_TOOLS)]
    given += [call.result for call in trial.response.tool_calls if call.result]
    known = {number for text in given for number in numbers_in(text)}
    for said in numbers_in(trial.response.text):
        if said not in known and not any(same_number(said, one) for one in known):
            return str(said)
    return ""


def _is_stated(answer: str, wanted: Json) -> bool:
    wordings = wanted if isinstance(wanted, list | tuple) else [wanted]
    return any(states(answer, wording) for wording in wordings)
