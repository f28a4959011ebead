"""Krippendorff's alpha against the library of that name."""

import csv
import os
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.stats.krippendorff import Level, krippendorff_alpha

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
