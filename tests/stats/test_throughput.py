"""Tests of holdfast.stats.throughput: amounts over busy time, and bounds that hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.stats.blocks import redraws
from holdfast.stats.throughput import busy_time, rate_change

MOMENTS = st.integers(0, 60)
REQUESTS = st.lists(st.tuples(MOMENTS, st.integers(1, 20)), min_size=1, max_size=12)


@given(REQUESTS)
def test_busy_time_is_the_seconds_with_a_request_under_way(requests: list[tuple[int, int]]) -> None:
    """Counted second by second."""
    busy = {moment for start, length in requests for moment in range(start, start + length)}
    began, seconds = (np.array(column, float) for column in zip(*requests, strict=True))
    assert busy_time(began, seconds) == pytest.approx(len(busy))


def made(seed: int, *, faster: float, blocks: int = 30) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    state = np.exp(random.normal(0.0, 0.3, blocks))
    busy = np.vstack([state, state / (1 + faster)]) * np.exp(random.normal(0, 0.1, (2, blocks)))
    return np.full((2, blocks), 10.0), busy


def test_the_rate_is_the_total_over_the_total() -> None:
    amounts, busy = made(1, faster=0.2)
    found = rate_change(amounts, busy, alpha=0.05)
    assert found.baseline == pytest.approx(300 / busy[0].sum())
    assert found.estimate == pytest.approx(np.log(busy[0].sum() / busy[1].sum()))
    assert found.low < found.estimate < found.high


def test_an_equal_rate_is_called_faster_no_more_often_than_promised() -> None:
    runs = 500
    alarms = sum(rate_change(*made(seed, faster=0.0), alpha=0.05).low > 0 for seed in range(runs))
    assert alarms / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_redrawn_samples_hold_as_many_blocks_as_there_are() -> None:
    draws = redraws(25)
    assert (draws.sum(axis=1) == 25).all()
    assert draws.mean() == pytest.approx(1.0)
    # A block is left out of a sample with probability (1 - 1/25)^25.
    assert (draws == 0).mean() == pytest.approx((24 / 25) ** 25, abs=0.01)
