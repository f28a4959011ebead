"""Which cases are asked about, and in which order."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.reviewing.drawing import draw
from tests.reviewing.builders import failed, plan_of, run_of, two_runs


@given(st.integers(0, 1_000), st.integers(1, 60), st.text(min_size=1, max_size=8))
def test_each_order_is_shown_equally_often_and_every_draw_can_be_repeated(
    seed: int, cases: int, reviewer: str
) -> None:
    runs = two_runs(60, equal=7)
    plan = plan_of(seed=seed, cases=cases, reviewer=reviewer)
    found = draw(*runs, plan)
    assert found == draw(*runs, plan)
    asked = [item for item in found.items if not item.identical]
    first = sum(item.shown[0].arm == "candidate" for item in asked)
    assert abs(2 * first - len(asked)) <= 4
    assert found.drawn == cases == len({item.case.id for item in found.items})
    for item in asked:
        assert {one.arm for one in item.shown} == {"baseline", "candidate"}
        texts = {"baseline": "old", "candidate": "new"}
        for shown, trial in zip(item.shown, item.answers, strict=True):
            assert trial.response is not None
            assert trial.response.text.startswith(texts[shown.arm])
            assert trial.output_digest == shown.output


@given(st.integers(0, 1_000), st.integers(1, 39))
def test_more_cases_go_on_where_fewer_ended(seed: int, cases: int) -> None:
    runs = two_runs(40, equal=5)
    some = draw(*runs, plan_of(seed=seed, cases=cases))
    more = draw(*runs, plan_of(seed=seed, cases=40))
    beginning = more.items[: len(some.items)]
    assert [item.case.id for item in some.items] == [item.case.id for item in beginning]
    assert [item.shown for item in some.items] == [item.shown for item in beginning]
    assert {item.sampling.plan for item in (*some.items, *more.items)} == {
        some.items[0].sampling.plan
    }


def test_another_person_sees_the_same_cases_in_another_order_of_answers() -> None:
    runs = two_runs()
    anna, ben = (draw(*runs, plan_of(reviewer=name)) for name in ("anna", "ben"))
    assert [item.case.id for item in anna.items] == [item.case.id for item in ben.items]
    assert [item.shown for item in anna.items] != [item.shown for item in ben.items]


def test_the_order_of_cases_does_not_follow_the_data_set() -> None:
    places = [item.case.id for item in draw(*two_runs(), plan_of()).items]
    assert places != sorted(places, key=lambda key: int(key[1:]))
    assert places != [item.case.id for item in draw(*two_runs(), plan_of(seed=1)).items]


def test_every_case_is_drawn_as_often_as_any_other() -> None:
    runs, counts = two_runs(20), dict.fromkeys((f"c{n}" for n in range(20)), 0)
    for seed in range(400):
        for item in draw(*runs, plan_of(seed=seed, cases=5)).items:
            counts[item.case.id] += 1
    # 400 draws of 5 of 20: 100 each, with a standard deviation of 8.7.
    assert all(60 <= count <= 140 for count in counts.values()), counts


def test_single_answers_are_mixed_and_equal_ones_asked_about_once() -> None:
    runs = two_runs(40, equal=6)
    found = draw(*runs, plan_of(kind="answer", metric="tone"))
    assert len(found.items) == 2 * 34 + 6
    arms = [item.shown[0].arm for item in found.items if len(item.shown) == 1]
    assert arms.count("baseline") == arms.count("candidate") == 34
    assert any(one == other for one, other in itertools.pairwise(arms))
    assert all(len(item.answers) == 1 for item in found.items)
    assert sum(len(item.shown) == 2 for item in found.items) == 6
    # Whoever stops half-way has labelled most cases in both runs.
    half = found.items[: len(found.items) // 2]
    places = [item.sampling.place for item in half]
    assert max(places) < 30


def test_cases_that_one_run_did_not_answer_or_that_changed_are_not_drawn() -> None:
    old, new = two_runs(10)
    old = replace(
        old,
        trials=tuple(failed(t) if t.case_id == "c3" else t for t in old.trials),
        cases=tuple(replace(c, digest="edited") if c.id == "c4" else c for c in old.cases),
    )
    found = draw(old, new, plan_of())
    assert found.frame == 8
    assert not {"c3", "c4"} & {item.case.id for item in found.items}


def test_chosen_cases_are_no_random_sample_and_say_so() -> None:
    runs = two_runs(10)
    plan = plan_of(filter=("tag=x",))
    found = draw(*runs, plan, chosen=lambda case: case.id in ("c1", "c2"))
    assert {item.case.id for item in found.items} == {"c1", "c2"}
    assert not any(item.sampling.random for item in found.items)
    with pytest.raises(UsageError, match="share no case that is tag=x that both answered"):
        draw(*runs, plan, chosen=lambda case: False)
    with pytest.raises(UsageError, match="there is nothing to review"):
        draw(runs[0], run_of("other", {"z": "z"}), plan_of())
