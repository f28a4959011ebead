"""The step fit: its price by hand, its ties, and the shortest piece."""

import itertools
import math

import numpy as np
import pytest

from holdfast.stats.steps import criterion, deviations, is_constant, step_fit


def test_the_price_of_a_step_by_hand() -> None:
    # ln 20 = 2.995732: three steps of 2 * 2.995732 / 20 each.
    found = criterion(2.0, whole=10.0, steps=3, size=20)
    assert found == pytest.approx(math.log(2.00001) + 0.8987197, abs=1e-7)
    assert criterion(0.0, whole=4.0, steps=0, size=20) == pytest.approx(math.log(4e-6))
    assert criterion(7.0, whole=7.0, steps=0.5, size=9) == pytest.approx(
        math.log(7.000007) + math.log(9) / 9
    )


def test_deviations_are_those_from_the_medians_of_the_pieces() -> None:
    values = np.array([1.0, 2.0, 6.0, 10.0, 10.0, 13.0, 20.0])
    assert deviations(values, ()) == 9 + 8 + 4 + 0 + 0 + 3 + 10
    assert deviations(values, (3,)) == (1 + 0 + 4) + (1.5 + 1.5 + 1.5 + 8.5)
    assert deviations(values, (2, 5)) == 1 + 4 + 7


def best_of_all(values: np.ndarray, shortest: int) -> tuple[int, ...]:
    """The cheapest of all fits; the one with the smallest squares where several are as cheap."""
    whole = deviations(values, ())
    fits: list[tuple[float, float, tuple[int, ...]]] = []
    for count in range(values.size // shortest):
        for steps in itertools.combinations(range(1, values.size), count):
            edges = (0, *steps, values.size)
            if min(b - a for a, b in itertools.pairwise(edges)) < shortest:
                continue
            cost = deviations(values, steps)
            pieces = np.split(values, steps)
            squares = sum(float(((piece - piece.mean()) ** 2).sum()) for piece in pieces)
            price = criterion(cost, whole=whole, steps=len(steps), size=values.size)
            fits.append((round(price, 7), round(squares, 9), steps))
    return min(fits)[2]


@pytest.mark.parametrize("shortest", [1, 2, 3])
@pytest.mark.parametrize("seed", range(12))
def test_of_fits_as_cheap_the_one_with_the_smallest_squares_is_taken(
    seed: int, shortest: int
) -> None:
    generator = np.random.default_rng(seed)
    values = generator.integers(0, 3, 11).astype(float)
    values[4:] += generator.choice([0.0, 3.0])
    values[8:] -= generator.choice([0.0, 5.0])
    found, best = step_fit(values, shortest=shortest), best_of_all(values, shortest)

    def merits(steps: tuple[int, ...]) -> tuple[float, float]:
        pieces = np.split(values, steps)
        squares = sum(float(((piece - piece.mean()) ** 2).sum()) for piece in pieces)
        price = criterion(
            deviations(values, steps), whole=deviations(values, ()), steps=len(steps), size=11
        )
        return round(price, 7), round(squares, 9)

    assert merits(found) == merits(best)


def test_two_of_the_shortest_pieces_are_the_least_that_can_be_split() -> None:
    assert step_fit(np.array([0.0, 0.0, 0.0, 1.0, 1.0])) == ()
    assert step_fit(np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])) == (3,)
    assert step_fit(np.array([0.0, 1.0]), shortest=1) == (1,)
    assert step_fit(np.full(12, 0.3)) == ()


@pytest.mark.parametrize(
    ("values", "constant"),
    [
        ([5.0, 5.0], True),
        ([5.0, 5.0 + 4e-12], True),
        ([-5.0, -5.0 - 4e-12], True),
        ([5.0, 5.0 + 6e-12], False),
        ([0.0, 0.0], True),
        ([0.0, 1e-300], False),
        ([-1.0, 1.0], False),
    ],
)
def test_values_are_constant_that_differ_by_rounding(
    values: list[float], *, constant: bool
) -> None:
    assert is_constant(np.array(values)) is constant


def test_a_value_in_the_middle_joins_the_longer_side() -> None:
    # Both sides are as far from it; the squares are 0.75 with the longer one and 0.8 otherwise.
    values = np.array([2.0, 2.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    assert step_fit(values) == best_of_all(values, 3) == (4,)
    assert step_fit(values[::-1]) == (4,)


@pytest.mark.parametrize("seed", range(6))
def test_steps_of_a_score_in_tiny_units_are_at_the_same_places(seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal(20)
    values[7:] += 2.5
    values[15] += 9.0
    assert step_fit(values * 1e-8) == step_fit(values) != ()
