"""Tests of holdfast.stats.blocks: expanded percentiles give the t interval where it is right."""

import numpy as np
import pytest
from scipy import stats

from holdfast.stats.blocks import expanded, units_of


@pytest.mark.parametrize("units", [4, 7, 20])
@pytest.mark.parametrize(("mean", "spread"), [(0.3, 0.5), (-0.7, 1.9), (0.02, 0.4)])
def test_the_bounds_and_p_values_of_a_normal_mean_are_those_of_the_t_test(
    units: int, mean: float, spread: float
) -> None:
    """Redrawn means of normal values have the variance (n - 1)/n s^2/n around the mean."""
    error = spread / np.sqrt(units)
    places = (np.arange(400_001) + 0.5) / 400_001
    redrawn = mean + error * np.sqrt((units - 1) / units) * stats.norm.ppf(places)
    found = expanded(redrawn, units=units, alpha=0.04)
    far = stats.t.ppf(0.96, units - 1) * error
    assert [found.low, found.high] == pytest.approx([mean - far, mean + far], abs=2e-3 * error)
    assert found.p_above == pytest.approx(stats.t.sf(mean / error, units - 1), abs=2e-4)
    assert found.p_below == pytest.approx(stats.t.cdf(mean / error, units - 1), abs=2e-4)


def test_more_than_two_hundred_blocks_are_joined_in_order_and_evenly() -> None:
    blocks = 7 + 3 * np.arange(400)
    assert units_of(blocks).tolist() == np.repeat(np.arange(200), 2).tolist()
    assert units_of(blocks[::-1]).tolist() == np.repeat(np.arange(200), 2).tolist()[::-1]
    assert units_of(blocks[:200]).tolist() == list(range(200))
    sizes = np.bincount(units_of(np.arange(530)))
    assert sizes.size == 200
    assert sizes.max() - sizes.min() == 1
