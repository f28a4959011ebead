"""Tool arguments: how much of what the right calls need was filled in rightly."""

from dataclasses import dataclass

from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.calling.accepted import AcceptedCall, read_accepted
from holdfast.metrics.calling.pairing import best_pairs
from holdfast.system import Spec, ToolCall

__all__ = ["ToolArguments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolArguments:
    """Mean share of right arguments over the calls that are right.

    A call is paired with the accepted call of its tool that it is nearest to. Of the arguments that
    it gives or should give, those with an accepted value count as right. An accepted call whose
    tool was not called has none right; calls too many are left to `ToolChoice`.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="tool_arguments")

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
        if not accepted:
            return Failure(
                stage="metric",
                error=f"no call is right for case {trial.case.id!r}, so there are no arguments to "
                "judge; leave it out by Filtered(cases, keep=expects_call)",
            )
        calls = trial.response.tool_calls
        shares = [[_share(call, one) for one in accepted] for call in calls]
        pairs = best_pairs(shares)
        total = sum(shares[row][column] for row, column in pairs)
        return Score(total / len(accepted), _why(calls, accepted, pairs))


def _share(call: ToolCall, accepted: AcceptedCall) -> float:
    shares = [0.0]
    for form in accepted.forms:
        if form.is_named(call.name):
            wrong = form.argument_errors(call)
            concerned = {*call.arguments, *wrong}
            shares.append(1 - len(wrong) / len(concerned) if concerned else 1.0)
    return max(shares)


def _why(
    calls: tuple[ToolCall, ...],
    accepted: tuple[AcceptedCall, ...],
    pairs: tuple[tuple[int, int], ...],
) -> str:
    faults = [
        f"{calls[row].name}: {why}"
        for row, column in pairs
        if (why := accepted[column].error(calls[row]))
    ]
    paired = {column for _, column in pairs}
    faults += [
        f"nothing right for {one.tools}" for at, one in enumerate(accepted) if at not in paired
    ]
    return "; ".join(faults)[:400] or "all arguments are right"
