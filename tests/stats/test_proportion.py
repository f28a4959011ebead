"""Bounds of a proportion, beside scipy and published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from holdfast.stats.proportion import clopper_pearson, wilson

COUNTS = st.integers(1, 400).flatmap(
    lambda trials: st.tuples(st.integers(0, trials), st.just(trials))
)
LEVELS = st.sampled_from([0.005, 0.025, 0.05, 0.1])


@given(COUNTS, LEVELS)
def test_both_bounds_agree_with_scipy(counts: tuple[int, int], alpha: float) -> None:
    for mine, method in ((clopper_pearson, "exact"), (wilson, "wilson")):
        oracle = binomtest(*counts).proportion_ci(1 - 2 * alpha, method=method)
        assert mine(*counts, alpha=alpha) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


@pytest.mark.parametrize(("cases", "most"), [(50, 0.058), (300, 0.010), (59, 0.0495)])
def test_no_failure_at_all_proves_a_rate_below_the_published_bound(cases: int, most: float) -> None:
    found = clopper_pearson(0, cases, alpha=0.05)[1]
    assert found == pytest.approx(most, abs=5e-4)
    assert found == pytest.approx(1 - 0.05 ** (1 / cases), abs=1e-12)


@pytest.mark.parametrize("rate", [0.003, 0.02, 0.1, 0.5])
def test_the_exact_upper_bound_is_too_low_in_at_most_one_run_of_twenty(rate: float) -> None:
    for cases in (20, 50, 300):
        counts = np.arange(cases + 1)
        uppers = np.array([clopper_pearson(int(k), cases, alpha=0.05)[1] for k in counts])
        assert binom.pmf(counts, cases, rate)[uppers < rate].sum() <= 0.05


@given(COUNTS, st.floats(1.0, 5.0))
def test_dependent_cases_widen_both_bounds(counts: tuple[int, int], effect: float) -> None:
    successes, trials = counts
    for bound in (clopper_pearson, wilson):
        low, high = bound(successes, trials, alpha=0.05)
        wide = bound(successes / effect, trials / effect, alpha=0.05)
        assert wide[0] <= low + 1e-9
        assert wide[1] >= high - 1e-9


@pytest.mark.parametrize(("successes", "trials"), [(3, 2), (-1, 2), (0, 0)])
def test_what_is_no_proportion_is_refused(successes: int, trials: int) -> None:
    for bound in (clopper_pearson, wilson):
        with pytest.raises(ValueError, match="no proportion"):
            bound(successes, trials, alpha=0.05)
