"""Trajectory: whether the path of an agent through its tools is an accepted one."""

from dataclasses import dataclass
from typing import Literal, get_args

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.calling.accepted import read_accepted
from holdfast.metrics.calling.pairing import best_pairs, follows
from holdfast.system import Spec

__all__ = ["Trajectory"]

Match = Literal["exact", "superset", "subset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """1 where the calls of all steps keep to those that the case accepts, else 0.

    `exact` takes these calls and no other; `superset` takes others beside them; `subset` takes some
    of them and no other, so that doing nothing passes too: put it beside a metric that asks for
    something.

    >>> Trajectory(match="superset", ordered=True).spec.label
    'trajectory(match=superset, ordered=true)'
    """

    match: Match = "exact"
    ordered: bool = False
    """The calls that count stand in the order of the accepted ones."""
    arguments: bool = True
    """Arguments must be accepted ones as well; else the tools alone count."""

    def __post_init__(self) -> None:
        if self.match not in get_args(Match):
            raise UsageError(
                f"a trajectory has no match {self.match!r}; choose exact, superset or subset"
            )

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"match": self.match}
        if self.ordered:
            params["ordered"] = True
        if not self.arguments:
            params["arguments"] = False
        return Spec(name="trajectory", params=params)

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
        fits = [
            [one.accepts(call) if self.arguments else one.is_named(call.name) for one in accepted]
            for call in calls
        ]
        right = self._keeps_to(fits, made=len(calls), due=len(accepted))
        path = " → ".join(call.name for call in calls) or "no call"
        due = " → ".join(one.tools for one in accepted) or "no call"
        return Score(float(right), path if right else f"went {path}; accepted is {due}"[:400])

    def _keeps_to(self, fits: list[list[bool]], *, made: int, due: int) -> bool:
        if (self.match == "exact" and made != due) or (self.match == "superset" and made < due):
            return False
        if self.match == "subset" and made > due:
            return False
        if not made or not due:
            return True
        if not self.ordered:
            return len(best_pairs(fits)) == min(made, due)
        if self.match == "subset":
            return follows([list(column) for column in zip(*fits, strict=True)])
        return follows(fits)
