"""Bounds by random weights, beside Clopper and Pearson's and draws that are made another way."""

import numpy as np
import pytest

from holdfast.stats.proportion import clopper_pearson
from holdfast.stats.reweighting import DRAWS, reweighted


def share(sums: np.ndarray) -> np.ndarray:
    return sums[:, 0] / sums[:, 1]


@pytest.mark.parametrize(("hits", "cases"), [(45, 50), (3, 20), (0, 8), (8, 8), (1, 1)])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_the_bounds_of_a_share_are_those_of_clopper_and_pearson(
    hits: int, cases: int, alpha: float
) -> None:
    parts = np.array([[1.0, 1.0]] * hits + [[0.0, 1.0]] * (cases - hits))
    found = reweighted(parts, apart=np.array([0.0, 1.0]), equal=np.array([1.0, 1.0]), seed=3)
    interval = found.between(share, alpha=alpha)
    expected = clopper_pearson(hits, cases, alpha=alpha)
    assert (interval.low, interval.high) == pytest.approx(expected, abs=0.02)
    assert interval.estimate == hits / cases


def test_sums_stay_on_the_scale_of_the_sample_and_units_are_weighted_at_random() -> None:
    generator = np.random.default_rng(4)
    units = 5000  # so many that the draws are made in pieces
    parts = np.column_stack([np.ones(units), generator.integers(0, 9, units)]).astype(float)
    found = reweighted(parts, apart=np.array([1.0, 0.0]), equal=np.array([1.0, 9.0]))
    assert found.total.tolist() == [units, parts[:, 1].sum()]
    for drawn in (found.below, found.above):
        assert drawn.shape == (DRAWS, 2)
        assert drawn[:, 0] == pytest.approx(np.full(DRAWS, float(units)))
        assert np.unique(drawn[:, 1]).size == DRAWS
        # Weights that are exponential have the variance of the sample itself.
        assert drawn[:, 1].mean() == pytest.approx(found.total[1], abs=60)
        assert drawn[:, 1].std() == pytest.approx(parts[:, 1].std() * np.sqrt(units), rel=0.06)


def test_the_estimate_lies_between_its_bounds_whatever_the_statistic() -> None:
    parts = np.array([[1.0, 1.0], [0.0, 1.0], [2.0, 1.0]])
    found = reweighted(parts, apart=np.array([0.0, 1.0]), equal=np.array([2.0, 1.0]))
    for sign in (1.0, -1.0):
        # Its value at the sample itself is beyond all others.
        interval = found.between(
            lambda sums, sign=sign: np.where(share(sums) == 1.0, 5.0 * sign, share(sums)),
            alpha=0.05,
        )
        assert interval.estimate == 5.0 * sign
        assert (interval.high if sign > 0 else interval.low) == 5.0 * sign


def test_a_seed_gives_its_own_weights_and_always_the_same() -> None:
    parts = np.array([[1.0], [4.0], [2.0]])
    drawn = [
        reweighted(parts, apart=np.array([0.0]), equal=np.array([4.0]), seed=seed).below
        for seed in (0, 0, 1)
    ]
    default = reweighted(parts, apart=np.array([0.0]), equal=np.array([4.0])).below
    assert np.array_equal(drawn[0], drawn[1]) and np.array_equal(drawn[0], default)
    assert not np.array_equal(drawn[0], drawn[2])
