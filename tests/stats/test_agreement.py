"""Agreement beyond chance against statsmodels, published figures and the definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from holdfast.stats.agreement import Weights, gwet, kappa, pabak, two_raters
from holdfast.stats.reweighting import reweighted

TABLE = np.array([[22, 10, 2, 0], [6, 27, 11, 1], [2, 5, 17, 3], [0, 1, 4, 9]], float)
ABSTRACTORS = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]], float)

tables = st.integers(2, 5).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 40), min_size=size, max_size=size), min_size=size, max_size=size
    ).map(lambda rows: np.array(rows, float) + 1.0)
)


@given(table=tables, weights=st.sampled_from(["none", "linear", "quadratic"]))
def test_kappa_is_that_of_statsmodels(table: np.ndarray, weights: Weights) -> None:
    oracle = cohens_kappa(table, wt=None if weights == "none" else weights).kappa
    assert float(kappa(table, weights=weights)) == pytest.approx(oracle, abs=1e-9)


@pytest.mark.parametrize(
    ("table", "weights", "published"),
    [
        # Gwet 2008, table 1: two raters who agree on 118 of 125, nearly all of one kind.
        (np.array([[118.0, 5.0], [2.0, 0.0]]), "none", 0.9408),
        # Gwet 2014, three abstractors' diagnoses; digits as irrCAC 0.4.4 documents them.
        (ABSTRACTORS, "none", 0.84933),
        (ABSTRACTORS, "quadratic", 0.94024),
        # irrCAC 0.4.4, digits=12.
        (TABLE, "none", 0.507186858316),
        (TABLE, "linear", 0.679623085984),
        (TABLE, "quadratic", 0.811447811448),
    ],
)
def test_gwet_is_the_published_figure(
    table: np.ndarray, weights: Weights, published: float
) -> None:
    digits = len(str(published)) - 2
    assert float(gwet(table, weights=weights)) == pytest.approx(published, abs=0.6 * 10**-digits)


def test_pabak_is_the_figure_of_irr_cac() -> None:
    assert float(pabak(np.array([[118.0, 5.0], [2.0, 0.0]]))) == pytest.approx(0.888, abs=1e-12)
    assert float(pabak(TABLE)) == pytest.approx(0.5, abs=1e-12)


def test_kappa_collapses_at_high_prevalence_and_ac1_does_not() -> None:
    table = np.array([[118.0, 5.0], [2.0, 0.0]])
    assert float(kappa(table)) < 0
    assert float(gwet(table)) > 0.9


def test_one_category_alone_says_nothing_about_kappa() -> None:
    found = two_raters(np.ones(30), np.ones(30))
    assert found.kappa.estimate == 0.0
    assert found.observed.estimate == 1.0


def test_perfect_agreement_of_a_small_sample_is_no_proof() -> None:
    ratings = np.array([0.0, 1.0] * 10)
    found = two_raters(ratings, ratings)
    assert found.observed.estimate == found.kappa.estimate == 1.0
    # The exact bound of 20 out of 20.
    assert found.observed.low == pytest.approx(0.05 ** (1 / 20), abs=0.01)
    assert found.kappa.low < 0.9


def test_bounds_are_the_same_each_time_and_wider_where_cases_depend_on_each_other() -> None:
    dice = np.random.default_rng(3)
    first = np.repeat(dice.integers(0, 2, 40), 5).astype(float)
    second = np.where(np.repeat(dice.random(40) < 0.8, 5), first, 1 - first)
    clusters = np.repeat(np.arange(40), 5)
    alone = two_raters(first, second)
    together = two_raters(first, second, units=clusters)
    assert together == two_raters(first, second, units=clusters)
    width = alone.kappa.high - alone.kappa.low
    assert together.kappa.high - together.kappa.low > 1.6 * width


@given(seed=st.integers(0, 10_000))
def test_raters_may_change_places(seed: int) -> None:
    dice = np.random.default_rng(seed)
    table = dice.integers(0, 30, (3, 3)).astype(float) + np.eye(3)
    for weights in ("none", "linear", "quadratic"):
        assert float(kappa(table, weights=weights)) == pytest.approx(
            float(kappa(table.T, weights=weights))
        )
        assert float(gwet(table, weights=weights)) == pytest.approx(
            float(gwet(table.T, weights=weights))
        )


def test_lower_bounds_are_wrong_as_seldom_as_they_say() -> None:
    cells = np.array([0.05, 0.03, 0.03, 0.89])
    truth = float(gwet(cells.reshape(2, 2)))
    dice = np.random.default_rng(7)
    wrong = 0
    for seed in range(150):
        drawn = dice.choice(4, 60, p=cells)
        found = two_raters((drawn // 2).astype(float), (drawn % 2).astype(float), seed=seed)
        wrong += found.ac1.low > truth
    assert wrong <= 15  # 5 % of 150, and three standard errors


FIRST = np.array([1.0, 2.0, 2.0, 5.0, 5.0, 5.0, 1.0])
SECOND = np.array([1.0, 2.0, 5.0, 5.0, 2.0, 5.0, 5.0])


def counts_of(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """One table of counts for each case; shape (cases, 3, 3)."""
    places = {1.0: 0, 2.0: 1, 5.0: 2}
    found = np.zeros((first.size, 3, 3))
    for case, (one, other) in enumerate(zip(first, second, strict=True)):
        found[case, places[one], places[other]] += 1
    return found


STATISTICS = {
    "observed": lambda tables: np.trace(tables, axis1=1, axis2=2) / tables.sum(axis=(1, 2)),
    "kappa": kappa,
    "linear_kappa": lambda tables: kappa(tables, weights="linear"),
    "quadratic_kappa": lambda tables: kappa(tables, weights="quadratic"),
    "ac1": gwet,
    "ac2": lambda tables: gwet(tables, weights="quadratic"),
    "pabak": pabak,
}


@pytest.mark.parametrize("units", [None, np.array([4, 4, 1, 0, 0, 7, 7])], ids=["cases", "units"])
@pytest.mark.parametrize("alpha", [None, 0.2])
def test_bounds_are_those_of_random_weights_and_one_more_unit(
    units: np.ndarray | None, alpha: float | None
) -> None:
    cells = counts_of(FIRST, SECOND)
    if units is not None:
        cells = np.array([cells[units == unit].sum(axis=0) for unit in np.unique(units)])
    used = np.array([3.0, 4.0, 7.0]) / 14  # of the ratings 1, 2 and 5
    apart = np.outer(used, used) * (1 - np.eye(3))
    drawn = reweighted(
        cells.reshape(len(cells), 9),
        apart=(apart / apart.sum()).ravel(),
        equal=np.diag(used).ravel(),
    )
    level = {} if alpha is None else {"alpha": alpha}
    found = two_raters(FIRST, SECOND, units=units, **level)
    assert found.cases == 7
    assert found.categories == (1.0, 2.0, 5.0)
    for name, statistic in STATISTICS.items():
        interval = getattr(found, name)
        assert interval.estimate == pytest.approx(float(statistic(cells.sum(axis=0)[None])[0]))
        expected = drawn.between(
            lambda sums, statistic=statistic: statistic(sums.reshape(len(sums), 3, 3)),
            alpha=alpha or 0.05,
        )
        assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high)), name


def test_another_seed_gives_other_bounds_of_the_same_agreement() -> None:
    one, same, other = (two_raters(FIRST, SECOND, seed=seed) for seed in (0, 0, 1))
    assert one == same == two_raters(FIRST, SECOND)
    assert one.kappa.estimate == other.kappa.estimate
    assert one.kappa.low != other.kappa.low
    assert one.kappa.low == pytest.approx(other.kappa.low, abs=0.05)


def test_one_category_alone_is_perfect_agreement_for_gwet_and_pabak_too() -> None:
    found = two_raters(np.ones(5), np.ones(5))
    assert (found.observed.low, found.observed.high) == (1.0, 1.0)
    assert (found.ac1.estimate, found.ac2.estimate) == (1.0, 1.0)
    assert found.pabak.estimate == 0.0


def test_tables_may_be_stacked() -> None:
    stacked = np.array([TABLE, TABLE.T + np.eye(4), TABLE**1.5])
    for statistic in STATISTICS.values():
        alone = [float(statistic(table[None])[0]) for table in stacked]
        assert statistic(stacked) == pytest.approx(np.array(alone))
    for weights in ("none", "linear", "quadratic"):
        for table, found in zip(stacked, gwet(stacked, weights=weights), strict=True):
            assert found == pytest.approx(float(gwet(table, weights=weights)))
        for table, found in zip(stacked, kappa(stacked, weights=weights), strict=True):
            assert found == pytest.approx(float(kappa(table, weights=weights)))


def test_of_two_categories_both_are_as_far_apart_by_all_weights() -> None:
    table = np.array([[31.0, 4.0], [9.0, 6.0]])
    for statistic in (kappa, gwet):
        found = [float(statistic(table, weights=w)) for w in ("none", "linear", "quadratic")]
        assert found == pytest.approx([found[0]] * 3)
