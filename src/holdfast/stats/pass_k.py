"""Chance that some, or all, of k further trials of a case pass, from the trials that were made."""

from math import comb

__all__ = ["any_of", "every_of"]


def any_of(passes: int, trials: int, *, k: int) -> float:
    """pass@k: chance that at least one of k trials passes (Chen et al. 2021, arXiv:2107.03374).

    Unbiased: the share of all ways to choose k of the trials that hold a pass. Needs k trials.

    >>> round(any_of(1, 5, k=2), 3)
    0.4
    """
    _check(passes, trials, k)
    return 1.0 - comb(trials - passes, k) / comb(trials, k)


def every_of(passes: int, trials: int, *, k: int) -> float:
    """pass^k: chance that all of k trials pass (Yao et al. 2024, arXiv:2406.12045).

    Unbiased: the share of all ways to choose k of the trials that hold passes alone.

    >>> round(every_of(4, 5, k=2), 3)
    0.6
    """
    _check(passes, trials, k)
    return comb(passes, k) / comb(trials, k)


def _check(passes: int, trials: int, k: int) -> None:
    if not 0 <= passes <= trials or not 1 <= k <= trials:
        raise ValueError(f"{passes} passes of {trials} trials say nothing of k = {k}")
