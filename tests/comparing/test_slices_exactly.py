"""Borders of slices: support, families, quarters and pairs at exactly their limits."""

from collections.abc import Sequence

import numpy as np
import pytest

from holdfast.comparing.slices import SUPPORT, Slice, slices_of
from holdfast.record import CaseRecord


def of(
    ids: Sequence[str],
    *,
    tags: Sequence[tuple[str, ...]] = (),
    inputs: Sequence[str | None] = (),
    **rest: object,
) -> dict[str, Slice]:
    cases = [
        CaseRecord(
            id=key,
            digest="",
            tags=tags[row] if tags else (),
            input=inputs[row] if inputs else None,
        )
        for row, key in enumerate(ids)
    ]
    return {one.name: one for one in slices_of(cases, np.arange(len(cases)), **rest)}


def numbered(count: int) -> list[str]:
    return [str(row) for row in range(count)]


def test_no_cases_have_no_slices() -> None:
    assert of([]) == {}


def test_one_family_alone_is_no_division_of_the_cases() -> None:
    # 80 of 100 ids are of one family, and no other has support.
    ids = [f"a-{row}" for row in range(80)] + [chr(200 + row) * 3 for row in range(20)]
    assert of(ids) == {}


def test_folders_count_from_the_first_level_and_to_the_depth_of_most_cases() -> None:
    ids = [f"{folder}/x{'y' * row}" for folder in ("a", "b") for row in range(25)]
    deep = [f"a/{folder}/x{'y' * row}" for folder in ("c", "d") for row in range(5)]
    found = of([*ids, *deep])
    assert list(found) == ["id a/", "id b/"]
    assert [int(one.members.sum()) for one in found.values()] == [35, 25]


def test_a_folder_as_deep_as_asked_for_is_none_without_anything_in_it() -> None:
    ids = [f"{name}/x{'y' * row}" for name in ("a", "b", "c") for row in range(20)]
    flat = [f"{'z' * row}q" for row in range(15)]
    found = of([*ids, *flat])
    assert list(found) == ["id a/", "id b/", "id c/"]
    assert all(one.members.sum() == 20 for one in found.values())


def test_cases_above_a_folder_are_in_none_of_its_level() -> None:
    deep = [f"m/{folder}/x{'y' * row}" for folder in ("a", "b") for row in range(40)]
    found = of([*deep, *(f"m/x{'y' * row}" for row in range(20))])
    assert {name: int(one.members.sum()) for name, one in found.items()} == {
        "id m/a/": 40,
        "id m/b/": 40,
    }


def test_pairs_of_one_size_come_in_the_order_of_their_tags() -> None:
    names = [f"t{tag:02}" for tag in range(14)]
    pairs = [(one, other) for row, one in enumerate(names) for other in names[row + 1 :]]
    sizes = {pair: SUPPORT + row * 7 % 3 for row, pair in enumerate(pairs)}
    tags = [pair for pair in pairs for _ in range(sizes[pair])]
    found = of(numbered(len(tags)), tags=tags)
    order = [name for name in found if name in names]
    expected = sorted(
        ((one, other) for row, one in enumerate(order) for other in order[row + 1 :]),
        key=lambda pair: -sizes[min(pair), max(pair)],
    )
    assert list(found)[14:] == [f"{min(pair)} and {max(pair)}" for pair in expected]


def test_numbers_and_signs_without_a_letter_are_no_family() -> None:
    ids = [f"{first}+{row}" for first in ("7*", "8*") for row in range(30)]
    assert of(ids) == {}


def test_a_pair_of_tags_needs_as_much_support_as_a_tag() -> None:
    for both, expected in ((SUPPORT, ["x", "y", "x and y"]), (SUPPORT - 1, ["x", "y"])):
        tags = [("x", "y")] * both + [("x",)] * 22 + [("y",)] * 21 + [()] * 3
        assert list(of(numbered(len(tags)), tags=tags)) == expected


def test_pairs_of_tags_come_largest_first_and_never_with_themselves() -> None:
    shares = {"ab": 21, "ac": 25, "bc": 23}
    tags = [tuple(pair) for pair, count in shares.items() for _ in range(count)] + [()] * 9
    found = list(of(numbered(len(tags)), tags=tags))
    assert found == ["c", "a", "b", "a and c", "b and c", "a and b"]


def test_the_largest_of_many_pairs_are_looked_at() -> None:
    """Of 50 tags' 1,225 pairs, the 960 that hold most cases are made."""
    chance = np.random.default_rng(2)
    tags = [
        tuple(f"t{tag:02}" for tag in range(50) if chance.random() < 0.55 + tag / 250)
        for _ in range(200)
    ]
    found = of(numbered(200), tags=tags, most=10_000)
    pairs = [one for one in found.values() if one.parents]
    assert len(pairs) == 960
    sizes = [int(one.members.sum()) for one in pairs]
    assert sizes == sorted(sizes, reverse=True)
    members = np.array([[f"t{tag:02}" in own for own in tags] for tag in range(50)], np.int64)
    shared = np.sort((members @ members.T)[np.triu_indices(50, k=1)])[::-1]
    assert sizes == shared[:960].tolist()


@pytest.mark.parametrize(("count", "bins"), [(79, 0), (80, 4)])
def test_quarters_need_four_times_the_support(count: int, bins: int) -> None:
    inputs = ["x" * (row + 1) for row in range(count)]
    assert len(of(numbered(count), inputs=inputs)) == bins


def test_the_border_of_two_quarters_belongs_to_the_lower_one() -> None:
    # 81 lengths: the quartiles are lengths of a case.
    inputs = ["x" * (row + 1) for row in range(81)]
    found = of(numbered(81), inputs=inputs)
    assert [int(one.members.sum()) for one in found.values()] == [21, 20, 20, 20]
    assert list(found)[:2] == ["input of 1 to 21 characters", "input of 22 to 41 characters"]


def test_cases_without_a_known_difficulty_or_length_are_in_no_quarter() -> None:
    ids = numbered(100)
    levels = {key: row / 90 for row, key in enumerate(ids[:90])}
    assert not any(one.members[90:].any() for one in of(ids, difficulty=levels).values())
    assert len(of(ids, difficulty=levels)) == 4
    assert of(ids, difficulty=dict(list(levels.items())[:79])) == {}
    inputs = ["x" * (row + 1) for row in range(90)] + [None] * 10
    assert len(of(ids, inputs=inputs)) == 4
