"""References by convention, and wrong answers that are wrong in every part."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.checking import faults
from holdfast.checking.faults import changed_parts
from holdfast.checking.reference import reference_of
from holdfast.dataset import Case
from holdfast.digest import Json
from holdfast.metric import Score, Trial
from holdfast.metrics import (
    MRR,
    NDCG,
    Abstention,
    ConsistentAnswer,
    ExactMatch,
    HitRate,
    Recall,
    ToolCalls,
    ToolRecovery,
)
from holdfast.system import Passage, Response, ToolCall

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def reference(expected: Json) -> Response:
    found = reference_of(Case(id="a", input="?", expected=expected))
    assert found is not None
    return found


@given(JSON.filter(lambda value: value is not None))
def test_a_reference_matches_exactly_what_exact_match_expects(expected: Json) -> None:
    case = Case(id="a", input="?", expected=expected)
    found = reference_of(case)
    assert found is not None
    outcome = ExactMatch()(Trial(case=case, repeat=0, response=found, seconds=0.0))
    declined = isinstance(expected, dict) and "answer" not in expected and found.data is None
    if isinstance(outcome, Score) and not declined:
        assert outcome.value == 1.0


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.integers(-1, 3), max_size=6))
def test_a_reference_ranking_is_ideal_or_declines(grades: dict[str, int]) -> None:
    case = Case(id="a", input="?", expected={"passages": grades})
    found = reference_of(case)
    assert found is not None
    trial = Trial(case=case, repeat=0, response=found, seconds=0.0)
    decided = Abstention()(trial)
    assert isinstance(decided, Score) and decided.value == 1.0
    assert found.abstained is not any(grade > 0 for grade in grades.values())
    if not found.abstained:
        metrics = (Recall(k=6), NDCG(k=10), MRR(), HitRate(k=1))
        outcomes = [metric(trial) for metric in metrics]
        assert all(isinstance(o, Score) and o.value == pytest.approx(1) for o in outcomes)


def test_the_parts_of_an_expected_value_are_read_by_their_names() -> None:
    found = reference({"answer": 42, "tool_calls": [{"name": "add", "arguments": {"a": 1}}]})
    assert (found.text, found.data) == ("42", 42)
    assert found.tool_calls == (ToolCall(name="add", arguments={"a": 1}),)
    assert reference([{"name": "add", "arguments": {}}]).tool_calls == (ToolCall(name="add"),)
    assert reference({"refusal": True}) == Response(abstained=True)
    assert reference({"label": "spam"}).data == {"label": "spam"}
    assert reference({"label": "spam"}).text == '{"label": "spam"}'
    assert reference_of(Case(id="a", input="?")) is None


def test_accepted_calls_are_made_with_their_first_values_and_told() -> None:
    call = {"weather": {"city": ["Oslo", "Oslo, Norway"], "day": ["", "today"], "wind": [""]}}
    other = {"find": {"query": "any", "price": [{"least": [3, 4], "most": ["", 9]}]}}
    found = reference({"calls": [call, other], "states": [["rain", "rainy"], 7]})
    assert found.text == "rain, 7" and found.data is None
    assert found.tool_calls == (
        ToolCall(name="weather", arguments={"city": "Oslo", "day": "today"}),
        ToolCall(
            name="find",
            arguments={"query": "query", "price": {"least": 3, "most": 9}},
            result="rain, 7",
        ),
    )
    metrics = (ToolCalls(), ConsistentAnswer())
    case = Case(id="a", input="?", expected={"calls": [call, other], "states": ["rain", 7]})
    trial = Trial(case=case, repeat=0, response=found, seconds=0.0)
    assert [metric(trial).value for metric in metrics] == [1.0, 1.0]


@pytest.mark.parametrize("recovery", ["retry", "report"])
def test_a_reference_recovers_as_its_case_asks(recovery: str) -> None:
    call = {"weather": {"city": ["Oslo"]}}
    expected = {"calls": [call] * (2 if recovery == "retry" else 1), "states": []}
    case = Case(id="a", input="?", expected={**expected, "recovery": recovery})
    found = reference_of(case)
    assert found is not None and found.tool_calls[0].failed
    trial = Trial(case=case, repeat=0, response=found, seconds=0.0)
    assert ToolRecovery()(trial).value == ToolCalls()(trial).value == 1.0


@pytest.mark.parametrize(
    ("text", "opposite"),
    [
        ("Yes", "No"),
        ("false", "true"),
        ("The store is full.", "The store is not full."),
        ("It is not full.", "It is full."),
        ("billing", "not billing"),
        ("", ""),
    ],
)
def test_a_text_is_negated_as_a_person_would(text: str, opposite: str) -> None:
    found = faults.negated(Response(text=text, passages=(Passage(id="p"),)))
    assert found is not None and found.text == opposite


@given(JSON.filter(lambda value: value is not None))
def test_a_planted_answer_differs_from_the_reference(expected: Json) -> None:
    found = reference(expected)
    for plant in (faults.empty, faults.truncated, faults.negated):
        planted = plant(found)
        assert planted is None or changed_parts(found, planted)
    opposite = faults.negated(found)
    assert opposite is not None and "abstained" in changed_parts(found, opposite)


def test_a_half_is_a_half_of_every_part_but_the_ranking() -> None:
    found = Response(
        text="one two three four",
        data=[1, 2, 3, 4],
        tool_calls=(ToolCall(name="a"), ToolCall(name="b")),
        passages=(Passage(id="p"), Passage(id="q")),
    )
    half = faults.truncated(found)
    assert half == replace(found, text="one two", data=[1, 2], tool_calls=(ToolCall(name="a"),))
    assert faults.truncated(Response(text="no")) is None
    assert faults.truncated(Response(passages=found.passages)) is None
    assert faults.truncated(Response(text="billing")) == Response(text="bil")


@given(st.lists(st.sampled_from(["a", "A ", "b", "c", None]), max_size=12), st.integers(0, 99))
def test_a_shuffled_answer_is_that_of_another_case_with_another_content(
    texts: list[str | None], seed: int
) -> None:
    references = [None if text is None else Response(text=text) for text in texts]
    chosen = faults.shuffled(references, seed=seed)
    kinds = {text.strip().lower() for text in texts if text is not None}
    for before, after in zip(references, chosen, strict=True):
        assert (after is not None) == (before is not None and len(kinds) > 1)
        if before is not None and after is not None:
            assert before.text.strip().lower() != after.text.strip().lower()
            assert after in references


def test_a_shuffled_ranking_shares_no_relevant_passage() -> None:
    first, second, third = (
        Response(passages=tuple(Passage(id=name) for name in names)) for names in ("ab", "bc", "de")
    )
    chosen = faults.shuffled([first, second, third])
    assert chosen[0] is third and chosen[1] is third and chosen[2] in (first, second)
    assert faults.shuffled([first, second]) == [None, None]
