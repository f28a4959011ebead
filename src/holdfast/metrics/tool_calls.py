"""Tool calls: whether the system made exactly the calls that are right."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.calling.accepted import AcceptedCall, read_accepted
from holdfast.metrics.calling.pairing import best_pairs
from holdfast.system import Spec, ToolCall

__all__ = ["ToolCalls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalls:
    """1 where the calls are the accepted ones with accepted arguments, in any order, else 0.

    The verdict of the Berkeley Function-Calling Leaderboard's check of the syntax tree, version 4,
    for Python. Where no call is right, any call is wrong.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="tool_calls")

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
        if not accepted:
            made = ", ".join(call.name for call in calls)
            return Score(0.0, f"called {made} where no call is right") if made else Score(1.0)
        pairs = best_pairs([[one.accepts(call) for one in accepted] for call in calls])
        right = len(pairs) == len(calls) == len(accepted)
        return Score(float(right), _why(calls, accepted, pairs))


def _why(
    calls: tuple[ToolCall, ...],
    accepted: tuple[AcceptedCall, ...],
    pairs: tuple[tuple[int, int], ...],
) -> str:
    wrong = [call for at, call in enumerate(calls) if at not in {row for row, _ in pairs}]
    lacking = [one for at, one in enumerate(accepted) if at not in {column for _, column in pairs}]
    if not wrong and not lacking:
        return f"{len(pairs)} right calls" if len(pairs) > 1 else "the right call"
    if not calls:
        return f"no call where {lacking[0].tools} is right"
    if not lacking:
        return f"{len(wrong)} calls too many: {', '.join(call.name for call in wrong)}"
    if not wrong:
        return f"{len(lacking)} of {len(accepted)} calls missing: {lacking[0].tools}"
    named = next((one for one in lacking if one.is_named(wrong[0].name)), lacking[0])
    return f"{wrong[0].name}: {named.error(wrong[0])}"
