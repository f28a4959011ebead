"""The order in which cases are drawn: seeded, whole units, every tag in its share."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.comparing.order import drawing_order
from holdfast.record import CaseRecord

cases = st.lists(
    st.builds(
        CaseRecord,
        id=st.text(max_size=3),
        digest=st.just(""),
        tags=st.lists(st.sampled_from(["a", "b", "c"]), max_size=2).map(tuple),
        cluster=st.none() | st.sampled_from(["x", "y", "z"]),
    ),
    unique_by=lambda case: case.id,
    max_size=30,
)


def tagged(count: int, *, tags: list[str]) -> list[CaseRecord]:
    return [CaseRecord(id=f"c{i}", digest="", tags=(tags[i % len(tags)],)) for i in range(count)]


@given(cases, st.integers(0, 5), st.randoms(use_true_random=False))
def test_every_case_is_drawn_once_whatever_the_order_of_the_file(found, seed, dice) -> None:
    order = drawing_order(found, seed=seed)
    assert sorted(key for unit in order for key in unit) == sorted(case.id for case in found)
    shuffled = list(found)
    dice.shuffle(shuffled)
    assert drawing_order(shuffled, seed=seed) == order


@given(cases)
def test_a_cluster_is_drawn_in_one_go(found) -> None:
    clusters = {case.id: case.cluster for case in found}
    for unit in drawing_order(found, seed=1):
        names = {clusters[key] for key in unit}
        assert len(names) == 1
        assert len(unit) == 1 or None not in names
    drawn = [clusters[unit[0]] for unit in drawing_order(found, seed=1)]
    named = [name for name in drawn if name is not None]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("seed", range(5))
def test_every_prefix_holds_each_tag_in_about_its_share(seed: int) -> None:
    """90 cases of `a`, 9 of `b`, 1 of `c`, the file sorted by tag."""
    found = [
        CaseRecord(id=f"{tag}{i}", digest="", tags=(tag, "also"))
        for tag, count in (("a", 900), ("b", 90), ("c", 10))
        for i in range(count)
    ]
    order = [unit[0] for unit in drawing_order(found, seed=seed)]
    for length in range(50, 1000, 50):
        for tag, share in (("a", 0.9), ("b", 0.09), ("c", 0.01)):
            held = sum(key.startswith(tag) for key in order[:length])
            assert abs(held - share * length) <= 2.5


def test_single_cases_of_rare_tags_are_drawn_early_as_often_as_late() -> None:
    found = tagged(100, tags=["common"]) + [
        CaseRecord(id=f"r{i}", digest="", tags=(f"rare {i}",)) for i in range(100)
    ]
    early = 0
    for seed in range(20):
        order = [unit[0] for unit in drawing_order(found, seed=seed)]
        early += sum(key.startswith("r") for key in order[:50])
    assert 400 < early < 600


def test_the_seed_changes_the_order_and_no_case_is_favoured() -> None:
    found = tagged(40, tags=["a", "b"])
    orders = {drawing_order(found, seed=seed) for seed in range(50)}
    assert len(orders) == 50
    places = [sum(order.index((case.id,)) for order in orders) / 50 for case in found]
    assert min(places) > 12 and max(places) < 27


def test_the_order_is_the_one_that_the_format_describes() -> None:
    """Recomputed from the words of docs/reference/run-format.md: records depend on it."""
    from hashlib import sha256

    def u(text: str) -> float:
        return int.from_bytes(sha256(text.encode()).digest()[:8], "big") / 2**64

    found = tagged(12, tags=["a", "b", "a"])
    keys = {}
    for tag in ("a", "b"):
        units = [f"case {case.id}" for case in found if case.tags[0] == tag]
        units.sort(key=lambda unit: u(f"7\0order\0{unit}"))
        for place, unit in enumerate(units):
            keys[unit] = (place + u(f"7\0place\0{unit}")) / len(units)
    expected = [unit.removeprefix("case ") for unit in sorted(keys, key=lambda unit: keys[unit])]
    random.Random(1).shuffle(found)
    assert [unit[0] for unit in drawing_order(found, seed=7)] == expected


def test_ids_that_are_no_unicode_are_drawn_like_any_other() -> None:
    """Such as names of files that are no UTF-8, which Python reads with lone surrogates."""
    found = [CaseRecord(id=f"caf\udce9 {i}", digest="") for i in range(20)]
    order = drawing_order(found, seed=3)
    assert sorted(key for (key,) in order) == sorted(case.id for case in found)
    assert order != drawing_order(found, seed=4)
