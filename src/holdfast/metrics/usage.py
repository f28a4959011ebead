"""Usage: what an answer consumed, in tokens, calls, tool steps and money."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.system import Response, Spec, Usage

__all__ = ["Calls", "Cost", "InputTokens", "OutputTokens", "ToolSteps", "TotalTokens"]

_NOTHING = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """US dollars that one answer cost, as the system reports it."""

    @property
    def spec(self) -> Spec:
        return Spec(name="cost")

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> None:
        return None

    @property
    def unit(self) -> str:
        return "USD"

    def __call__(self, trial: Trial, /) -> Outcome:
        missing = _missing(trial.response)
        return missing or Score(trial.response.usage.cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalTokens:
    """Tokens that one answer read and wrote, over all its model calls."""

    @property
    def spec(self) -> Spec:
        return Spec(name="total_tokens")

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> None:
        return None

    @property
    def unit(self) -> str:
        return "tokens"

    def __call__(self, trial: Trial, /) -> Outcome:
        usage = trial.response.usage
        missing = _missing(trial.response)
        why = f"{usage.input_tokens} in, {usage.output_tokens} out"
        return missing or Score(float(usage.input_tokens + usage.output_tokens), why)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTokens:
    """Tokens that one answer read, over all its model calls."""

    @property
    def spec(self) -> Spec:
        return Spec(name="input_tokens")

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> None:
        return None

    @property
    def unit(self) -> str:
        return "tokens"

    def __call__(self, trial: Trial, /) -> Outcome:
        return _missing(trial.response) or Score(float(trial.response.usage.input_tokens))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputTokens:
    """Tokens that one answer wrote, over all its model calls."""

    @property
    def spec(self) -> Spec:
        return Spec(name="output_tokens")

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> None:
        return None

    @property
    def unit(self) -> str:
        return "tokens"

    def __call__(self, trial: Trial, /) -> Outcome:
        return _missing(trial.response) or Score(float(trial.response.usage.output_tokens))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Calls of a model or provider that one answer took.

    Where calls do not depend on chance this says more of a system's speed than its seconds do.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="calls")

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> None:
        return None

    @property
    def unit(self) -> str:
        return "calls"

    def __call__(self, trial: Trial, /) -> Outcome:
        return _missing(trial.response) or Score(float(trial.response.usage.calls))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSteps:
    """Tools that one answer asked for, one after the other or at once."""

    @property
    def spec(self) -> Spec:
        return Spec(name="tool_steps")

    @property
    def better(self) -> Better:
        return "lower"

    @property
    def bounds(self) -> None:
        return None

    @property
    def unit(self) -> str:
        return "steps"

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
