"""Sign-flip tests against brute force, McNemar's test and statsmodels."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from holdfast.stats import sign_flip

steps = st.lists(st.integers(-5, 5), min_size=1, max_size=9).map(np.array)


def by_enumeration(changes: np.ndarray) -> tuple[float, float]:
    observed = changes.sum()
    signs = np.array(list(itertools.product((-1, 1), repeat=changes.size)))
    sums = signs @ changes
    ties = np.mean(sums == observed) / 2
    return float(np.mean(sums < observed) + ties), float(np.mean(sums > observed) + ties)


@given(steps)
def test_the_exact_test_equals_enumeration_of_all_signs(changes: np.ndarray) -> None:
    expected = (1.0, 1.0) if not changes.any() else by_enumeration(changes)
    assert sign_flip.exact(changes) == pytest.approx(expected, abs=1e-12)


@given(st.integers(0, 200), st.integers(0, 200))
def test_one_binary_trial_gives_the_mcnemar_mid_p_value(broken: int, fixed: int) -> None:
    stats = pytest.importorskip("scipy.stats", reason="the oracle is scipy.stats")
    changes = np.array([-1] * broken + [1] * fixed + [0] * 7)
    worse, better = sign_flip.exact(changes)
    if broken + fixed == 0:
        assert (worse, better) == (1.0, 1.0)
        return
    oracle = stats.binom(broken + fixed, 0.5)
    assert worse == pytest.approx(oracle.sf(broken - 1) - oracle.pmf(broken) / 2, abs=1e-11)
    assert better == pytest.approx(oracle.sf(fixed - 1) - oracle.pmf(fixed) / 2, abs=1e-11)


def test_mid_p_differs_from_the_exact_test_of_statsmodels_by_half_the_tie() -> None:
    tables = pytest.importorskip(
        "statsmodels.stats.contingency_tables", reason="the oracle is statsmodels"
    )
    broken, fixed = 14, 5
    two_sided = tables.mcnemar([[70, broken], [fixed, 11]], exact=True).pvalue
    tie = math.comb(19, 14) * 0.5**19
    worse, _ = sign_flip.exact(np.array([-1] * broken + [1] * fixed))
    assert worse == pytest.approx(two_sided / 2 - tie / 2, abs=1e-12)


@given(
    st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), min_size=8, max_size=40),
    st.data(),
)
def test_lowering_a_change_never_raises_the_p_value_of_worse(
    values: list[float], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(values) - 1))
    lowered = values.copy()
    lowered[index] = data.draw(st.sampled_from([-1.0, -0.75, -0.3, 0.0, 0.2]))
    if lowered[index] > values[index]:
        lowered, values = values, lowered
    before, after = np.array(values), np.array(lowered)
    # Where nothing changed at all, both p-values are 1 by definition.
    assume(before.any() and after.any())
    for column in (0, 1):
        first, second = (
            sign_flip.sampled(changes[:, None], resamples=199)[column][0]
            for changes in (before, after)
        )
        assert second <= first if column == 0 else second >= first
    grid = [sign_flip.on_grid(changes) for changes in (before, after)]
    assert grid[0] is not None
    assert grid[1] is not None
    if before.any() and after.any():
        assert sign_flip.exact(grid[1])[0] <= sign_flip.exact(grid[0])[0] + 1e-12


@pytest.mark.parametrize("units", [6, 60, 900])
def test_the_sampled_test_agrees_with_the_exact_one_within_its_own_error(units: int) -> None:
    changes = np.random.default_rng(3).choice([-2, -1, 0, 1, 2], size=units)
    changes[: abs(int(changes.sum()))] -= np.sign(changes.sum())  # so that p is near 0.5
    exact = sign_flip.exact(changes)
    sampled = sign_flip.sampled(changes[:, None].astype(float))
    error = 4 * math.sqrt(exact[0] * (1 - exact[0]) / sign_flip.RESAMPLES) + 1e-4
    assert sampled[0][0] == pytest.approx(exact[0], abs=error)
    assert sampled[1][0] == pytest.approx(exact[1], abs=error)


@pytest.mark.parametrize("units", [1, 2, 8, 9])
def test_ties_among_few_units_count_half(units: int) -> None:
    changes = np.where(np.arange(units) % 3 == 1, -1.0, 1.0)
    worse, better = sign_flip.sampled(changes[:, None])
    assert (worse[0], better[0]) == pytest.approx(by_enumeration(changes), abs=0.02)


def test_a_metric_that_nothing_changed_speaks_for_nothing_beside_one_that_changed() -> None:
    changes = np.column_stack([np.zeros(12), np.full(12, -0.25), np.tile([-0.5, 0.0, 0.5], 4)])
    worse, better = sign_flip.sampled(changes, resamples=999)
    assert (worse[0], better[0]) == (1.0, 1.0)
    assert worse[1] < 0.01 < 0.99 < better[1]
    alone = sign_flip.sampled(changes[:, 2:], resamples=999)
    assert (worse[2], better[2]) == (alone[0][0], alone[1][0])


def test_sampled_p_values_do_not_depend_on_what_else_is_tested() -> None:
    changes = np.random.default_rng(4).normal(size=(50, 3))
    together = sign_flip.sampled(changes, resamples=999)[0]
    alone = [sign_flip.sampled(changes[:, [column]], resamples=999)[0][0] for column in range(3)]
    assert list(together) == alone


def test_swapping_the_arms_swaps_the_p_values() -> None:
    changes = np.random.default_rng(5).normal(size=(40, 1))
    worse, better = sign_flip.sampled(changes, resamples=999)
    mirrored_worse, mirrored_better = sign_flip.sampled(-changes, resamples=999)
    assert (worse[0], better[0]) == (mirrored_better[0], mirrored_worse[0])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([0.2, -0.4, 1.0], [1, -2, 5]),
        ([1 / 3, -2 / 3, 0.0], [1, -2, 0]),
        ([0.5, 1 / 3], [3, 2]),
        ([2.0, -4.0, 0.0], [1, -2, 0]),
        ([0.0], [0]),
        ([], []),
        ([1 / 240, -1.0], [1, -240]),
        ([math.pi / 4, 0.1], None),
        ([math.pi / 4], None),
        ([1 / 241, 1.0], None),
        ([1 / 16, 1 / 27], None),
        ([value / 239 for value in range(239)] * 4, None),  # the exact test would take too long
    ],
)
def test_changes_are_put_on_their_smallest_common_grid(
    changes: list[float], expected: list[int] | None
) -> None:
    found = sign_flip.on_grid(np.array(changes))
    assert (None if found is None else found.tolist()) == expected
