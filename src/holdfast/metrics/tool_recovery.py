"""Tool recovery: what the system made of a tool that failed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.system import Spec, ToolCall

__all__ = ["ToolRecovery"]

_ADMITTING = re.compile(
    r"\b(?:could|can|did|does|do|was|were|is|are|has|have)(?:\s?not\b|n[’']t\b)"
    r"|\b(?:unable|fail(?:s|ed|ure)?|errors?|unavailable|unreachable|sorry|unfortunately)\b"
    r"|\bno (?:data|answer|result|results|reply|response|forecast|quote)\b"
    r"|\b(?:went wrong|timed out|out of order|try again)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRecovery:
    """1 where the system recovered from a failing tool as the case asks, else 0.

    `expected["recovery"]` is `retry` where the fault passes: after the first call that failed, a
    call of the same tool must succeed. It is `report` where the fault lasts: the answer must say,
    in one of the usual English phrases, that something did not work. Whether it says untrue things
    beside that is left to `ConsistentAnswer`. A call failed where the system says so
    (`ToolCall.failed`).
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="tool_recovery")

    @property
    def better(self) -> Better:
        return "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def __call__(self, trial: Trial, /) -> Outcome:
        expected = trial.case.expected
        wanted = expected.get("recovery") if isinstance(expected, Mapping) else None
        if wanted not in ("retry", "report"):
            return Failure(
                stage="metric",
                error=f"case {trial.case.id!r} does not say how to recover; write "
                '"expected": {"recovery": "retry"} where the fault passes, "report" where it '
                "lasts, or leave the case out of this suite",
            )
        calls = trial.response.tool_calls
        failed = next((at for at, call in enumerate(calls) if call.failed), None)
        if failed is None:
            made = ", ".join(call.name for call in calls) or "nothing"
            return Score(0.0, f"no tool failed: called {made}")
        if wanted == "retry":
            return _retried(calls, failed)
        said = _ADMITTING.search(trial.response.text)
        return (
            Score(1.0, f"says {said.group()!r}")
            if said
            else Score(0.0, f"does not say that {calls[failed].name} failed")
        )


def _retried(calls: tuple[ToolCall, ...], failed: int) -> Score:
    name = calls[failed].name
    later = [call for call in calls[failed + 1 :] if call.name == name]
    if not later:
        return Score(0.0, f"did not call {name} again after it failed")
    if all(call.failed for call in later):
        return Score(0.0, f"called {name} again, {len(later)} times in vain")
    return Score(1.0, f"called {name} again")
