"""The sign test is a binomial test of the decided cases."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from holdfast.stats.sign_test import sign_test


@given(st.integers(0, 300), st.integers(0, 300))
@example(0, 4)
@example(4, 0)
def test_it_is_the_binomial_test_with_half_of_the_tie(wins, losses):
    decided = wins + losses
    if decided == 0:
        assert sign_test(wins, losses) == 1.0
        return
    exact = binomtest(wins, decided, alternative="less").pvalue
    assert sign_test(wins, losses) == pytest.approx(
        exact - binom(decided, 0.5).pmf(wins) / 2, abs=1e-12
    )


@given(st.integers(0, 200), st.integers(0, 200))
def test_another_loss_never_speaks_for_the_candidate(wins, losses):
    if wins + losses:
        assert sign_test(wins, losses + 1) <= sign_test(wins, losses)
