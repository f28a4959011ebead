"""pass@k and pass^k are what choosing k of the trials by hand gives."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.stats.pass_k import any_of, every_of

COUNTS = st.integers(1, 9).flatmap(
    lambda trials: st.tuples(st.integers(0, trials), st.just(trials), st.integers(1, trials))
)


@given(COUNTS)
def test_they_are_shares_of_all_ways_to_choose(counts: tuple[int, int, int]) -> None:
    passes, trials, k = counts
    chosen = list(combinations([True] * passes + [False] * (trials - passes), k))
    assert any_of(passes, trials, k=k) == pytest.approx(sum(map(any, chosen)) / len(chosen))
    assert every_of(passes, trials, k=k) == pytest.approx(sum(map(all, chosen)) / len(chosen))


@given(COUNTS)
def test_another_pass_never_lowers_them(counts: tuple[int, int, int]) -> None:
    passes, trials, k = counts
    if passes < trials:
        for value in (any_of, every_of):
            assert value(passes + 1, trials, k=k) >= value(passes, trials, k=k)


@given(COUNTS)
def test_one_mirrors_the_other(counts: tuple[int, int, int]) -> None:
    passes, trials, k = counts
    assert any_of(passes, trials, k=k) == pytest.approx(1 - every_of(trials - passes, trials, k=k))


@pytest.mark.parametrize(("passes", "trials", "k"), [(0, 0, 1), (3, 2, 1), (1, 2, 3), (1, 2, 0)])
def test_too_few_trials_are_an_error(passes: int, trials: int, k: int) -> None:
    with pytest.raises(ValueError, match="say nothing of k"):
        any_of(passes, trials, k=k)
