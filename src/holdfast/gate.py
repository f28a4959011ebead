"""Gate: a comparison and policies give a verdict."""

from dataclasses import dataclass
from typing import Literal

from holdfast.comparison import Comparison, Delta
from holdfast.policy import Policy

__all__ = ["Finding", "Plan", "State", "Verdict"]

State = Literal["improved", "within_margin", "regressed", "inconclusive", "invalid", "below_floor", "not_judged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would turn an inconclusive gate into a verdict."""

    resolvable: float
    """Smallest margin that today's evidence resolves with the policy's power, in score units."""
    more_cases: int | None
    """Additional cases needed, if nothing changed; None where no number is known."""
    candidate_trials: int | None = None
    """Trials per case in both arms that would do instead; None where trials cannot do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The state of one metric and the reason in words."""

    metric: str
    state: State
    why: str
    """One or two sentences with the numbers in them."""
    tags: tuple[str, ...] = ()
    """Qualifiers: `identical`, `beyond_margin`, `small_real_drop`, `missing`, `multiplicity`, ..."""
    policy: Policy
    delta: Delta | None
    """None where the metric is absent."""
    p_worse: float = 1.0
    """Adjusted over the gated metrics."""
    p_better: float = 1.0
    """Adjusted over the gated metrics."""
    plan: Plan | None = None
    blocks: bool = False
    """This finding alone makes the exit code non-zero."""


Outcome = Literal["pass", "regression", "inconclusive", "invalid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate decided."""

    outcome: Outcome
    exit_code: int
    """0 pass, 1 regression, 2 inconclusive where that blocks, 3 invalid or incomparable."""
    sentence: str
    """The verdict as a release manager reads it."""
    next_step: str
    """What to do now; empty where there is nothing to do."""
    findings: tuple[Finding, ...]
    """Gates first, then monitors, then info; worst first."""
    problems: tuple[str, ...]
    """Why the comparison is invalid."""
    warnings: tuple[str, ...]
    profile: str
    comparison: Comparison

    @property
    def passed(self) -> bool:
        return self.exit_code == 0
