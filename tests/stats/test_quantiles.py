"""Tests of holdfast.stats.quantiles: the published estimator, and bounds that keep their level."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import mstats

from holdfast.stats.blocks import redraws
from holdfast.stats.covariate import Covariate
from holdfast.stats.quantiles import Traces, fewest, harrell_davis, quantile_change

LOGS = st.lists(
    st.floats(-8.0, 5.0).map(lambda value: round(value, 6)), min_size=2, max_size=60
).map(np.array)


@given(LOGS, st.sampled_from([0.1, 0.5, 0.9, 0.95, 0.99]))
def test_quantiles_are_those_of_scipy(values: np.ndarray, share: float) -> None:
    known = float(mstats.hdquantiles(values, [share])[0])
    assert harrell_davis(values, share) == pytest.approx(known, rel=1e-9, abs=1e-9)


def test_the_fewest_requests_are_the_published_ones() -> None:
    assert [fewest(share) for share in (0.5, 0.9, 0.95, 0.99)] == [30, 50, 100, 662]
    # One request too few: one beyond the quantile would still be likely enough.
    assert stats.binom.cdf(1, 661, 0.01) > 0.01 >= stats.binom.cdf(1, 662, 0.01)
    # Without any beyond: 59 requests bound a 95th percentile, 459 a 99th with 99 % confidence.
    assert 0.95**58 > 0.05 >= 0.95**59
    assert 0.99**458 > 0.01 >= 0.99**459


@pytest.mark.parametrize("share", [0.99, 0.991, 0.9925, 0.995, 0.998, 0.999, 0.004])
def test_far_quantiles_need_as_many_requests_as_make_one_beyond_too_few(share: float) -> None:
    tail, number = min(share, 1 - share), fewest(share)
    assert stats.binom.cdf(1, number - 1, tail) > 0.01 >= stats.binom.cdf(1, number, tail)


@pytest.mark.parametrize(
    ("share", "number"),
    # Five requests beyond the quantile, of 71.4 a 72nd; what a double or a seventh digit leaves
    # over 50 is not a request, and a hundredth is one however it is written.
    [(0.93, 72), (0.07, 72), (1 - 0.9, 50), (0.9000000006, 50), (0.01 + 1e-12, 662), (0.1, 50)],
)
def test_the_fewest_requests_are_whole_ones(share: float, number: int) -> None:
    assert fewest(share) == number


def traces(
    seed: int, *, blocks: int = 30, each: int = 10, slower: float = 0.0, spread: float = 0.4
) -> Traces:
    random = np.random.default_rng(seed)
    state = np.repeat(random.normal(0.0, 0.2, blocks), each)
    number = blocks * each
    return Traces(
        baseline=state + random.normal(0.0, spread, number),
        candidate=state + random.normal(np.log1p(slower), spread, number),
        blocks=np.repeat(np.arange(blocks), each),
    )


def test_the_bootstrap_is_the_one_done_by_hand() -> None:
    """Redraw the blocks one sample after the other, and take scipy's quantile of each."""
    made = traces(3, blocks=20, each=5)
    found = quantile_change(made, 0.95, alpha=0.05)
    random = np.random.default_rng(7)
    changes = []
    for _ in range(1500):
        rows = np.concatenate(
            [np.flatnonzero(made.blocks == b) for b in random.integers(0, 20, 20)]
        )
        arms = [mstats.hdquantiles(arm[rows], [0.95])[0] for arm in (made.baseline, made.candidate)]
        changes.append(arms[1] - arms[0])
    whole = [mstats.hdquantiles(arm, [0.95])[0] for arm in (made.baseline, made.candidate)]
    assert found.estimate == pytest.approx(whole[1] - whole[0], abs=1e-12)
    tail = stats.norm.cdf(-np.sqrt(20 / 19) * stats.t.ppf(0.95, 19))
    by_hand = np.quantile(changes, [tail, 1 - tail])
    error = (
        3.5
        * np.std(changes)
        * np.sqrt(tail * (1 - tail) / 1500)
        / stats.norm.pdf(stats.norm.ppf(tail))
    )
    assert [found.low, found.high] == pytest.approx(by_hand, abs=error)


def weights(number: int, share: float) -> np.ndarray:
    """Of Harrell and Davis: what a beta distribution holds between the n-ths."""
    return np.diff(stats.beta.cdf(np.linspace(0, 1, number + 1), *_shape(number, share)))


def _shape(number: int, share: float) -> tuple[float, float]:
    return (number + 1) * share, (number + 1) * (1 - share)


@pytest.mark.parametrize("adjusted", [False, True])
def test_every_number_is_that_of_the_same_redrawn_blocks_one_sample_after_the_other(
    *, adjusted: bool
) -> None:
    """Blocks of unequal sizes; the covariate's curve is fitted to each sample by least squares."""
    random, share, alpha = np.random.default_rng(9), 0.8, 0.03
    blocks = np.repeat(np.arange(8), [3, 5, 4, 6, 4, 7, 3, 5])
    x = [random.normal(shift, 1.0, 37) for shift in (0.0, 0.6)]
    y = [
        each + random.normal(0.0, 0.4, 37) + shift for each, shift in zip(x, (0, 0.1), strict=True)
    ]
    lengths = Covariate(baseline=x[0], candidate=x[1]) if adjusted else None
    made = Traces(baseline=y[0], candidate=y[1], blocks=5 * blocks, covariate=lengths)
    found = quantile_change(made, share, alpha=alpha)

    knots = np.quantile(np.concatenate(x), [0.25, 0.5, 0.75])
    bent = [np.column_stack([each, *(np.maximum(each - knot, 0) for knot in knots)]) for each in x]
    start = np.median(x[0])
    origin = np.array([start, *(max(start - knot, 0) for knot in knots)])

    def slopes(rows: np.ndarray, units: np.ndarray) -> np.ndarray:
        columns = [np.vstack([one[rows] for one in bent]), np.concatenate([one[rows] for one in y])]
        groups = np.concatenate([units, units + units.max() + 1])
        dummies = np.eye(groups.max() + 1)[groups]
        design = np.hstack([columns[0], dummies])
        return np.linalg.lstsq(design, columns[1], rcond=None)[0][:4]

    whole = slopes(np.arange(37), blocks) if adjusted else np.zeros(4)
    arms = [each - (pieces - origin) @ whole for each, pieces in zip(y, bent, strict=True)]
    near = [
        weights(37, share) @ pieces[np.argsort(arm)] for arm, pieces in zip(arms, bent, strict=True)
    ]
    changes = []
    for draw in redraws(8):
        drawn = np.repeat(np.arange(8), draw.astype(int))
        rows = np.concatenate([np.flatnonzero(blocks == block) for block in drawn])
        fresh = np.repeat(np.arange(8), [(blocks == block).sum() for block in drawn])
        table = weights(rows.size, share)
        moved = [float(table @ np.sort(arm[rows])) for arm in arms]
        extra = (slopes(rows, fresh) - whole) @ (near[1] - near[0]) if adjusted else 0.0
        changes.append(moved[1] - moved[0] - extra)

    means = [float(weights(37, share) @ np.sort(arm)) for arm in arms]
    tail = stats.norm.sf(np.sqrt(8 / 7) * stats.t.isf(alpha, 7))
    below = (np.sum(np.array(changes) < 0) + 0.5) / 2001
    p_higher = stats.t.cdf(stats.norm.ppf(below) / np.sqrt(8 / 7), 7)
    close = {"rel": 1e-4, "abs": 1e-4} if adjusted else {"rel": 1e-9, "abs": 1e-12}
    assert [found.baseline, found.candidate, found.estimate] == pytest.approx(
        [*means, means[1] - means[0]], **close
    )
    assert [found.low, found.high] == pytest.approx(np.quantile(changes, [tail, 1 - tail]), **close)
    assert found.error == pytest.approx(np.std(changes, ddof=1), rel=1e-9 if not adjusted else 2e-5)
    assert found.p_higher == pytest.approx(p_higher, rel=1e-9)
    assert found.units == 8


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.95]))
def test_swapping_the_arms_mirrors_everything(seed: int, share: float) -> None:
    made = traces(seed, blocks=20, each=5, slower=0.1)
    swapped = Traces(baseline=made.candidate, candidate=made.baseline, blocks=made.blocks)
    one, other = (quantile_change(each, share, alpha=0.05) for each in (made, swapped))
    assert [one.low, one.estimate, one.high] == pytest.approx(
        [-other.high, -other.estimate, -other.low], abs=1e-9
    )
    assert [one.p_higher, one.p_lower] == pytest.approx([other.p_lower, other.p_higher], abs=2e-3)
    assert one.floor == pytest.approx(other.floor, rel=0.05)


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_the_requests_is_irrelevant(seed: int, random: object) -> None:
    made = traces(seed, blocks=20, each=3)
    order = np.random.default_rng(seed).permutation(made.blocks.size)
    again = Traces(
        baseline=made.baseline[order], candidate=made.candidate[order], blocks=made.blocks[order]
    )
    one, other = (quantile_change(each, 0.5, alpha=0.05) for each in (made, again))
    assert one.low == pytest.approx(other.low, abs=1e-9)
    assert one.p_higher == pytest.approx(other.p_higher, abs=1e-9)


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_a_factor_moves_the_ratio_by_that_factor_and_the_floor_not_at_all(seed: int) -> None:
    made = traces(seed, blocks=20, each=5)
    slow = Traces(baseline=made.baseline, candidate=made.candidate + 0.7, blocks=made.blocks)
    one, other = (quantile_change(each, 0.5, alpha=0.05) for each in (made, slow))
    assert other.estimate - one.estimate == pytest.approx(0.7, abs=1e-9)
    assert other.low - one.low == pytest.approx(0.7, abs=1e-9)
    assert other.p_higher <= one.p_higher
    assert other.floor == pytest.approx(one.floor, abs=1e-9)


def test_equal_arms_have_changed_nothing() -> None:
    made = traces(1)
    same = Traces(baseline=made.baseline, candidate=made.baseline, blocks=made.blocks)
    found = quantile_change(same, 0.95, alpha=0.05)
    assert (found.low, found.estimate, found.high) == (0.0, 0.0, 0.0)
    assert found.p_higher == pytest.approx(0.5) == pytest.approx(found.p_lower)


def test_the_bound_and_the_p_value_say_the_same() -> None:
    for seed in range(60):
        found = quantile_change(traces(seed, blocks=20, each=4), 0.5, alpha=0.05)
        if abs(found.low) > 1e-3:
            assert (found.low > 0) == (found.p_higher < 0.05)


def test_what_slows_a_whole_block_slows_both_arms_and_leaves_the_ratio() -> None:
    calm, rough = traces(5), traces(5)
    storm = np.where(rough.blocks >= 15, 1.5, 0.0)
    rough = Traces(
        baseline=rough.baseline + storm, candidate=rough.candidate + storm, blocks=rough.blocks
    )
    calm_width, rough_width = (
        found.high - found.low
        for found in (quantile_change(each, 0.95, alpha=0.05) for each in (calm, rough))
    )
    assert rough_width < 1.5 * calm_width


def test_the_noise_floor_is_what_equal_systems_show() -> None:
    """The 95th percentile of |log ratio| over fresh pairs of equal systems."""
    seen, floors = [], []
    for seed in range(150):
        found = quantile_change(traces(seed, blocks=20, each=6), 0.5, alpha=0.05)
        seen.append(abs(found.estimate))
        floors.append(found.floor)
    assert float(np.mean(floors)) == pytest.approx(float(np.quantile(seen, 0.95)), rel=0.2)


def test_many_blocks_are_joined_to_their_neighbours() -> None:
    made = traces(2, blocks=500, each=2)
    assert quantile_change(made, 0.5, alpha=0.05).units == 200
