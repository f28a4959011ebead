"""Slices: what is declared, with enough support, each once."""

import hashlib
import random
import uuid

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.comparing.slices import SUPPORT, Slice, slices_of
from holdfast.record import CaseRecord


def cases(*tags: tuple[str, ...], inputs: list[object] | None = None) -> list[CaseRecord]:
    return [
        CaseRecord(id=f"c{index:04}", digest="", tags=own, input=inputs[index] if inputs else None)
        for index, own in enumerate(tags)
    ]


def of(found: list[CaseRecord], units: list[int] | None = None, **rest: object) -> dict[str, Slice]:
    numbers = np.array(units if units is not None else range(len(found)))
    return {one.name: one for one in slices_of(found, numbers, **rest)}


def test_tags_and_pairs_of_tags_with_enough_cases_are_slices() -> None:
    tags = [("lang:de", "long")] * 25 + [("lang:de",)] * 20 + [("long",)] * 20 + [("rare",)] * 19
    found = of(cases(*tags))
    assert list(found) == ["lang:de", "long", "lang:de and long"]
    assert found["lang:de and long"].members.sum() == 25
    assert found["lang:de and long"].parents == ("lang:de", "long")
    assert found["lang:de"].words == "tagged lang:de"


def test_a_slice_equal_to_the_whole_or_to_another_is_left_out() -> None:
    tags = [("all", "x", "same as x")] * 30 + [("all",)] * 30
    assert list(of(cases(*tags))) == ["same as x"]


def test_support_is_counted_in_clusters() -> None:
    tags = [("x",)] * 60 + [()] * 60
    clusters = [row // 4 for row in range(120)]
    assert of(cases(*tags), clusters) == {}
    assert list(of(cases(*tags), [row // 3 for row in range(120)])) == ["x"]


def test_a_tag_that_a_case_names_twice_counts_once() -> None:
    assert of(cases(*[("x", "x")] * 15, *[()] * 40)) == {}


def named(*ids: str, tags: dict[str, tuple[str, ...]] | None = None) -> list[CaseRecord]:
    return [CaseRecord(id=key, digest="", tags=(tags or {}).get(key, ())) for key in ids]


def test_ids_with_numbers_at_their_end_are_families() -> None:
    ids = [f"parallel_multiple_{row}" for row in range(30)]
    ids += [f"live_simple_{row}-{row % 3}-0" for row in range(25)]
    ids += [f"rare_{row}" for row in range(10)]
    found = of(named(*ids))
    assert list(found) == ["id parallel_multiple", "id live_simple"]
    assert found["id parallel_multiple"].words == "whose id begins with parallel_multiple"
    assert found["id parallel_multiple"].members.tolist() == [True] * 30 + [False] * 35
    assert found["id live_simple"].members.sum() == 25


def test_a_family_whose_name_begins_other_ids_too_is_not_called_by_its_beginning() -> None:
    ids = [f"{name}_{row}" for name in ("parallel", "parallel_multiple") for row in range(30)]
    found = of(named(*ids))
    assert found["id parallel"].words == "whose id without its number is parallel"
    assert found["id parallel_multiple"].words == "whose id begins with parallel_multiple"


@pytest.mark.parametrize(
    ("one", "family"),
    [
        ("django__django-123{}", "id django__django"),
        ("aime24-{}", "id aime24"),
        ("q{}", "id q"),
        ("test_sort[{}]", "id test_sort"),
        ("C++_{}", "id C++"),
        ("straße_{}", "id straße"),
        ("level 5: {}", "id level"),
        ("https://example.org/issues/{}", "id https://example.org/issues"),
    ],
)
def test_the_number_and_what_sets_it_off_are_left_out(one: str, family: str) -> None:
    ids = [one.format(row) for row in range(10, 40)]
    assert family in of(named(*ids, *[f"other-{row}" for row in range(30)]))


def test_folders_are_families_level_by_level() -> None:
    ids = [f"math/algebra/{row}" for row in range(30)]
    ids += [f"math/geometry/{row}" for row in range(25)]
    ids += [f"code/sorting/{row}.py" for row in range(20)]
    found = of(named(*ids))
    assert list(found) == ["id math/", "id code/", "id math/algebra/", "id math/geometry/"]
    assert found["id math/"].words == "whose id begins with math/"
    assert found["id math/"].members.sum() == 55


def test_ids_in_folders_of_different_depth_are_families_by_their_numbers() -> None:
    ids = [f"{folder}/{row}" for folder in ("a", "b/c/d", "b/c/e") for row in range(25)]
    assert set(of(named(*ids))) == {"id a/", "id b/", "id b/c/d", "id b/c/e"}


@pytest.mark.parametrize(
    "name",
    [
        "{row}",
        "{row:05}",
        "question-{row}",
        "2026-11-{row:02}",
        "{row}-{row}",
        "{uuid}",
        "{sha1}",
        "{short}",
        "case-{short}",
        "data/{sha1}",
        "{sha1}/{row}",
        "name {sha1} of nobody",
        "",
    ],
)
@pytest.mark.parametrize("cases", [40, 3000])
def test_numbers_hashes_and_one_family_make_no_slices(name: str, cases: int) -> None:
    chance = random.Random(5)
    ids: set[str] = set()
    for row in range(cases):
        made = uuid.UUID(int=chance.getrandbits(128), version=4)
        sha1 = hashlib.sha1(made.bytes, usedforsecurity=False).hexdigest()
        ids.add(name.format(row=row, uuid=made, sha1=sha1, short=sha1[:4]))
    assert of(named(*sorted(ids))) == {}


def test_families_that_leave_out_more_than_a_fifth_of_the_cases_are_chance() -> None:
    families = [f"{name}-{row}" for name in ("a", "b") for row in range(40)]
    others = [f"{row}{'x' * row}" for row in range(1, 21)]
    assert list(of(named(*families, *others))) == ["id a", "id b"]
    assert of(named(*families, *others, "another")) == {}


def test_support_of_id_families_is_counted_in_clusters() -> None:
    ids = [f"{name}-{row}" for name in ("a", "b") for row in range(60)]
    assert list(of(named(*ids), [row // 3 for row in range(120)])) == ["id a", "id b"]
    assert of(named(*ids), [row // 4 for row in range(120)]) == {}


def test_a_tag_stands_for_the_id_family_with_the_same_cases() -> None:
    ids = [f"{name}-{row}" for name in ("a", "b") for row in range(30)]
    found = of(named(*ids, tags=dict.fromkeys(ids[:30], ("kind:a",))))
    assert list(found) == ["kind:a", "id b"]


def test_lengths_of_inputs_are_cut_into_quarters() -> None:
    inputs = ["x" * length for length in range(1, 101)]
    found = of(cases(*[()] * 100, inputs=inputs))
    assert list(found) == [
        "input of 1 to 25 characters",
        "input of 26 to 50 characters",
        "input of 51 to 75 characters",
        "input of 76 to 100 characters",
    ]
    assert all(one.members.sum() == 25 for one in found.values())


def test_inputs_that_are_not_text_have_the_length_of_their_json() -> None:
    inputs: list[object] = [{"q": "x" * (row % 2 * 50)} for row in range(100)]
    assert list(of(cases(*[()] * 100, inputs=inputs))) == [
        "input of 8 to 8 characters",
        "input of 58 to 58 characters",
    ]


def test_inputs_that_are_not_known_are_in_no_quarter() -> None:
    inputs: list[object] = [None] * 50 + ["x" * row for row in range(80)]
    for one in of(cases(*[()] * 130, inputs=inputs)).values():
        assert not one.members[:50].any()


def test_difficulty_comes_from_what_the_caller_gives_and_from_nothing_else() -> None:
    found = cases(*[()] * 100)
    assert of(found) == {}
    levels = {case.id: index % 4 / 4 for index, case in enumerate(found)}
    assert list(of(found, difficulty=levels)) == [
        "difficulty 0 to 0", "difficulty 0.25 to 0.25",
        "difficulty 0.5 to 0.5", "difficulty 0.75 to 0.75",
    ]  # fmt: skip


def test_the_largest_are_kept_where_there_are_too_many() -> None:
    tags = [tuple(f"t{tag}" for tag in range(12) if row % (tag + 2) == 0) for row in range(600)]
    found = slices_of(cases(*tags), np.arange(600), most=9)
    assert [one.name for one in found] == [f"t{tag}" for tag in range(9)]


@given(st.lists(st.sets(st.sampled_from("abcdef")), min_size=20, max_size=120), st.randoms())
def test_every_slice_has_support_and_differs_from_every_other(
    tags: list[set[str]], chance: random.Random
) -> None:
    found = cases(*[tuple(own) for own in tags])
    slices = of(found)
    patterns = {one.members.tobytes() for one in slices.values()}
    assert len(patterns) == len(slices)
    for one in slices.values():
        assert SUPPORT <= one.members.sum() < len(found)
    order = list(range(len(found)))
    chance.shuffle(order)
    shuffled = slices_of([found[row] for row in order], np.arange(len(order)))
    assert {one.name for one in shuffled} == set(slices)
