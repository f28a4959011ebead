"""Finding: the state of one metric, with its reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from holdfast.comparing.delta import Delta
from holdfast.comparing.estimate import Method
from holdfast.policy import Policy

__all__ = [
    "FEWEST_EVEN_CLUSTERS",
    "FEWEST_FOR_BOUNDS",
    "Adjustment",
    "Finding",
    "Plan",
    "SliceFinding",
    "SliceState",
    "State",
    "even_clusters",
    "too_few",
]

FEWEST_FOR_BOUNDS: Mapping[Method, int] = {"shrunk-t": 20, "fieller": 30}
"""Below this many cases (or clusters) the bounds by a method carry no claim of safety."""

FEWEST_EVEN_CLUSTERS = 10.0
"""Clusters of unequal size must be worth so many of equal size: where one holds most of the cases,
the spread between clusters says nothing of its error."""

Adjustment = Literal["none", "holm", "max-t", "benjamini-hochberg"]
"""How a p-value allows for the others beside it."""
SliceState = Literal["regressed", "improved", "unconfirmed"]

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
    """Qualifiers: identical, beyond_margin, small_real_drop, missing, multiplicity, few_cases,
    slice."""
    policy: Policy
    delta: Delta | None
    """None where the metric is absent or incomparable."""
    p_worse: float = 1.0
    """Adjusted over the metrics of the same role."""
    p_better: float = 1.0
    """Adjusted over the metrics of the same role."""
    adjustment: Adjustment = "none"
    """How the two were adjusted."""
    plan: Plan | None = None
    blocks: bool = False
    """This finding alone makes the exit code non-zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceFinding:
    """The change of one metric on some of the cases.

    Changes are oriented so that positive is better, in units of the score.
    """

    metric: str
    name: str
    """Such as `lang:de` or `input of 12 to 80 characters`."""
    words: str
    """What its cases are, to stand behind 'the 200 cases': `tagged lang:de`."""
    state: SliceState
    """`regressed` and `improved` were found: their adjusted p-value is at most alpha."""
    why: str
    """One sentence with the numbers in it."""
    cases: int
    low: float
    """Bounds and estimate as they would be of these cases alone, not adjusted."""
    estimate: float
    high: float
    others: float
    """Mean change of the metric on all other cases."""
    p_value: float
    """Adjusted over all slices and metrics that were searched, in the direction of the change."""
    p_contrast: float
    """The same of 'it changed by more than the other cases'."""
    searched: int
    """Number of slices that were searched."""
    tolerated: bool = False
    """It got worse, yet the loss is smaller than the metric's margin with confidence."""
    blocks: bool = False
    """This slice alone makes its metric a regression."""

    @property
    def found(self) -> bool:
        return self.state != "unconfirmed"

    @property
    def adverse(self) -> bool:
        """A loss that was found and is not tolerated."""
        return self.state == "regressed" and not self.tolerated


def even_clusters(delta: Delta) -> float | None:
    """How many clusters of equal size the clusters are worth, `(sum n)² / sum n²` (Kish 1965).

    None where the cases are not clustered.
    """
    if delta.clusters is None or delta.paired is None:
        return None
    sizes = np.bincount(delta.paired.units).astype(np.float64)
    return float(sizes.sum() ** 2 / np.square(sizes).sum())


def too_few(delta: Delta) -> bool:
    """Whether the bounds rest on too few independent units to rule a loss out."""
    fewest = FEWEST_FOR_BOUNDS.get(delta.method)
    if fewest is None:
        return False
    even = even_clusters(delta)
    uneven = even is not None and even < FEWEST_EVEN_CLUSTERS
    return uneven or (delta.clusters or delta.pairs) < fewest
