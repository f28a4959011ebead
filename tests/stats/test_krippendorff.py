"""Krippendorff's alpha against the library of that name, and its bounds beside the definition."""

import csv
import itertools
import os
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.stats.krippendorff import Level, krippendorff_alpha
from holdfast.stats.reweighting import reweighted

DATA = Path(os.environ.get("HOLDFAST_PUBLIC_DATA", Path(__file__).parents[3] / "shared" / "data"))
REQUESTS = DATA / "politeness_stack_exchange" / "annotated.csv"


@given(
    seed=st.integers(0, 100_000),
    level=st.sampled_from(["nominal", "ordinal", "interval"]),
    raters=st.integers(2, 5),
)
def test_alpha_is_that_of_the_library(seed: int, level: Level, raters: int) -> None:
    dice = np.random.default_rng(seed)
    ratings = dice.integers(1, 6, (25, raters)).astype(float)
    ratings[dice.random(ratings.shape) < 0.25] = np.nan
    ratings[0, :2] = 1.0, 5.0
    oracle = krippendorff.alpha(reliability_data=ratings.T, level_of_measurement=level)
    found = krippendorff_alpha(ratings, level=level)
    assert found.estimate == pytest.approx(oracle, abs=1e-9)
    assert found.low <= found.estimate <= found.high


def test_ratings_with_many_digits_keep_them() -> None:
    ratings = np.random.default_rng(1).normal(1e6, 1.0, (40, 3))
    oracle = krippendorff.alpha(reliability_data=ratings.T, level_of_measurement="interval")
    found = krippendorff_alpha(ratings, level="interval")
    assert found.estimate == pytest.approx(oracle, abs=1e-6)


def test_five_raters_of_politeness_agree_little() -> None:
    if not REQUESTS.is_file():
        pytest.skip(f"there is no {REQUESTS}: set HOLDFAST_PUBLIC_DATA to the public data")
    with REQUESTS.open(encoding="utf-8", newline="") as file:
        rows = [[float(row[f"Score{n}"]) for n in range(1, 6)] for row in csv.DictReader(file)]
    ratings = np.array(rows)
    assert ratings.shape == (6603, 5)
    found = krippendorff_alpha(ratings, level="interval")
    oracle = krippendorff.alpha(reliability_data=ratings.T, level_of_measurement="interval")
    assert found.estimate == pytest.approx(oracle, abs=1e-9)
    assert 0.27 < found.low < found.high < 0.31


def test_what_cannot_be_told_is_an_error() -> None:
    nothing = np.array([[1.0, np.nan], [np.nan, 2.0]])
    with pytest.raises(UsageError, match="no case was rated twice"):
        krippendorff_alpha(nothing, level="nominal")
    with pytest.raises(UsageError, match="all ratings are 3"):
        krippendorff_alpha(np.full((9, 2), 3.0), level="nominal")


def test_a_cluster_counts_as_one() -> None:
    dice = np.random.default_rng(5)
    once = dice.integers(0, 3, (40, 2)).astype(float)
    copies, units = np.repeat(once, 6, axis=0), np.repeat(np.arange(40), 6)
    alone = krippendorff_alpha(copies, level="nominal")
    together = krippendorff_alpha(copies, level="nominal", units=units)
    assert together.high - together.low > 2 * (alone.high - alone.low)


X = np.nan
RATINGS = np.array(
    [
        [1.0, 1.0, X],
        [2.0, X, X],
        [2.0, 2.0, 4.0],
        [4.0, 4.0, 4.0],
        [X, 1.0, 2.0],
        [4.0, 2.0, X],
        [1.0, X, 1.0],
        [4.0, 4.0, X],
    ]
)
UNITS = np.array([3, 3, 3, 0, 0, 9, 5, 5])
VALUES = [1.0, 2.0, 4.0]


def pairs_of(case: np.ndarray) -> np.ndarray:
    """All ordered pairs of the ratings of a case, each shared among the other raters."""
    given = [VALUES.index(value) for value in case if not np.isnan(value)]
    found = np.zeros((3, 3))
    for one, other in itertools.permutations(range(len(given)), 2):
        found[given[one], given[other]] += 1 / (len(given) - 1)
    return found


def by_definition(pairs: np.ndarray, level: Level) -> float:
    """1 - D_observed / D_expected of a table of coincidences (Krippendorff 2011, section E)."""
    margins = pairs.sum(axis=1)
    number = margins.sum()
    observed = expected = 0.0
    for one, other in itertools.product(range(3), repeat=2):
        first, last = min(one, other), max(one, other)
        between = margins[first : last + 1].sum() - (margins[first] + margins[last]) / 2
        distance = {
            "nominal": float(one != other),
            "ordinal": float(between**2),
            "interval": (VALUES[one] - VALUES[other]) ** 2,
        }[level]
        observed += pairs[one, other] * distance
        expected += margins[one] * margins[other] * distance / (number - 1)
    return 1 - observed / expected


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
@pytest.mark.parametrize("units", [None, UNITS], ids=["cases", "units"])
@pytest.mark.parametrize("alpha", [None, 0.2])
def test_bounds_are_those_of_random_weights_and_one_more_unit(
    level: Level, units: np.ndarray | None, alpha: float | None
) -> None:
    rated = [case for case in range(8) if case != 1]  # the second has a single rating
    cells = np.array([pairs_of(RATINGS[case]) for case in rated])
    if units is not None:
        own = units[rated]
        cells = np.array([cells[own == unit].sum(axis=0) for unit in np.unique(own)])
    shares = cells.sum(axis=(0, 1)) / cells.sum()
    apart = np.outer(shares, shares) * (1.0 if level == "interval" else 1 - np.eye(3))
    drawn = reweighted(
        cells.reshape(len(cells), 9),
        apart=(2 * apart / apart.sum()).ravel(),
        equal=(2 * np.diag(shares)).ravel(),
    )
    expected = drawn.between(
        lambda sums: np.array([by_definition(pairs.reshape(3, 3), level) for pairs in sums]),
        alpha=alpha or 0.05,
    )
    chance = {} if alpha is None else {"alpha": alpha}
    found = krippendorff_alpha(RATINGS, level=level, units=units, **chance)
    assert found.estimate == pytest.approx(by_definition(cells.sum(axis=0), level))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_two_ratings_are_as_far_apart_at_every_level() -> None:
    ratings = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
    found = [
        krippendorff_alpha(ratings, level=level).estimate
        for level in ("nominal", "ordinal", "interval")
    ]
    # Five of ten ratings are 1: one pair of five differs, and 5/9 of all pairs of ratings do.
    assert found == pytest.approx([1 - (1 / 5) / (5 / 9)] * 3)


def test_another_seed_gives_other_bounds_of_the_same_alpha() -> None:
    one, same, other = (
        krippendorff_alpha(RATINGS, level="ordinal", seed=seed) for seed in (0, 0, 1)
    )
    assert one == same == krippendorff_alpha(RATINGS, level="ordinal")
    assert one.estimate == other.estimate
    assert one.low != other.low
