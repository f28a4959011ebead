"""Bounds of a mean change: their size, their monotony, and clusters."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from holdfast.stats import bounded


def sample(changes: np.ndarray, *, rooms: np.ndarray | None = None) -> bounded.Sample:
    ones = np.ones(changes.size)
    return bounded.Sample(
        sums=changes, sizes=ones, rooms=ones if rooms is None else rooms, guard=bounded.GUARD
    )


def plain_bound(changes: np.ndarray, *, alpha: float) -> float:
    padded = np.concatenate([changes, [bounded.GUARD, -bounded.GUARD]])
    quantile = stdtrit(padded.size - 1, 1 - alpha)
    return float(padded.mean() - quantile * padded.std(ddof=1) / np.sqrt(padded.size))


def test_symmetric_changes_give_the_shrunk_t_bound() -> None:
    changes = np.array([-0.4, -0.2, 0.0, 0.2, 0.4] * 8)
    found = bounded.lower_bound(sample(changes), alpha=0.05)
    assert found == pytest.approx(plain_bound(changes, alpha=0.05), abs=1e-9)


def test_the_bound_is_never_above_any_corner_with_larger_gains() -> None:
    changes = np.array([0.0, 0.0, 0.0, -0.1, 0.2, 0.6])
    found = bounded.lower_bound(sample(changes), alpha=0.05)
    for raised in itertools.product((False, True), repeat=changes.size):
        corner = np.where(raised, 1.0, changes)
        assert found <= plain_bound(corner, alpha=0.05) + 1e-12


def by_all_corners(found: bounded.Sample, *, alpha: float) -> float:
    """The bound from its definition: every subset of the units raised as far as they go."""
    typical = found.sizes.mean()
    sizes = np.concatenate([found.sizes, [typical, typical]])
    quantile = stdtrit(sizes.size - 1, 1 - alpha)

    def moments(sums: np.ndarray) -> tuple[float, float, float]:
        padded = np.concatenate([sums, [found.guard * typical, -found.guard * typical]])
        mean = padded.sum() / sizes.sum()
        residuals = padded - mean * sizes
        deviation = np.sqrt((residuals**2).sum() / (sizes.size - 1))
        skewness = ((residuals / deviation) ** 3).mean() / np.sqrt(sizes.size)
        return mean, deviation * np.sqrt(sizes.size) / sizes.sum(), skewness

    corners = [
        moments(np.where(raised, found.rooms, found.sums))[:2]
        for raised in itertools.product((False, True), repeat=found.sums.size)
    ]
    mean, error, skewness = moments(found.sums)
    johnson = min(found.lean * (2 * quantile**2 + 1) / 6, found.sums.size / 6) * skewness
    return float(min(*(m - quantile * e for m, e in corners), mean + (johnson - quantile) * error))


@pytest.mark.parametrize("largest", [1, 4])
@pytest.mark.parametrize("lean", [1.25, 0.5])
@pytest.mark.parametrize("shape", ["gains", "losses", "mixed"])
@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_the_lowest_over_all_samples_with_larger_gains(
    seed: int, shape: str, lean: float, largest: int
) -> None:
    generator = np.random.default_rng(seed)
    sizes = generator.integers(1, largest + 1, 10).astype(float)
    rare = np.where(generator.random(10) < 0.2, 0.8, 0.02) * {"losses": -1}.get(shape, 1)
    means = generator.uniform(-0.5, 0.5, 10) if shape == "mixed" else rare
    drawn = bounded.Sample(
        sums=means * sizes,
        sizes=sizes,
        rooms=sizes * np.maximum(means, generator.choice([0.3, 1.0], 10)),
        guard=0.4,
        lean=lean,
    )
    for alpha in (0.01, 0.1):
        found = bounded.lower_bound(drawn, alpha=alpha)
        assert found == pytest.approx(by_all_corners(drawn, alpha=alpha), abs=1e-9)


def test_units_that_all_changed_alike_have_an_error_of_their_own() -> None:
    found = bounded.Sample(sums=np.zeros(4), sizes=np.ones(4), rooms=np.zeros(4), guard=0.0)
    assert 0.0 < bounded.standard_error(found) < 1e-100


def test_no_change_at_all_still_leaves_room_for_a_loss() -> None:
    found = bounded.lower_bound(sample(np.zeros(50)), alpha=0.05)
    assert -0.04 < found < -0.02


@given(
    st.lists(st.integers(-4, 4), min_size=10, max_size=60),
    st.sampled_from([0.01, 0.05, 0.1]),
    st.sampled_from([1, 5]),
    st.data(),
)
@settings(max_examples=300)
def test_lowering_a_score_never_raises_the_bound(
    quarters: list[int], alpha: float, largest: int, data: st.DataObject
) -> None:
    sizes = np.arange(len(quarters)) % largest + 1.0
    sums = sizes * np.array(quarters) / 4
    index = data.draw(st.integers(0, sums.size - 1))
    lowered = sums.copy()
    lowered[index] -= data.draw(st.sampled_from([0.01, 0.25, 0.5, 1.0]))
    rooms = np.maximum(sums, sizes * data.draw(st.sampled_from([0.25, 1.0])))
    before, after = (
        bounded.Sample(sums=found, sizes=sizes, rooms=rooms, guard=bounded.GUARD)
        for found in (sums, lowered)
    )
    found = bounded.lower_bound(after, alpha=alpha)
    assert found <= bounded.lower_bound(before, alpha=alpha) + 1e-12


def test_rare_losses_move_the_bound_below_the_shrunk_t_bound() -> None:
    changes = np.where(np.arange(100) < 5, -0.8, 0.0)
    padded = np.concatenate([changes, [bounded.GUARD, -bounded.GUARD]])
    quantile = stdtrit(101, 0.95)
    error = padded.std(ddof=1) / np.sqrt(102)
    skewness = ((padded - padded.mean()) ** 3).mean() / padded.std(ddof=1) ** 3
    johnson = 1.25 * (2 * quantile**2 + 1) / 6 * skewness / np.sqrt(102)
    found = bounded.lower_bound(sample(changes), alpha=0.05)
    assert found == pytest.approx(padded.mean() + (johnson - quantile) * error, abs=1e-12)
    assert found < plain_bound(changes, alpha=0.05) - 0.005


def test_clusters_of_one_case_equal_single_cases() -> None:
    changes = np.random.default_rng(1).normal(0, 0.2, 40)
    alone = bounded.standard_error(sample(changes))
    padded = np.concatenate([changes, [bounded.GUARD, -bounded.GUARD]])
    assert alone == pytest.approx(padded.std(ddof=1) / np.sqrt(42))


def test_dependent_cases_widen_the_bound_as_much_as_their_number_shrinks() -> None:
    generator = np.random.default_rng(2)
    clusters = generator.normal(0, 0.2, 60)
    repeated = bounded.Sample(
        sums=4 * clusters, sizes=np.full(60, 4.0), rooms=np.full(60, 4.0), guard=bounded.GUARD
    )
    one_each = bounded.lower_bound(sample(clusters), alpha=0.05)
    assert bounded.lower_bound(repeated, alpha=0.05) == pytest.approx(one_each)


def test_unequal_clusters_use_the_cluster_robust_error_of_miller_2024() -> None:
    generator = np.random.default_rng(6)
    sizes = generator.integers(1, 6, 30).astype(float)
    sums = generator.normal(0, 0.3, 30) * sizes
    found = bounded.standard_error(bounded.Sample(sums=sums, sizes=sizes, rooms=sizes, guard=1e-9))
    mean = sums.sum() / sizes.sum()
    robust = np.sqrt(30 / 29 * ((sums - sizes * mean) ** 2).sum()) / sizes.sum()
    # The two pseudo-clusters add their (empty) weight: 32 units instead of 30.
    assert found == pytest.approx(robust, rel=0.08)


@pytest.mark.parametrize(
    ("name", "cases", "most"),
    [
        ("rare collapse", 50, 7.0),
        ("rare collapse", 100, 6.0),
        ("ties", 50, 5.0),
        ("ties", 300, 6.0),
    ],
)
def test_claims_of_safety_at_the_margin_are_rarely_wrong(
    name: str, cases: int, most: float
) -> None:
    generator = np.random.default_rng(7)
    wrong, runs = 0, 2000
    for _ in range(runs):
        if name == "ties":
            drawn = generator.integers(-2, 3, cases) / 4
            changes, truth = np.where(generator.random(cases) < 0.7, 0.0, drawn), 0.0
        else:
            noise = np.clip(generator.normal(0, 0.05, cases), -1, 1)
            changes, truth = np.where(generator.random(cases) < 0.05, -0.8, noise), -0.04
        wrong += bounded.lower_bound(sample(changes), alpha=0.05) > truth
    assert 100 * wrong / runs <= most
