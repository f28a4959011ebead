"""Step-down adjustment by sign flips: brute force, exact tests, laws, and what it promises."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from holdfast.stats import max_t, sign_flip
from holdfast.stats.multiplicity import holm

Floats = NDArray[np.float64]


def worse_of(changes: Floats, p_values: Sequence[float], **options: int) -> tuple[float, ...]:
    """Adjusted p-values of 'worse'; those of 'better' are its mirror image."""
    mirror = [1.0 - value for value in p_values]
    worse, _ = max_t.adjusted(changes, p_values, mirror, **options)
    assert max_t.adjusted(-changes, mirror, p_values, **options)[1] == worse
    return worse


def raw(changes: Floats) -> list[float]:
    return [sign_flip.exact(sign_flip.on_grid(column))[0] for column in changes.T]


def brute_force(changes: Floats) -> Floats:
    """Step-down adjusted p-values over all 2^n sign vectors."""
    roots = np.sqrt(np.square(changes).sum(axis=0))
    roots[roots == 0] = np.inf
    signs = np.array(list(product([1.0, -1.0], repeat=len(changes))))
    statistics = -(signs @ changes) / roots
    observed = statistics[0]
    order = np.argsort(-observed, kind="stable")
    found, largest_so_far = np.ones(len(roots)), 0.0
    for rank, column in enumerate(order):
        maxima = statistics[:, order[rank:]].max(axis=1)
        ties = np.isclose(maxima, observed[column], rtol=0, atol=1e-9)
        p_value = np.mean((maxima > observed[column]) & ~ties) + np.mean(ties) / 2
        largest_so_far = max(largest_so_far, p_value)
        found[column] = largest_so_far if observed[column] > 1e-9 else 1.0
    return found


def every_sign(changes: Floats) -> Floats:
    """The engine's own step-down, given all sign vectors instead of random ones."""
    halves = [signs for signs in product([1.0, -1.0], repeat=len(changes)) if signs[0] == 1.0]
    values = np.column_stack([max_t.whole(column) for column in changes.T])
    sums = (values.T @ np.array(halves).T).astype(np.float32)
    return max_t.step_down(-max_t.standardised(sums, values.astype(np.float64)))


@st.composite
def few_units(draw: st.DrawFn) -> Floats:
    shape = (draw(st.integers(2, 9)), draw(st.integers(1, 4)))
    levels = draw(st.sampled_from([[-1, 0, 1], [-3, -2, -1, 0, 1, 2, 3], [-10, -1, 0, 1, 10]]))
    cells = draw(
        st.lists(
            st.sampled_from(levels), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]
        )
    )
    return np.array(cells, np.float64).reshape(shape)


@given(few_units())
@settings(max_examples=80)
def test_with_all_sign_vectors_it_is_the_brute_force_answer(changes: Floats) -> None:
    assert every_sign(changes) == pytest.approx(brute_force(changes), abs=1e-12)


def min_p(changes: Floats) -> Floats:
    """Step-down min-P over all 2^n sign vectors, from the rank of each sum in its own column."""
    sums = np.array(list(product([1.0, -1.0], repeat=len(changes)))) @ changes
    ranks = np.argsort(np.argsort(sums, axis=0), axis=0)
    observed = ranks[0]
    order = np.argsort(observed)
    found, most = np.ones(len(observed)), 0.0
    for rank, column in enumerate(order):
        smallest = ranks[:, order[rank:]].min(axis=1)
        below, ties = smallest < observed[column], smallest == observed[column]
        most = max(most, float(np.mean(below) + np.mean(ties) / 2))
        found[column] = most
    return found


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_smallest_of_the_exact_p_values_under_all_sign_vectors(seed: int) -> None:
    chance = np.random.default_rng(seed)
    changes = chance.normal(-0.5, 1.0, (11, 1)) + chance.normal(0.0, 0.7, (11, 3))
    changes[0] *= 4.0  # an outlier, where max-T and min-P part
    p_values = [float(np.mean(brute_sums(column) < column.sum())) for column in changes.T]
    p_values = [value + 0.5**12 for value in p_values]
    expected = [
        min(most, max(alone, exact))
        for alone, most, exact in zip(p_values, holm(p_values), min_p(changes), strict=True)
    ]
    for found, exact in zip(worse_of(changes, p_values, pairs=20_000), expected, strict=True):
        # A metric that did not fall has no need of a number.
        assert found == pytest.approx(exact, abs=0.015) if exact < 0.4 else found > 0.38


def brute_sums(column: Floats) -> Floats:
    return np.array(list(product([1.0, -1.0], repeat=len(column)))) @ column


@pytest.mark.parametrize(
    "sizes", [[1] * 12, [1] * 60, [1, 2, 3] * 12, [20] + [1] * 40, [9] * 3 + [1] * 40]
)
def test_a_normal_score_is_the_exact_p_value_on_another_scale(sizes: list[int]) -> None:
    steps = np.array(sizes)
    for share in (0.3, 0.45, 0.6, 0.75, 1.0):
        flipped = np.where(np.cumsum(steps) <= share * steps.sum() + 1, -steps, steps)
        sums = np.array([[flipped.sum()]], np.float32)
        score = max_t.normal_scores(sums, steps[:, None].astype(float))[0, 0]
        exact = sign_flip.exact(flipped)[0]
        if 1e-9 < exact < 0.2:
            assert ndtr(score) == pytest.approx(exact, rel=0.3)
            assert score == pytest.approx(ndtri(exact), abs=0.12)


@given(few_units())
def test_normal_scores_keep_the_order_of_sums(changes: Floats) -> None:
    values = np.column_stack([max_t.whole(column) for column in changes.T])
    units = np.arange(len(values))
    sums = max_t.flipped_sums([max_t.Block(units=units, values=values)], pairs=100)
    for row, scores in zip(sums, max_t.normal_scores(sums, values.astype(float)), strict=True):
        order = np.argsort(row)
        assert np.all(np.diff(scores[order]) >= 0)
        assert np.all(scores[row > 0] >= 0)


def test_a_case_that_loses_more_never_weakens_the_evidence_of_its_metric() -> None:
    chance = np.random.default_rng(9)
    for _ in range(40):
        shared = chance.normal(0.0, 0.08, (60, 1))
        changes = np.round(shared - 0.025 + chance.normal(0.0, 0.03, (60, 8)), 2)
        lowered = changes.copy()
        lowered[int(chance.integers(60)), 0] = -1.0
        before, after = (worse_of(each, raw(each), pairs=500)[0] for each in (changes, lowered))
        assert after <= before + 0.004


@given(few_units())
def test_it_lies_between_the_p_value_alone_and_holms(changes: Floats) -> None:
    p_values = raw(changes)
    found = worse_of(changes, p_values, pairs=64)
    for alone, value, most in zip(p_values, found, holm(p_values), strict=True):
        assert alone <= value <= most


@pytest.mark.parametrize("extreme", [0.0, 1e-320, 1.0])
def test_p_values_at_the_ends_of_the_scale_are_adjusted_too(extreme: float) -> None:
    changes = np.round(np.random.default_rng(11).normal(-0.2, 1.0, (60, 3)), 1)
    p_values = [extreme, *raw(changes)[1:]]
    found = worse_of(changes, p_values, pairs=500)
    for alone, value, most in zip(p_values, found, holm(p_values), strict=True):
        assert alone <= value <= most
    assert found[1] < 0.05


def test_another_seed_draws_other_signs() -> None:
    changes = np.random.default_rng(12).normal(-0.1, 1.0, (60, 4))
    p_values = list(sign_flip.sampled(changes)[0])
    first, again, other = (worse_of(changes, p_values, pairs=300, seed=n) for n in (0, 0, 1))
    assert first == again != other
    assert first == pytest.approx(other, abs=0.1)


def test_one_metric_needs_no_adjustment() -> None:
    changes = np.random.default_rng(0).normal(-0.1, 1.0, (60, 1))
    assert worse_of(changes, [0.0321]) == (0.0321,)


def test_one_column_alone_is_the_sign_flip_test() -> None:
    steps = np.random.default_rng(1).integers(-3, 3, 80)
    values = max_t.whole(steps / 3.0)[:, None]
    sums = max_t.flipped_sums([max_t.Block(units=np.arange(80), values=values)])
    for statistic in (max_t.standardised, max_t.normal_scores):
        found = max_t.step_down(-statistic(sums, values.astype(np.float64)))
        assert found[0] == pytest.approx(sign_flip.exact(steps)[0], abs=0.01)


def test_metrics_that_move_together_cost_less_than_holm_says() -> None:
    chance = np.random.default_rng(2)
    shared = chance.normal(-0.2, 1.0, (100, 1))
    changes = shared + chance.normal(0.0, 0.1, (100, 12))
    p_values, _ = sign_flip.sampled(changes)
    found = worse_of(changes, list(p_values))
    assert min(found) < 3 * min(p_values) < min(holm(list(p_values)))


def test_unrelated_metrics_cost_what_independence_says() -> None:
    changes = np.random.default_rng(3).normal(0.0, 1.0, (200, 10))
    changes[:, 0] -= 0.19
    p_values, _ = sign_flip.sampled(changes)
    found = worse_of(changes, list(p_values))
    assert found[0] == pytest.approx(1 - (1 - p_values[0]) ** 10, rel=0.12)


def test_a_test_that_asks_for_more_than_the_flips_is_taken_at_its_word() -> None:
    changes = np.random.default_rng(10).normal(0.0, 1.0, (100, 6))
    changes[:, 0] -= changes[:, 0].mean() + 0.3
    p_values = list(sign_flip.sampled(changes)[0])
    doubtful = [p_values[0] + 0.02, *p_values[1:]]
    found = worse_of(changes, doubtful)[0]
    assert found > worse_of(changes, p_values)[0] + 0.05
    assert found == pytest.approx(1 - (1 - doubtful[0]) ** 6, rel=0.3)


def test_swapping_the_arms_mirrors_the_statistics() -> None:
    changes = np.random.default_rng(4).normal(0.0, 1.0, (50, 3))
    values = np.column_stack([max_t.whole(column) for column in changes.T])
    units = np.arange(50)
    forward, backward = (
        max_t.normal_scores(
            max_t.flipped_sums([max_t.Block(units=units, values=v)]), v.astype(float)
        )
        for v in (values, -values)
    )
    assert max_t.step_down(forward).tolist() == max_t.step_down(-backward).tolist()


def test_rows_of_one_unit_change_their_sign_together() -> None:
    values = np.ones((12, 1), np.float32)
    units = np.repeat(np.arange(3), 4)
    sums = max_t.flipped_sums([max_t.Block(units=units, values=values)], pairs=400)
    assert set(np.unique(sums)) == {-12.0, -4.0, 4.0, 12.0}


def test_a_unit_meets_the_same_signs_whatever_the_others_score() -> None:
    units, values = np.arange(30), np.ones((30, 1), np.float32)
    some = values.copy()
    some[::2] = 0.0
    blocks = [max_t.Block(units=units, values=some), max_t.Block(units=units, values=values - some)]
    parts = [max_t.flipped_sums([block]) for block in blocks]
    together = max_t.flipped_sums([max_t.Block(units=units, values=values)])
    assert np.array_equal(parts[0] + parts[1], together)
    assert np.array_equal(max_t.flipped_sums(blocks), np.concatenate(parts))


def test_large_families_are_worked_off_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    block = max_t.Block(units=np.arange(40), values=np.ones((40, 2), np.float32))
    at_once = max_t.flipped_sums([block], pairs=1_003)
    monkeypatch.setattr(max_t, "_CHUNK", 1_000)
    assert np.array_equal(max_t.flipped_sums([block], pairs=1_003), at_once)


def test_nothing_changed_is_no_evidence() -> None:
    assert worse_of(np.zeros((30, 2)), [1.0, 1.0]) == (1.0, 1.0)


def test_metrics_that_did_not_change_cost_nothing() -> None:
    changes = np.zeros((60, 6))
    changes[:9, 0] = -1.0
    changes[:2, 0] = 1.0
    alone = raw(changes)[0]
    found = worse_of(changes, [alone, *[1.0] * 5])
    assert found[0] == pytest.approx(alone, abs=0.01)


@pytest.mark.parametrize("kind", ["graded", "binary"])
def test_false_alarms_of_twelve_related_metrics_stay_at_the_level(kind: str) -> None:
    chance = np.random.default_rng(5)
    alarms, runs = 0, 250
    for _ in range(runs):
        changes = chance.normal(size=(60, 1)) + chance.normal(size=(60, 12))
        if kind == "binary":
            changes = np.sign(changes) * (np.abs(changes) > 2.0)
            p_values = raw(changes)
        else:
            p_values = list(sign_flip.sampled(changes, resamples=999)[0])
        # The other direction is the mirror image, as `worse_of` asserts of every sample above.
        better = [1.0 - value for value in p_values]
        worse, _ = max_t.adjusted(changes, p_values, better, pairs=500)
        alarms += min(worse) <= 0.05
    assert alarms / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5
