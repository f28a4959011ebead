"""Tool decision: whether the system knew when to call a tool at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.calling.accepted import expects_call, read_accepted
from holdfast.system import Spec

__all__ = ["ToolDecision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolDecision:
    """1 where some tool was called and a call is right, or none was and none is, else 0.

    Which tool, and with what, does not count. `expected["calls"]` may be `"any"` here. The mean
    depends on the share of cases where no call is right, so tag them to see both errors apart.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="tool_decision")

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        expected = trial.case.expected
        if not (isinstance(expected, Mapping) and expected.get("calls") == "any"):
            accepted = read_accepted(trial.case)
            if isinstance(accepted, Failure):
                return accepted
        due = expects_call(trial.case)
        made = ", ".join(call.name for call in trial.response.tool_calls)
        deed = f"called {made}" if made else "called nothing"
        return Score(float(bool(made) is due), f"{deed} where {'a' if due else 'no'} call is right")
