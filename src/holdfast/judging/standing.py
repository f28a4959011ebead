"""Standing: what is known of a judge beside people."""

from dataclasses import dataclass
from typing import Literal

from holdfast.stats.interval import Interval

__all__ = ["JudgeStanding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeStanding:
    """Whether a judge of a verdict was checked beside human labels, and what was found."""

    metric: str
    """Label of the metric."""
    state: Literal["admitted", "refused", "other", "unchecked"]
    """`other` where another version of the judge was checked than the one that gave the scores."""
    why: str = ""
    """Why the judge may not gate, in a sentence; empty where it may."""
    date: str = ""
    """When it was checked, as an ISO 8601 time."""
    labels: int = 0
    """Labelled answers with a score."""
    balanced: Interval | None = None
    """Balanced accuracy with its 95 % bounds."""
    kappa: Interval | None = None
    """Cohen's kappa of judge and people with its 95 % bounds."""
    corrected: int = 0
    """Cases whose labels corrected the judge's change in this verdict; 0 where none did."""
