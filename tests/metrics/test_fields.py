import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.metric import Failure
from holdfast.metrics import FieldExactness, FieldPrecision, FieldRecall, FieldRules
from holdfast.system import Response

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.text(max_size=3)
OBJECTS = st.dictionaries(
    st.sampled_from("abcd"),
    st.recursive(
        SCALARS,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)
        ),
        max_leaves=6,
    ),
    max_size=4,
)
UNORDERED = FieldRules(lists="unordered")
BOTH = pytest.mark.parametrize("rules", [FieldRules(), UNORDERED])


def scores(make_trial, expected, answer, **settings):
    trial = make_trial({"answer": expected}, response=Response(text=json.dumps(answer)))
    rules = FieldRules(**settings)
    metrics = (FieldExactness(rules=rules), FieldPrecision(rules=rules), FieldRecall(rules=rules))
    return tuple(metric(trial).value for metric in metrics)


@pytest.mark.parametrize(
    ("expected", "answer", "wanted"),
    [
        ({"a": 1, "b": "x"}, {"b": "x", "a": 1}, (1, 1, 1)),
        ({"a": 1, "b": "x"}, {"a": 1}, (0, 1, 0.5)),
        ({"a": 1}, {"a": 1, "b": "x"}, (0, 0.5, 1)),
        ({"a": 1}, {"a": 1.0}, (0, 0, 0)),
        ({"a": 1}, {"a": "1"}, (0, 0, 0)),
        ({"a": 1}, {"a": True}, (0, 0, 0)),
        ({"a": False}, {"a": 0}, (0, 0, 0)),
        ({"a": None}, {}, (0, 0, 0)),
        ({"a": None, "b": 1}, {"b": 1}, (0, 1, 0.5)),
        ({"a": {"b": 1, "c": [1, 2]}}, {"a": {"b": 1, "c": [1, 3]}}, (0, 2 / 3, 2 / 3)),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, (0, 0, 0)),
        ({"a": ["x", "y"]}, {"a": ["x"]}, (0, 1, 0.5)),
        ({"a": []}, {"a": []}, (1, 1, 1)),
        ({"a": []}, {"a": {}}, (0, 0, 0)),
        ({"a": []}, {"a": ["x"]}, (0, 0, 0)),
        ({"a": {"b": 1}}, {"a": 1}, (0, 0, 0)),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, (0, 0.5, 1)),
        ({}, {}, (1, 1, 1)),
        ("x", "x", (1, 1, 1)),
    ],
)
def test_fields_are_equal_by_path_type_and_value(expected, answer, wanted, make_trial):
    assert scores(make_trial, expected, answer) == wanted


@pytest.mark.parametrize(
    ("expected", "answer", "wanted"),
    [
        (["x", "y"], ["y", "x"], (1, 1, 1)),
        (["x", "x", "y"], ["x", "y", "y"], (0, 2 / 3, 2 / 3)),
        ([1], [1.0], (0, 0, 0)),
        (
            [{"n": "a", "q": 1}, {"n": "b", "q": 2}],
            [{"n": "b", "q": 2}, {"n": "a", "q": 3}],
            (0, 0.75, 0.75),
        ),
        (["x"], ["z", "y", "x"], (0, 1 / 3, 1)),
    ],
)
def test_unordered_lists_pair_what_agrees_most(expected, answer, wanted, make_trial):
    assert scores(make_trial, {"l": expected}, {"l": answer}, lists="unordered") == wanted


def test_null_may_count_as_absent(make_trial):
    expected, answer = {"a": 1, "b": None, "c": [{"d": None}]}, {"a": 1, "c": [{}]}
    assert scores(make_trial, expected, answer) == (0, 0.5, 1 / 3)
    assert scores(make_trial, expected, answer, null_is_absent=True) == (1, 1, 1)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ({"a": 1, "b": {"x": 1, "y": 2}}, 1.0),
        ({"b": {"x": 1, "y": 2}, "a": 1}, 0.0),
        ({"a": 1, "b": {"y": 2, "x": 1}}, 0.0),
    ],
)
def test_the_order_of_names_counts_where_that_is_asked_for(answer, value, make_trial):
    expected = {"a": 1, "b": {"x": 1, "y": 2}}
    trial = make_trial(expected, response=Response(text=json.dumps(answer)))
    assert FieldExactness()(trial).value == 1.0
    assert FieldExactness(names_in_order=True)(trial).value == value


def test_the_reason_names_path_and_value(make_trial):
    expected = {"lines": [{"price": 2}], "city": "Oslo", "note": None}
    answer = {"lines": [{"price": 3}], "note": "x", "extra": 1}
    outcome = FieldExactness()(make_trial(expected, response=Response(data=answer)))
    assert (
        outcome.why == 'lines[0].price is 3, not 2; city is missing; note is "x", not null; '
        "and 1 more"
    )


@pytest.mark.parametrize("metric", [FieldExactness(), FieldPrecision(), FieldRecall()])
def test_no_json_is_a_bad_answer_and_nothing_expected_a_bad_case(metric, make_trial):
    wrong = metric(make_trial({"a": 1}, response=Response(text="a: 1")))
    assert wrong.value == 0.0
    assert "not JSON" in wrong.why
    assert isinstance(metric(make_trial(None, response=Response(text="{}"))), Failure)


def test_a_name_given_twice_has_no_value(make_trial):
    outcome = FieldExactness()(make_trial({"a": 1}, response=Response(text='{"a": 2, "a": 1}')))
    assert outcome.value == 0.0
    assert "'a' occurs twice" in outcome.why


@pytest.mark.parametrize("text", ["[" * 900 + "]" * 900, "[" * 90_000 + "]" * 90_000])
def test_an_answer_that_nests_without_end_is_a_bad_answer(text, make_trial):
    outcome = FieldExactness()(make_trial({"a": 1}, response=Response(text=text)))
    assert outcome.value == 0.0


def test_a_number_beyond_all_numbers_is_a_bad_answer(make_trial):
    outcome = FieldExactness()(make_trial({"a": 1}, response=Response(text='{"a": 1e999}')))
    assert (outcome.value, outcome.why) == (
        0.0,
        "not JSON: the number 1e999 is too large to be compared",
    )


def test_data_goes_before_text(make_trial):
    response = Response(text="The city is Oslo.", data={"city": "Oslo"})
    assert FieldExactness()(make_trial({"city": "Oslo"}, response=response)).value == 1.0


@BOTH
@given(value=OBJECTS)
def test_an_answer_as_expected_is_perfect(rules, value, make_trial):
    trial = make_trial({"answer": value}, response=Response(text=json.dumps(value)))
    for metric in (FieldExactness(rules=rules), FieldPrecision(rules=rules)):
        assert metric(trial).value == 1.0
    assert FieldRecall(rules=rules)(trial).value == 1.0


@BOTH
@given(one=OBJECTS, other=OBJECTS)
def test_precision_of_one_is_recall_of_the_other(rules, one, other, make_trial):
    there = make_trial({"answer": one}, response=Response(text=json.dumps(other)))
    back = make_trial({"answer": other}, response=Response(text=json.dumps(one)))
    assert FieldPrecision(rules=rules)(there).value == FieldRecall(rules=rules)(back).value
    exact = FieldExactness(rules=rules)(there).value == 1.0
    both = FieldPrecision(rules=rules)(there).value, FieldRecall(rules=rules)(there).value
    assert exact is (both == (1.0, 1.0))


@given(one=OBJECTS, other=OBJECTS)
def test_leaving_the_order_of_lists_open_never_lowers_a_score(one, other, make_trial):
    trial = make_trial({"answer": one}, response=Response(text=json.dumps(other)))
    assert FieldRecall()(trial).value <= FieldRecall(rules=UNORDERED)(trial).value


def test_settings_stand_in_the_label():
    rules = FieldRules(lists="unordered", null_is_absent=True, fenced=True)
    assert FieldRecall(rules=rules).spec.label == (
        "field_recall(lists=unordered, null_is_absent=true, fenced=true)"
    )
    with pytest.raises(UsageError, match="'ordered' or 'unordered', got 'any'"):
        FieldRules(lists="any")
