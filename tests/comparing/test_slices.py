"""Slices: what is declared, with enough support, each once."""

import random

import numpy as np
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
