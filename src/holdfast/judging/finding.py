"""Finding: the state of one metric, with its reason in words."""

from dataclasses import dataclass, field
from typing import Literal

from holdfast.comparing.delta import Delta
from holdfast.policy import Policy

__all__ = ["Finding", "Plan", "State"]

State = Literal[
    "improved",
    "within_margin",
    "regressed",
    "inconclusive",
    "invalid",
    "below_floor",
    "not_judged",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would turn an inconclusive gate into a verdict."""

    resolvable: float
    """Smallest margin that today's evidence resolves with the policy's power, in score units."""
    more_cases: int | None
    """Additional cases needed, if nothing changed; None where there are enough already."""
    candidate_trials: int | None = None
    """Trials per case in both arms that would do instead; None where trials cannot do it."""
    baseline_trials: int | None = None
    """Trials per case of the baseline alone that would do instead; they are paid once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The state of one metric and the reason in words."""

    metric: str
    state: State
    why: str = ""
    """One or two sentences with the numbers in them."""
    tags: tuple[str, ...] = field(default=())
    """Qualifiers: identical, beyond_margin, small_real_drop, missing, multiplicity, few_cases."""
    policy: Policy
    delta: Delta | None
    """None where the metric is absent or incomparable."""
    p_worse: float = 1.0
    """Adjusted over the gated metrics."""
    p_better: float = 1.0
    """Adjusted over the gated metrics."""
    plan: Plan | None = None
    blocks: bool = False
    """This finding alone makes the exit code non-zero."""
