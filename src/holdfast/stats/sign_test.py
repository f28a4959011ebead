"""Sign test: whether more changes are losses than gains, whatever their size."""

from scipy.special import bdtr

__all__ = ["sign_test"]


def sign_test(wins: int, losses: int) -> float:
    """One-sided mid-p value of 'losses are more likely than wins'; 1 where nothing was decided.

    Ties are left out (Conover 1999, Practical Nonparametric Statistics, section 3.4); mid-p counts
    half of the chance of just as many wins.

    >>> round(sign_test(3, 10), 4)
    0.0287
    """
    decided = wins + losses
    if decided == 0:
        return 1.0
    below = float(bdtr(wins - 1, decided, 0.5)) if wins else 0.0
    return (below + float(bdtr(wins, decided, 0.5))) / 2.0
