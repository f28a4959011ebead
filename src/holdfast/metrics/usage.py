"""Usage: what an answer consumed, in tokens, calls, tool steps and money."""

from dataclasses import dataclass
from typing import ClassVar

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.system import Response, Spec, Usage

__all__ = ["Calls", "Cost", "InputTokens", "OutputTokens", "ToolSteps", "TotalTokens"]

_NOTHING = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Consumed:
    """Something that an answer consumed: less is better, and nothing limits it."""

    _name: ClassVar[str]
    _unit: ClassVar[str]

    @property
    def spec(self) -> Spec:
        return Spec(name=self._name)

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> None:
        return None

    @property
    def unit(self) -> str:
        return self._unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(_Consumed):
    """US dollars that one answer cost, as the system reports it."""

    _name = "cost"
    _unit = "USD"

    def __call__(self, trial: Trial, /) -> Outcome:
        return _missing(trial.response) or Score(trial.response.usage.cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalTokens(_Consumed):
    """Tokens that one answer read and wrote, over all its model calls."""

    _name = "total_tokens"
    _unit = "tokens"

    def __call__(self, trial: Trial, /) -> Outcome:
        usage = trial.response.usage
        why = f"{usage.input_tokens} in, {usage.output_tokens} out"
        total = float(usage.input_tokens + usage.output_tokens)
        return _missing(trial.response) or Score(total, why)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTokens(_Consumed):
    """Tokens that one answer read, over all its model calls."""

    _name = "input_tokens"
    _unit = "tokens"

    def __call__(self, trial: Trial, /) -> Outcome:
        return _missing(trial.response) or Score(float(trial.response.usage.input_tokens))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputTokens(_Consumed):
    """Tokens that one answer wrote, over all its model calls."""

    _name = "output_tokens"
    _unit = "tokens"

    def __call__(self, trial: Trial, /) -> Outcome:
        return _missing(trial.response) or Score(float(trial.response.usage.output_tokens))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls(_Consumed):
    """Calls of a model or provider that one answer took.

    Where calls do not depend on chance this says more of a system's speed than its seconds do.
    """

    _name = "calls"
    _unit = "calls"

    def __call__(self, trial: Trial, /) -> Outcome:
        return _missing(trial.response) or Score(float(trial.response.usage.calls))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSteps(_Consumed):
    """Tools that one answer asked for, one after the other or at once."""

    _name = "tool_steps"
    _unit = "steps"

    def __call__(self, trial: Trial, /) -> Outcome:
        names = ", ".join(call.name for call in trial.response.tool_calls)
        return Score(float(len(trial.response.tool_calls)), names[:200])


def _missing(response: Response) -> Failure | None:
    # Zero everywhere is what a system that reports nothing looks like, and nothing reported is not
    # nothing consumed. A system that declines may have called no model at all.
    if response.usage != _NOTHING or response.abstained:
        return None
    return Failure(
        stage="metric",
        error="the response reports no usage; let the system fill Response.usage "
        "(calls=1 with zero tokens says that a call was made and cost nothing)",
    )
