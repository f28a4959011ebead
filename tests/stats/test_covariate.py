"""Tests of holdfast.stats.covariate: the curve is that of an analysis of covariance."""

import numpy as np
import pytest
import statsmodels.api as sm

from holdfast.stats.covariate import Covariate, Fit
from holdfast.stats.quantiles import Traces, quantile_change

Arms = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def arms(seed: int, *, blocks: int = 20, each: int = 8, longer: float = 0.0) -> Arms:
    random = np.random.default_rng(seed)
    units = np.repeat(np.arange(blocks), each)
    prompts = random.normal(5.0, 0.8, units.size)
    x = [prompts + random.normal(shift, 0.2, units.size) for shift in (0.0, longer)]
    state = random.normal(0.0, 0.3, blocks)[units]
    y = [0.6 * each_x + state + random.normal(0.0, 0.1, units.size) for each_x in x]
    return x[0], x[1], y[0], y[1], units


def test_the_slopes_are_those_of_least_squares_with_an_effect_of_each_arm_and_block() -> None:
    x0, x1, y0, y1, units = arms(1)
    fit = Covariate(baseline=x0, candidate=x1).fit(y0, y1, units=units)
    dummies = np.eye(40)[np.concatenate([units, units + 20])]
    pieces = np.vstack(fit.features)
    known = sm.OLS(np.concatenate([y0, y1]), np.hstack([pieces, dummies])).fit()
    assert fit.slopes == pytest.approx(known.params[: pieces.shape[1]], abs=1e-5)


def test_redrawn_slopes_are_those_of_the_redrawn_blocks() -> None:
    x0, x1, y0, y1, units = arms(2, blocks=6)
    fit = Covariate(baseline=x0, candidate=x1).fit(y0, y1, units=units)
    draw = np.array([2, 0, 1, 1, 0, 2])
    rows = np.concatenate([np.flatnonzero(units == unit) for unit in np.repeat(range(6), draw)])
    fresh = np.repeat(np.arange(rows.size // 8), 8)
    dummies = np.eye(12)[np.concatenate([fresh, fresh + 6])]
    pieces = np.vstack([features[rows] for features in fit.features])
    known = sm.OLS(np.concatenate([y0[rows], y1[rows]]), np.hstack([pieces, dummies])).fit()
    found = fit.redrawn(draw[np.newaxis, :].astype(float))[0]
    assert found == pytest.approx(known.params[: pieces.shape[1]], abs=1e-4)


def test_one_sample_of_every_block_is_the_sample_itself() -> None:
    x0, x1, y0, y1, units = arms(3)
    fit = Covariate(baseline=x0, candidate=x1).fit(y0, y1, units=units)
    assert fit.redrawn(np.ones((1, 20)))[0] == pytest.approx(fit.slopes, rel=1e-9)


def test_a_covariate_without_variation_explains_nothing() -> None:
    _, _, y0, y1, units = arms(4)
    fit = Covariate(baseline=np.full(160, 3.0), candidate=np.full(160, 3.0)).fit(
        y0, y1, units=units
    )
    assert fit.expected[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("unit", [1e-6, 1e5])
def test_the_unit_of_the_covariate_is_irrelevant(unit: float) -> None:
    """Lengths that hardly differ explain as much as the same ones in small units."""
    x0, x1, y0, y1, units = arms(7, longer=0.1)
    fit = Covariate(baseline=x0, candidate=x1).fit(y0, y1, units=units)
    other = Covariate(baseline=unit * x0, candidate=unit * x1).fit(y0, y1, units=units)
    assert unit * other.slopes == pytest.approx(fit.slopes, rel=1e-7)
    for one, same in zip(fit.expected, other.expected, strict=True):
        assert same == pytest.approx(one, rel=1e-6, abs=1e-9)


def test_a_piece_of_the_curve_with_next_to_no_variation_is_shrunk_and_not_blown_up() -> None:
    """Ridge regression in closed form: the penalty is 1e-9 of the features' sum of squares."""
    nothing = np.zeros(0)
    squares = np.array([[[3.0, 0.0], [0.0, 2e-9]], [[1.0, 0.0], [0.0, 1e-9]]])
    products = np.array([[0.6, 4e-9], [0.1, 5e-9]])
    fit = Fit(
        expected=(nothing, nothing),
        features=(nothing, nothing),
        slopes=nothing,
        squares=squares,
        products=products,
    )
    # 2 x 3 + 1 and 2 x 2e-9 + 1e-9 are the sums of squares of the sample, 7e-9 its penalty.
    expected = [[1.3 / 7, 13e-9 / (5e-9 + 7e-9)], [0.1, 5e-9 / (1e-9 + 1e-9)]]
    assert fit.redrawn(np.array([[2.0, 1.0], [0.0, 1.0]])) == pytest.approx(
        np.array(expected), rel=1e-7
    )


def test_arms_whose_values_do_not_overlap_cannot_be_adjusted() -> None:
    random = np.random.default_rng(5)
    low = random.normal(0.0, 0.1, 50)
    assert Covariate(baseline=low, candidate=low + 0.5).separates
    assert not Covariate(baseline=low, candidate=low + 0.05).separates


def test_longer_answers_at_the_same_speed_are_no_change_and_slower_ones_are() -> None:
    """The whole of the difference is in the covariate, or none of it is."""
    x0, x1, y0, y1, units = arms(6, each=15, longer=0.26)
    lengths = Covariate(baseline=x0, candidate=x1)
    plain = quantile_change(Traces(baseline=y0, candidate=y1, blocks=units), 0.5, alpha=0.05)
    adjusted = quantile_change(
        Traces(baseline=y0, candidate=y1, blocks=units, covariate=lengths), 0.5, alpha=0.05
    )
    slower = quantile_change(
        Traces(baseline=y0, candidate=y1 + 0.1, blocks=units, covariate=lengths), 0.5, alpha=0.05
    )
    assert plain.low > 0.05
    assert adjusted.low < 0 < adjusted.high
    assert abs(adjusted.estimate) < 0.03
    assert slower.estimate - adjusted.estimate == pytest.approx(0.1, abs=1e-9)
    assert slower.low > 0.05
