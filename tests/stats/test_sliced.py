"""Slices tested together: brute force, symmetry, and who is blamed."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri

from holdfast.stats import johnson, sign_flip
from holdfast.stats.sliced import (
    Sliced,
    SlicedEvidence,
    _adjusted,  # pyright: ignore[reportPrivateUsage]
    search,
)

Floats = NDArray[np.float64]


def made(changes: Floats, members: NDArray[np.bool_], **rest: object) -> Sliced:
    changes = changes if changes.ndim == 2 else changes[:, None]
    settings = {
        "measured": np.ones(changes.shape, np.bool_),
        "units": np.arange(len(changes)),
        "sliced": range(changes.shape[1]),
        **rest,
    }
    return Sliced(changes=changes, members=members, **settings)


def thirds(cases: int) -> NDArray[np.bool_]:
    return np.arange(cases) % 3 == np.arange(3)[:, None]


def brute_force(columns: Floats) -> Floats:
    """Step-down adjusted mid-p values of 'worse' over all sign vectors of the rows."""
    signs = np.array(list(product([1.0, -1.0], repeat=len(columns))))
    statistics = -(signs @ columns) / np.sqrt(np.square(columns).sum(axis=0))
    observed = statistics[0]
    order = np.argsort(-observed)
    found, most = np.ones(len(observed)), 0.0
    for rank, column in enumerate(order):
        above = statistics[:, order[rank:]].max(axis=1) - observed[column]
        most = max(most, float(np.mean(above > 1e-9) + np.mean(np.abs(above) <= 1e-9) / 2))
        found[column] = most if observed[column] > 1e-9 else 1.0
    return found


def test_slices_and_contrasts_are_those_of_brute_force() -> None:
    changes = np.random.default_rng(0).integers(-4, 3, (13, 2)).astype(np.float64)
    members = thirds(13)
    own = np.column_stack([changes[:, m] * s for s in members for m in range(2)])
    contrast = np.column_stack(
        [
            np.where(s, changes[:, m] / s.sum(), -changes[:, m] / (~s).sum())
            for s in members
            for m in range(2)
        ]
    )
    found = search(made(changes, members), pairs=20_000)
    assert found.worse.ravel() == pytest.approx(brute_force(own), abs=0.012)
    assert found.better.ravel() == pytest.approx(brute_force(-own), abs=0.012)
    assert found.worse_than_rest.ravel() == pytest.approx(brute_force(contrast), abs=0.012)


def test_with_the_wholes_there_is_one_family() -> None:
    changes = np.random.default_rng(1).integers(-4, 3, (12, 2)).astype(np.float64)
    members = thirds(12)[:2]
    columns = np.column_stack([changes, *[changes[:, 1] * s for s in members]])
    found = search(made(changes, members, wholes=True, sliced=(1,)), pairs=20_000)
    together = np.concatenate([found.whole_worse, found.worse.ravel()])
    assert together == pytest.approx(brute_force(columns), abs=0.012)


def test_cases_of_one_cluster_change_their_sign_together() -> None:
    changes = np.random.default_rng(2).integers(-4, 3, 24).astype(np.float64)
    members, units = thirds(24)[:2], np.repeat(np.arange(12), 2)
    columns = np.column_stack(
        [np.bincount(units, weights=np.where(inside, changes, 0.0)) for inside in members]
    )
    found = search(made(changes, members, units=units), pairs=20_000)
    assert found.worse.ravel() == pytest.approx(brute_force(columns), abs=0.012)


def test_cases_without_a_score_count_on_neither_side() -> None:
    changes = np.random.default_rng(3).normal(-0.2, 1.0, 60)
    measured = np.random.default_rng(4).random(60) < 0.8
    changes[~measured] = 0.0
    members = thirds(60)
    with_gaps = search(made(changes, members, measured=measured[:, None]))
    without = search(made(changes[measured], members[:, measured], units=np.flatnonzero(measured)))
    assert_same(with_gaps, without)


def assert_same(one: SlicedEvidence, other: SlicedEvidence) -> None:
    for name in ("worse", "better", "worse_than_rest", "better_than_rest", "statistics"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=2e-4)


def test_swapping_the_runs_mirrors_every_number() -> None:
    changes = np.random.default_rng(5).normal(0.0, 1.0, (90, 2))
    given = made(changes, thirds(90))
    forward, backward = search(given), search(replace(given, changes=-changes))
    assert np.array_equal(forward.worse, backward.better)
    assert np.array_equal(forward.worse_than_rest, backward.better_than_rest)


def test_a_slice_that_lost_is_found_and_the_others_are_not() -> None:
    chance = np.random.default_rng(6)
    changes = chance.choice([-1.0, 0.0, 1.0], 600, p=[0.05, 0.9, 0.05])
    changes[::3] = chance.choice([-1.0, 0.0, 1.0], 200, p=[0.2, 0.78, 0.02])
    found = search(made(changes, thirds(600)))
    assert found.worse[0, 0] < 0.001 and found.worse_than_rest[0, 0] < 0.001
    assert min(found.worse[1:, 0]) > 0.05


def test_a_loss_everywhere_is_blamed_on_no_slice() -> None:
    chance = np.random.default_rng(7)
    changes = chance.choice([-1.0, 0.0, 1.0], 600, p=[0.2, 0.78, 0.02])
    found = search(made(changes, thirds(600)))
    assert found.worse.max() < 0.001
    assert found.worse_than_rest.min() > 0.05


def test_false_alarms_over_many_slices_stay_at_the_level() -> None:
    chance = np.random.default_rng(8)
    alarms, runs = 0, 200
    for _ in range(runs):
        members = chance.random((15, 200)) < 0.2
        changes = chance.choice([-1.0, 0.0, 1.0], 200, p=[0.08, 0.84, 0.08])
        alarms += search(made(changes, members), pairs=300).worse.min() <= 0.05
    assert alarms / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


def skewed(gains: int) -> Floats:
    """Four slices of 40: small losses of many, with so many large gains in each to offset them."""
    chance = np.random.default_rng(3)
    changes = -0.05 - 0.02 * chance.random(160)
    changes[[40 * slot + row for slot in range(4) for row in range(gains)]] = 0.6
    return changes


def fourths() -> NDArray[np.bool_]:
    return np.arange(160) // 40 == np.arange(4)[:, None]


@pytest.mark.parametrize("wholes", [False, True])
def test_few_large_gains_weaken_the_evidence_of_many_small_losses(*, wholes: bool) -> None:
    given = made(skewed(1), fourths(), wholes=wholes)
    plain, corrected = search(given), search(replace(given, skewed=(0,)))
    assert np.all(plain.worse < 0.05)
    assert np.all(corrected.worse > 0.05)
    # Mirrored changes are mirrored evidence, and the contrasts are left alone.
    mirrored = search(replace(given, skewed=(0,), changes=-given.changes))
    assert mirrored.better == pytest.approx(corrected.worse)
    assert corrected.worse_than_rest == pytest.approx(plain.worse_than_rest)
    assert corrected.whole_worse == pytest.approx(plain.whole_worse)


def test_only_the_metrics_that_were_named_are_corrected() -> None:
    given = made(np.column_stack([skewed(1)] * 2), fourths(), skewed=(1,))
    plain, corrected = search(replace(given, skewed=())), search(given)
    assert corrected.worse[:, 0] == pytest.approx(plain.worse[:, 0], abs=0.02)
    assert np.all(corrected.worse[:, 1] > 0.05)


def test_a_slice_alone_has_no_smaller_p_value_than_johnsons_t() -> None:
    changes = skewed(1)
    clusters = np.arange(160) // 2
    for units in (np.arange(160), clusters):
        given = made(changes, fourths()[:1], units=units, skewed=(0,))
        sums = np.bincount(units[:40], weights=changes[:40])
        own = johnson.p_worse(sums, np.bincount(units[:40]).astype(np.float64))
        assert own - 1e-6 <= search(given).worse[0, 0] <= own + 0.02


def test_even_changes_are_not_corrected() -> None:
    chance = np.random.default_rng(1)
    changes = 0.1 * chance.standard_normal((160, 3)) - 0.03
    given = made(changes, fourths())
    plain, corrected = search(given), search(replace(given, skewed=(0, 1, 2)))
    assert corrected.worse == pytest.approx(plain.worse, abs=0.01)


def test_cases_that_were_not_measured_are_no_part_of_the_skewness() -> None:
    changes = np.concatenate([skewed(1), np.zeros(40)])
    members = np.column_stack([fourths(), fourths()[:, :40]])
    measured = np.arange(200)[:, None] < 160
    found = search(made(changes, members, measured=measured, skewed=(0,)))
    assert found.worse == pytest.approx(search(made(skewed(1), fourths(), skewed=(0,))).worse,
                                        abs=0.01)  # fmt: skip


def test_a_factor_raises_the_first_question_alone_and_no_p_value_above_one() -> None:
    row = np.array([[0.1, 0.3, 0.9]])
    parts = {name: row + 0.01 * place for place, name in enumerate(SlicedEvidence.__slots__)}
    found = SlicedEvidence(**parts).times(2.5)
    for name, before in parts.items():
        first = name in ("worse", "better", "whole_worse", "whole_better")
        expected = np.minimum(1.0, 2.5 * before) if first else before
        assert getattr(found, name).tolist() == expected.tolist()


def test_the_numbers_of_pairs_and_the_seed_are_the_callers() -> None:
    changes = np.random.default_rng(13).integers(-4, 4, (40, 1)).astype(np.float64)
    found = [search(made(changes, thirds(40)), pairs=32, seed=seed).worse for seed in (0, 0, 5)]
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])
    assert np.all(found[0] * 128 == np.rint(found[0] * 128))


@pytest.mark.parametrize("wholes", [False, True])
@pytest.mark.parametrize(("inside", "outside"), [(8, 5), (1, 9), (9, 1), (1, 1), (0, 7), (7, 0)])
def test_the_contrast_is_that_of_the_measured_cases(
    inside: int, outside: int, *, wholes: bool
) -> None:
    changes = np.zeros((40, 2))
    measured = np.zeros((40, 2), np.bool_)
    members = (np.arange(40) < 20)[None]
    measured[:, 0] = True
    measured[:inside, 1] = measured[20 : 20 + outside, 1] = True
    drawn = np.random.default_rng(14).choice([-5.0, -3.0, -1.0, 2.0, 4.0], (40, 2))
    changes[measured] = drawn[measured]
    found = search(made(changes, members, measured=measured, wholes=wholes), pairs=64)
    for metric, counts in enumerate([(20, 20), (inside, outside)]):
        if 0 in counts:
            assert found.contrasts[0, metric] == 0.0
            assert found.worse_than_rest[0, metric] == found.better_than_rest[0, metric] == 1.0
            continue
        shares = np.where(
            members[0], changes[:, metric] / counts[0], -changes[:, metric] / counts[1]
        )
        expected = shares.sum() / np.sqrt(np.square(shares).sum())
        assert found.contrasts[0, metric] == pytest.approx(expected, rel=1e-5)


def test_what_can_block_is_scored_by_its_own_p_value() -> None:
    """Outliers make the two statistics differ: about -2.6 and -2.3 here."""
    changes = np.r_[-np.full(3, 9.0), -np.ones(24), np.ones(13)]
    everything = np.vstack([np.arange(40) < 39, np.arange(40) > 0])
    found = search(made(changes, everything, wholes=True), pairs=64).statistics[:, 0]
    plain = search(made(changes, everything), pairs=64).statistics[:, 0]
    for row, one, other in zip(everything, found, plain, strict=True):
        exact = sign_flip.exact(changes[row].astype(np.int64))[0]
        assert one == pytest.approx(ndtri(exact), abs=0.12)
        assert other == pytest.approx(changes[row].sum() / np.sqrt(np.square(changes[row]).sum()))
        assert abs(one - other) > 0.15


def test_corrected_evidence_is_ranked_among_the_draws_and_keeps_its_own_p_value() -> None:
    # Of 1,000 pairs of draws a third exceed 1.0 in size; the raw evidence exceeds them all.
    draws = np.concatenate([[3.0], np.linspace(-1.5, 1.5, 999)]).astype(np.float32)[None]
    [corrected] = _adjusted(draws, np.array([1.0]))
    larger = np.count_nonzero(np.abs(draws) > 1.0) / (2.0 * draws.size)
    assert corrected == pytest.approx(larger, abs=2e-3)
    assert corrected > 0.158655  # its own: the upper tail of a standard normal from 1.0
    [raw] = _adjusted(draws, np.array([3.0]))
    assert raw < 0.001
    # Where the draws say less than the corrected evidence's own test, that test counts.
    [own] = _adjusted(draws, np.array([1.6]))
    assert own == pytest.approx(0.0547993, abs=1e-7)
