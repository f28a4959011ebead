"""Is this candidate worse than what we ship, by how much, and how sure are we?

    dataset -> system -> response -> metric -> run -> comparison -> verdict -> report

Names are loaded when they are first used: importing holdfast costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.comparison import Comparison, Delta, compare
    from holdfast.dataset import Case, Dataset
    from holdfast.errors import HoldfastError, RateLimited, Unavailable
    from holdfast.gate import Finding, Verdict, decide
    from holdfast.metric import Failure, Metric, Score, Trial
    from holdfast.options import Budget, RunOptions
    from holdfast.policy import PROFILES, Policy, Profile
    from holdfast.record import Observation, Run
    from holdfast.runner import rescore, run, run_beside, run_interleaved
    from holdfast.sequential.referee import Referee
    from holdfast.suite import Suite
    from holdfast.system import Passage, Response, Spec, System, ToolCall, Usage

# In the order in which they are met, from data to verdict.
_HOMES = {
    "Case": "dataset",
    "Dataset": "dataset",
    "System": "system",
    "Response": "system",
    "Passage": "system",
    "ToolCall": "system",
    "Usage": "system",
    "Spec": "system",
    "Metric": "metric",
    "Trial": "metric",
    "Score": "metric",
    "Failure": "metric",
    "Policy": "policy",
    "Profile": "policy",
    "PROFILES": "policy",
    "Suite": "suite",
    "run": "runner",
    "run_beside": "runner",
    "run_interleaved": "runner",
    "Referee": "sequential.referee",
    "rescore": "runner",
    "RunOptions": "options",
    "Budget": "options",
    "Run": "record",
    "Observation": "record",
    "compare": "comparison",
    "Comparison": "comparison",
    "Delta": "comparison",
    "decide": "gate",
    "Verdict": "gate",
    "Finding": "gate",
    "HoldfastError": "errors",
    "RateLimited": "errors",
    "Unavailable": "errors",
}

__all__ = [  # noqa: RUF022  # flow order teaches more than the alphabet
    "Case",
    "Dataset",
    "System",
    "Response",
    "Passage",
    "ToolCall",
    "Usage",
    "Spec",
    "Metric",
    "Trial",
    "Score",
    "Failure",
    "Policy",
    "Profile",
    "PROFILES",
    "Suite",
    "run",
    "run_beside",
    "run_interleaved",
    "Referee",
    "rescore",
    "RunOptions",
    "Budget",
    "Run",
    "Observation",
    "compare",
    "Comparison",
    "Delta",
    "decide",
    "Verdict",
    "Finding",
    "HoldfastError",
    "RateLimited",
    "Unavailable",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(
            f"holdfast has no name {name!r}; the public names are {', '.join(__all__)}"
        )
    return getattr(import_module(f"holdfast.{home}"), name)


def __dir__() -> list[str]:
    return __all__
