"""Prediction-powered means against ppi-python, and how often their bounds are wrong."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.stats.ppi import Judged, powered_mean

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the oracle imports warns about itself
    from ppi_py import ppi_mean_ci, ppi_mean_pointestimate


def draw(dice: np.random.Generator, labelled: int, others: int, *, noise: float) -> Judged:
    truth = dice.choice([-1.0, 0.0, 1.0], labelled + others, p=[0.08, 0.86, 0.06])
    judged = 0.7 * truth + 0.05 + noise * dice.normal(size=truth.size)
    return Judged(labels=truth[:labelled], judged=judged[:labelled], rest=judged[labelled:])


@given(
    seed=st.integers(0, 100_000),
    labelled=st.integers(50, 120),
    others=st.integers(2, 400),
    noise=st.floats(0.01, 3.0),
)
def test_estimate_and_weight_are_those_of_ppi_python(
    seed: int, labelled: int, others: int, noise: float
) -> None:
    sample = draw(np.random.default_rng(seed), labelled, others, noise=noise)
    found = powered_mean(sample, guard=0.75)
    oracle = ppi_mean_pointestimate(sample.labels, sample.judged, sample.rest)
    assert found.estimate == pytest.approx(float(np.squeeze(oracle)), abs=1e-9)
    assert 0.0 <= found.weight <= 1.0


@given(seed=st.integers(0, 100_000), weight=st.sampled_from([0.0, 0.3, 1.0]))
def test_the_variance_is_that_of_ppi_python_with_unbiased_parts(seed: int, weight: float) -> None:
    """The library divides by n where an unbiased variance divides by n - 1."""
    labelled, others = 60, 200
    sample = draw(np.random.default_rng(seed), labelled, others, noise=0.4)
    found = powered_mean(sample, guard=0.75, weight=weight)
    low, high = ppi_mean_ci(sample.labels, sample.judged, sample.rest, alpha=0.1, lam=weight)
    biased = ((float(high[0]) - float(low[0])) / 2 / 1.6448536269514722) ** 2
    errors = sample.labels - weight * sample.judged
    parts = (errors.var() / labelled, weight**2 * sample.rest.var() / others)
    assert biased == pytest.approx(sum(parts), abs=1e-9)
    unbiased = parts[0] * labelled / (labelled - 1) + parts[1] * others / (others - 1)
    assert found.variance == pytest.approx(unbiased, abs=1e-12)


def test_a_useless_judge_leaves_the_labels_alone() -> None:
    sample = draw(np.random.default_rng(4), 80, 300, noise=0.3)
    silent = Judged(labels=sample.labels, judged=np.zeros(80), rest=np.zeros(300))
    found = powered_mean(silent, guard=0.75)
    assert found.weight == 0.0
    assert found.estimate == pytest.approx(sample.labels.mean())


def test_without_other_cases_or_with_few_labels_the_labels_decide_alone() -> None:
    sample = draw(np.random.default_rng(4), 49, 300, noise=0.1)
    assert powered_mean(sample, guard=0.75).weight == 0.0
    whole = draw(np.random.default_rng(4), 90, 0, noise=0.1)
    assert powered_mean(whole, guard=0.75).estimate == pytest.approx(whole.labels.mean())


def test_labels_without_a_difference_are_no_proof() -> None:
    found = powered_mean(
        Judged(labels=np.zeros(60), judged=np.zeros(60), rest=np.zeros(240)), guard=0.75
    )
    assert found.variance == 0.0
    assert found.low < -0.02 and found.high > 0.02


@given(seed=st.integers(0, 10_000))
def test_swapping_the_arms_mirrors_every_number(seed: int) -> None:
    sample = draw(np.random.default_rng(seed), 70, 200, noise=0.5)
    swapped = Judged(labels=-sample.labels, judged=-sample.judged, rest=-sample.rest)
    found, mirror = powered_mean(sample, guard=0.75), powered_mean(swapped, guard=0.75)
    assert mirror.estimate == pytest.approx(-found.estimate, abs=1e-12)
    assert (mirror.low, mirror.high) == pytest.approx((-found.high, -found.low), abs=1e-12)
    assert mirror.p_worse == pytest.approx(found.p_better, abs=1e-12)


JUDGES = ("good", "harsh", "useless", "differential", "constant")


def judge(kind: str, truth: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    noise = dice.random(truth.size)
    if kind == "good":
        return np.where(noise < 0.05, dice.choice([-1.0, 0.0, 1.0], truth.size), truth)
    if kind == "harsh":
        return 0.5 * truth
    if kind == "useless":
        return dice.choice([-1.0, 0.0, 1.0], truth.size, p=[0.1, 0.8, 0.1])
    if kind == "differential":  # it favours the candidate in a tenth of the cases
        return np.where((truth == 0) & (noise < 0.1), 1.0, truth)
    return np.zeros(truth.size)


@pytest.mark.parametrize("kind", JUDGES)
@pytest.mark.parametrize(("labelled", "others"), [(50, 250), (200, 400)])
def test_the_estimate_is_unbiased_and_its_bounds_hold_whatever_the_judge(
    kind: str, labelled: int, others: int
) -> None:
    dice = np.random.default_rng(17)
    runs, drop = 600, -0.05
    estimates, widths, alone = np.zeros(runs), np.zeros(runs), np.zeros(runs)
    low = high = 0
    for run in range(runs):
        truth = dice.choice([-1.0, 0.0, 1.0], labelled + others, p=[0.10, 0.85, 0.05])
        judged = judge(kind, truth, dice)
        sample = Judged(labels=truth[:labelled], judged=judged[:labelled], rest=judged[labelled:])
        found = powered_mean(sample, guard=0.75)
        labels = powered_mean(sample, guard=0.75, weight=0.0)
        estimates[run], widths[run] = found.estimate, found.high - found.low
        alone[run] = labels.high - labels.low
        low += found.low > drop
        high += found.high < drop
    error = 3.5 * estimates.std() / np.sqrt(runs)
    assert abs(estimates.mean() - drop) < error + 0.002
    assert low <= 46 and high <= 46  # 5 % of 600, and three standard errors
    assert widths.mean() <= 1.02 * alone.mean()
    if kind in ("good", "harsh"):
        assert widths.mean() < 0.85 * alone.mean()


def test_clusters_widen_the_bounds_as_copies_should() -> None:
    dice = np.random.default_rng(23)
    once = draw(dice, 60, 120, noise=0.3)
    copies = Judged(
        labels=np.repeat(once.labels, 3),
        judged=np.repeat(once.judged, 3),
        rest=np.repeat(once.rest, 3),
        units=np.repeat(np.arange(180), 3),
    )
    single = powered_mean(once, guard=0.75, weight=0.6)
    tripled = powered_mean(copies, guard=0.75, weight=0.6)
    assert (tripled.low, tripled.estimate, tripled.high) == pytest.approx(
        (single.low, single.estimate, single.high), abs=1e-12
    )
    assert powered_mean(copies, guard=0.75).weight == pytest.approx(
        powered_mean(once, guard=0.75).weight, abs=0.03
    )


def test_bounds_hold_where_clusters_hold_labelled_and_other_cases() -> None:
    dice = np.random.default_rng(29)
    low = high = 0
    for _ in range(400):
        shift = dice.normal(0, 0.2, 60)  # 60 clusters of 6 cases, 2 of them labelled
        truth = np.clip(shift[:, None] + dice.normal(0, 0.2, (60, 6)), -1, 1)
        judged = truth + dice.normal(0, 0.1, truth.shape)
        units = np.concatenate([np.repeat(np.arange(60), 2), np.repeat(np.arange(60), 4)])
        sample = Judged(
            labels=truth[:, :2].ravel(),
            judged=judged[:, :2].ravel(),
            rest=judged[:, 2:].ravel(),
            units=units,
        )
        found = powered_mean(sample, guard=0.75)
        low += found.low > 0
        high += found.high < 0
    assert low <= 33 and high <= 33
