"""Prediction-powered means against ppi-python, and how often their bounds are wrong."""

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

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


def with_pseudo_cases(values: np.ndarray, units: np.ndarray, *, guard: float) -> tuple:
    """The cases and two more clusters, of +guard and of -guard, as large as the others are."""
    size = values.size // np.unique(units).size
    extra = np.repeat([units.max() + 1, units.max() + 2], size)
    return np.array([*values, *np.repeat([guard, -guard], size)]), np.array([*units, *extra])


def error_of(values: np.ndarray, units: np.ndarray) -> float:
    """Cluster-robust standard error of a mean."""
    clusters = [values[units == unit] for unit in np.unique(units)]
    sums = np.array([(cluster - values.mean()).sum() for cluster in clusters])
    return float(np.sqrt(len(sums) / (len(sums) - 1) * (sums**2).sum()) / values.size)


LABELS = np.array([0.3, -0.1, 0.0, 0.4, -0.5, 0.2, 0.1, 0.0, -0.2, 0.6, 0.1, -0.3])
SAID = np.array([0.2, 0.0, 0.1, 0.5, -0.3, 0.2, 0.3, -0.1, 0.0, 0.4, 0.2, -0.4])
REST = np.array([0.1, 0.3, -0.2, 0.0, 0.5, -0.1, 0.2, 0.4, 0.0, -0.6, 0.3, 0.1, 0.2, -0.3, 0.7])


@pytest.mark.parametrize("size", [None, 1, 3], ids=["cases", "clusters of one", "clusters"])
@pytest.mark.parametrize("weight", [None, 0.0, 0.7])
@pytest.mark.parametrize("alpha", [None, 0.01])
def test_the_bounds_are_students_with_two_pseudo_clusters_in_either_part(
    size: int | None, weight: float | None, alpha: float | None
) -> None:
    own, others = np.arange(12) // (size or 1), np.arange(15) // (size or 1)
    units = None if size is None else np.array([*own, *(others + own.max() + 1)])
    sample = Judged(labels=LABELS, judged=SAID, rest=REST, units=units)
    used = weight or 0.0  # with as few labels as here the judge is not believed
    errors = LABELS - used * SAID
    first, second = (
        with_pseudo_cases(values, groups, guard=0.6)
        for values, groups in ((errors, own), (REST, others))
    )
    middle = first[0].mean() + used * second[0].mean()
    error = np.hypot(error_of(*first), used * error_of(*second))
    freedom = np.unique(own).size + 1
    level = {} if alpha is None else {"alpha": alpha}
    found = powered_mean(sample, guard=0.6, weight=weight, **level)
    reach = t.ppf(1 - (alpha or 0.05), freedom) * error
    assert (found.low, found.high) == pytest.approx((middle - reach, middle + reach), abs=1e-9)
    assert found.p_worse == pytest.approx(t.cdf(middle / error, freedom), abs=1e-9)
    assert found.p_better == pytest.approx(t.sf(middle / error, freedom), abs=1e-9)
    assert found.estimate == pytest.approx(errors.mean() + used * REST.mean())
    variance = error_of(errors, own) ** 2 + (used * error_of(REST, others)) ** 2
    assert found.variance == pytest.approx(variance, abs=1e-12)
    assert found.weight == used


def test_clusters_with_cases_in_both_parts_move_both_means_at_once() -> None:
    own, others = np.arange(12) // 2, np.array([0, 0, 1, 1, 1, 2, 3, 3, 3, 3, 4, 4, 5, 5, 5])
    sample = Judged(labels=LABELS, judged=SAID, rest=REST, units=np.array([*own, *others]))
    found = powered_mean(sample, guard=0.6, weight=0.7)
    errors = LABELS - 0.7 * SAID
    moves = [
        (errors[own == unit] - errors.mean()).sum() / 12
        + 0.7 * (REST[others == unit] - REST.mean()).sum() / 15
        for unit in range(6)
    ]
    assert found.variance == pytest.approx(6 / 5 * (np.array(moves) ** 2).sum(), abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("overlap", [False, True])
def test_the_weight_of_clustered_cases_has_the_smallest_variance(
    seed: int, *, overlap: bool
) -> None:
    dice = np.random.default_rng(seed)
    shift = np.repeat(dice.normal(0, 0.3, 60), 4).reshape(60, 4)
    truth = shift + dice.normal(0, 0.3, shift.shape)
    judged = 0.8 * truth + dice.normal(0, 0.25, shift.shape)
    whole = np.repeat(np.arange(60), 4).reshape(60, 4)
    parts = (np.s_[:, :1], np.s_[:, 1:]) if overlap else (np.s_[:30], np.s_[30:])
    sample = Judged(
        labels=truth[parts[0]].ravel(),
        judged=judged[parts[0]].ravel(),
        rest=judged[parts[1]].ravel(),
        units=np.array([*whole[parts[0]].ravel(), *whole[parts[1]].ravel()]),
    )
    best = powered_mean(sample, guard=0.75)
    assert 0.0 < best.weight < 1.0
    raised = replace(sample, labels=sample.labels + 7.0, judged=sample.judged - 2.0)
    assert powered_mean(raised, guard=0.75).weight == pytest.approx(best.weight)
    for weight in (best.weight - 0.05, best.weight + 0.05):
        assert best.variance < powered_mean(sample, guard=0.75, weight=weight).variance


@pytest.mark.parametrize(
    ("judge_of", "weight"),
    [
        (lambda truth: -truth, 0.0),
        (lambda truth: 0.3 * truth, 1.0),
        (lambda truth: np.full_like(truth, 0.2), 0.0),
    ],
    ids=["contrary", "timid", "constant"],
)
@pytest.mark.parametrize("clustered", [False, True])
def test_a_judge_is_used_neither_against_its_word_nor_more_than_whole(
    judge_of: Callable[[np.ndarray], np.ndarray], weight: float, *, clustered: bool
) -> None:
    truth = np.random.default_rng(8).normal(0, 0.3, 350)
    judged = judge_of(truth)
    sample = Judged(
        labels=truth[:50],
        judged=judged[:50],
        rest=judged[50:],
        units=np.arange(350) if clustered else None,
    )
    assert powered_mean(sample, guard=0.75).weight == weight


def test_fifty_labels_and_two_other_cases_are_enough_to_use_a_judge() -> None:
    sample = draw(np.random.default_rng(4), 50, 2, noise=0.1)
    assert powered_mean(sample, guard=0.75).weight > 0.0
    for labelled, others in ((49, 2), (50, 1)):
        sample = draw(np.random.default_rng(4), labelled, others, noise=0.1)
        assert powered_mean(sample, guard=0.75).weight == 0.0


def test_two_labels_have_a_variance() -> None:
    sample = Judged(labels=np.array([1.0, 4.0]), judged=np.zeros(2), rest=np.zeros(2))
    assert powered_mean(sample, guard=0.75).variance == pytest.approx(4.5 / 2)
