"""Tests of holdfast.stats.quantiles: the published estimator, and bounds that keep their level."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import mstats

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
