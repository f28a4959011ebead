"""Assumptions: a gate planned from stated numbers, where nothing was run yet."""

import math

from holdfast.errors import UsageError
from holdfast.planning.design import PlannedGate
from holdfast.policy import Policy
from holdfast.record import MetricRecord
from holdfast.stats.power import Noise
from holdfast.system import Spec

__all__ = ["assumed_gate", "concentration"]


def assumed_gate(
    policy: Policy, *, score: float, flips: float | None = None, spread: float | None = None
) -> PlannedGate:
    """A gate on [0, 1] with a stated mean score and a stated noise.

    Args:
        policy: the gate.
        score: mean score in [0, 1].
        flips: share of cases on which two identical single-trial runs disagree; the scores are
            then yes or no.
        spread: standard deviation of a case's change between two identical single-trial runs.

    Raises:
        UsageError: the numbers contradict themselves.
    """
    _check(score, flips=flips, spread=spread)
    if flips is not None:
        concentration(score, flips)
        sigma, basis = flips / 2.0, f"assumed: {100 * flips:g} % of cases flip between equal runs"
    else:
        sigma = (spread or 0.0) ** 2 / 2.0
        basis = f"assumed: changes between equal runs have a standard deviation of {spread:g}"
    return PlannedGate(
        metric=MetricRecord(spec=Spec(name=policy.metric), better="higher", bounds=(0.0, 1.0)),
        policy=policy,
        mean=score,
        noise=Noise(between=0.0, baseline=sigma, candidate=sigma),
        level=score if flips is not None else score**2,
        single=flips is not None,
        basis=basis,
    )


def _check(score: float, *, flips: float | None, spread: float | None) -> None:
    if not 0 <= score <= 1:
        share = f"; {score:g} % is --score {score / 100:g}" if 1 < score <= 100 else ""
        raise UsageError(f"--score must lie in [0, 1], got {score:g}{share}")
    if (flips is None) == (spread is None):
        raise UsageError(
            "say how noisy the system is, once: --flips for yes-or-no scores (the share of cases "
            "on which two identical runs disagree, for example 0.085), or --spread for others"
        )
    given = ("--spread", spread or 0.0) if flips is None else ("--flips", flips)
    if not (math.isfinite(given[1]) and given[1] > 0):
        raise UsageError(
            f"{given[0]} must be positive, got {given[1]:g}: a system that always answers alike "
            "needs no plan, for every change that one trial shows is real"
        )
    if score in (0, 1):
        every = "fails" if score == 0 else "passes"
        raise UsageError(
            f"at a mean of {score:g} every case always {every}, so nothing can vary between equal "
            f"runs; assume a --score between 0 and 1, such as {0.02 if score == 0 else 0.98}"
        )
    if spread is not None:
        _check_spread(score, spread)


def _check_spread(score: float, spread: float) -> None:
    """On [0, 1] nothing varies more than yes-or-no scores whose trials are independent."""
    most = math.sqrt(2.0 * score * (1.0 - score))
    if spread > most:
        raise UsageError(
            f"scores on [0, 1] with a mean of {score:g} change by a standard deviation of at most "
            f"{most:.3g} between equal runs, and --spread says {spread:g}; check --score and "
            "--spread"
        )


def concentration(score: float, flips: float) -> float:
    """Kappa of the flaky-case model: a case passes with probability Beta(score k, (1 - score) k).

    Two identical trials disagree on 2 score (1 - score) k / (k + 1) of the cases.

    >>> round(concentration(0.85, 0.085), 3)
    0.5

    Raises:
        UsageError: so many flips are impossible at this score.
    """
    most = 2.0 * score * (1.0 - score)
    if not 0 < flips < most:
        raise UsageError(
            f"two runs that both score {score:g} disagree on more than 0 and fewer than "
            f"{100 * most:.3g} % of the cases, and --flips says {100 * flips:g} %; "
            "check --score and --flips"
        )
    return flips / (most - flips)
