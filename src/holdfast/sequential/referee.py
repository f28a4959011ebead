"""Referee: by what a run is judged while it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.options import RunOptions
from holdfast.record import Run

if TYPE_CHECKING:
    from holdfast.gate import Verdict

__all__ = ["Referee", "most_trials"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Referee:
    """By what a run is judged while it is made."""

    judge: "Callable[[Run, Run | None], Verdict]"
    """Verdict of a candidate, and of the baseline that is made beside it where there is one."""
    beside: str = ""
    """Id of the stored baseline."""
    extends: frozenset[str] = frozenset()
    """Labels of the gates that ask for more trials where they are inconclusive."""


def most_trials(referee: Referee, *, repeats: int, options: RunOptions) -> int:
    """Trials of each case at the planned maximum.

    An e-process bets on new cases; trials of a case that it knows are none, so that a betting run
    is not extended.
    """
    if not referee.extends or options.sequential == "betting":
        return repeats
    return max(repeats, options.extend_to or 2 * repeats)
