"""Confusion: a fallible judge's decisions beside the truth, and rates corrected for its errors."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from holdfast.errors import UsageError
from holdfast.stats.interval import Interval
from holdfast.stats.proportion import wilson

__all__ = ["Confusion", "balanced_accuracy", "design_effect", "rogan_gladen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often a judge said yes and no where the truth was yes and no."""

    true_positive: int
    false_negative: int
    false_positive: int
    true_negative: int

    @property
    def positives(self) -> int:
        """Cases where the truth is yes."""
        return self.true_positive + self.false_negative

    @property
    def negatives(self) -> int:
        """Cases where the truth is no."""
        return self.false_positive + self.true_negative

    @property
    def total(self) -> int:
        return self.positives + self.negatives

    @property
    def table(self) -> NDArray[np.float64]:
        """Counts with the truth in rows and the judge in columns, no before yes; shape (2, 2)."""
        rows = (
            (self.true_negative, self.false_positive),
            (self.false_negative, self.true_positive),
        )
        return np.array(rows, np.float64)

    def sensitivity(self, *, alpha: float = 0.05, effect: float = 1.0) -> Interval:
        """Share of yes that the judge finds, between its Wilson bounds.

        `effect` is the design effect of clustered cases, see `design_effect`.
        """
        return _share(self.true_positive, self.positives, alpha=alpha, effect=effect)

    def specificity(self, *, alpha: float = 0.05, effect: float = 1.0) -> Interval:
        """Share of no that the judge finds, between its Wilson bounds."""
        return _share(self.true_negative, self.negatives, alpha=alpha, effect=effect)

    def prevalence(self, *, alpha: float = 0.05, effect: float = 1.0) -> Interval:
        """Share of cases where the truth is yes, between its Wilson bounds."""
        return _share(self.positives, self.total, alpha=alpha, effect=effect)


def _share(hits: int, trials: int, *, alpha: float, effect: float) -> Interval:
    if trials == 0:
        return Interval(low=0.0, estimate=math.nan, high=1.0)
    low, high = wilson(hits / effect, trials / effect, alpha=alpha)
    return Interval(low=low, estimate=hits / trials, high=high)


def design_effect(hits: NDArray[np.float64], units: NDArray[np.int64]) -> float:
    """How many times larger the variance of a share is than if its cases were independent.

    Never below 1, so that an accident of a small sample is no reason for confidence.

    Args:
        hits: 1 where the case counts and 0 where it does not; shape (cases,).
        units: cluster of each case; shape (cases,).
    """
    share, cases = float(hits.mean()), hits.size
    sums = np.bincount(units, weights=hits - share)
    clusters = np.unique(units).size
    if not 0.0 < share < 1.0 or clusters < 2 or clusters == cases:
        # Without variation nothing can be estimated: the clusters count as one case each.
        return cases / clusters
    variance = clusters / (clusters - 1) * float((sums**2).sum()) / cases**2
    return max(1.0, variance / (share * (1.0 - share) / cases))


def balanced_accuracy(
    confusion: Confusion, *, alpha: float = 0.05, effects: tuple[float, float] = (1.0, 1.0)
) -> Interval:
    """Mean of sensitivity and specificity, each bound one-sided at level 1 - alpha.

    The bounds recover the variances of the two shares from their Wilson bounds (MOVER; Zou and
    Donner 2008, Statistics in Medicine 27:1693). At 50 positives and 50 negatives the lower bound
    lies above the truth in at most 4 % of samples where 5 % are allowed (all samples enumerated).

    Args:
        confusion: counts of the judge beside the truth.
        alpha: chance that one of the bounds misses.
        effects: design effects of the positives and of the negatives.

    Raises:
        UsageError: there is no positive or no negative case.

    >>> counts = Confusion(true_positive=45, false_negative=5, false_positive=10, true_negative=40)
    >>> found = balanced_accuracy(counts)
    >>> round(found.low, 3), round(found.estimate, 3), round(found.high, 3)
    (0.779, 0.85, 0.896)
    """
    if not confusion.positives or not confusion.negatives:
        missing = "negative" if confusion.positives else "positive"
        raise UsageError(f"there is no {missing} case, and balanced accuracy needs both kinds")
    found = confusion.sensitivity(alpha=alpha, effect=effects[0])
    refused = confusion.specificity(alpha=alpha, effect=effects[1])
    estimate = (found.estimate + refused.estimate) / 2
    below = math.hypot(found.estimate - found.low, refused.estimate - refused.low) / 2
    above = math.hypot(found.high - found.estimate, refused.high - refused.estimate) / 2
    return Interval(low=estimate - below, estimate=estimate, high=estimate + above)


def rogan_gladen(
    said_yes: int, total: int, confusion: Confusion, *, alpha: float = 0.05
) -> Interval:
    """Share of yes among unlabelled cases, corrected for the judge's measured errors.

    The estimate is (p + q0 - 1) / (q0 + q1 - 1), with p the share that the judge says yes to, q1
    its sensitivity and q0 its specificity (Rogan and Gladen 1978, Am. J. Epidemiol. 107:71). The
    bounds allow for the errors of all three (Lee et al. 2025, arXiv:2511.21140). It holds where the
    judge errs as often among the unlabelled cases as among the labelled ones.

    Args:
        said_yes: unlabelled cases that the judge said yes to.
        total: unlabelled cases.
        confusion: the judge beside the truth on labelled cases.
        alpha: chance that one of the bounds misses.

    Raises:
        UsageError: the judge is no better than chance, so that nothing can be corrected.

    >>> counts = Confusion(true_positive=90, false_negative=10, false_positive=20, true_negative=80)
    >>> round(rogan_gladen(450, 1000, counts).estimate, 4)
    0.3571
    """
    if total < 1 or not confusion.positives or not confusion.negatives:
        raise UsageError(
            "a corrected rate needs unlabelled cases and labelled cases of both kinds, got "
            f"{total} unlabelled, {confusion.positives} positive and {confusion.negatives} negative"
        )
    found = confusion.true_positive / confusion.positives
    refused = confusion.true_negative / confusion.negatives
    if found + refused <= 1.0:
        raise UsageError(
            f"the judge finds {100 * found:.1f} % of the positives and {100 * refused:.1f} % of "
            "the negatives; their sum must exceed 100 %, else it says no more than chance and no "
            "rate can be corrected by it"
        )
    estimate = (said_yes / total + refused - 1.0) / (found + refused - 1.0)
    low, high = _lee(said_yes, total, confusion, alpha=alpha)
    return Interval(low=low, estimate=_unit(estimate), high=high)


def _lee(said_yes: int, total: int, confusion: Confusion, *, alpha: float) -> tuple[float, float]:
    """Bounds of a corrected rate, with pseudo-counts in every share."""
    z = float(-ndtri(alpha))
    cases, yes, no = total + z**2, confusion.positives + 2, confusion.negatives + 2
    p = (said_yes + z**2 / 2) / cases
    q1, q0 = (confusion.true_positive + 1) / yes, (confusion.true_negative + 1) / no
    if q0 + q1 <= 1.0:
        return 0.0, 1.0
    centre = (p + q0 - 1.0) / (q0 + q1 - 1.0)
    part0, part1 = q0 * (1.0 - q0) / no, q1 * (1.0 - q1) / yes
    shift = 2.0 * z**2 * (centre * part1 - (1.0 - centre) * part0)
    variance = p * (1.0 - p) / cases + (1.0 - centre) ** 2 * part0 + centre**2 * part1
    reach = z * math.sqrt(variance) / (q0 + q1 - 1.0)
    return _unit(centre + shift - reach), _unit(centre + shift + reach)


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)
