"""Tool choice: whether the right tools were called, whatever their arguments."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.calling.accepted import read_accepted
from holdfast.metrics.calling.pairing import best_pairs
from holdfast.system import Spec

__all__ = ["ToolChoice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolChoice:
    """1 where the right tools were called, each as often as is right, in any order, else 0.

    Arguments do not count. Where no call is right, any call is wrong.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="tool_choice")

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        accepted = read_accepted(trial.case)
        if isinstance(accepted, Failure):
            return accepted
        calls = trial.response.tool_calls
        pairs = best_pairs([[one.is_named(call.name) for one in accepted] for call in calls])
        right = len(pairs) == len(calls) == len(accepted)
        made = ", ".join(call.name for call in calls) or "nothing"
        wanted = ", ".join(one.tools for one in accepted) or "nothing"
        return Score(float(right), made if right else f"called {made}; right is {wanted}")
