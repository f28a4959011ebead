import pytest

from holdfast.metric import Failure
from holdfast.metrics import Abstention, ExactMatch
from holdfast.system import Response


@pytest.mark.parametrize(
    ("passages", "abstained", "value"),
    [({"a": 1}, False, 1.0), ({"a": 1}, True, 0.0), ({}, True, 1.0), ({}, False, 0.0)],
)
def test_declining_is_right_exactly_where_nothing_answers_the_case(
    passages, abstained, value, make_trial
):
    trial = make_trial({"passages": passages}, response=Response(abstained=abstained))
    assert Abstention()(trial).value == value


def test_a_passage_judged_useless_leaves_the_case_unanswerable(make_trial):
    trial = make_trial({"passages": {"a": 0}}, response=Response(abstained=True))
    assert Abstention()(trial).value == 1.0


def test_abstention_needs_to_know_whether_there_is_an_answer(make_trial):
    assert isinstance(Abstention()(make_trial({"answer": "x"})), Failure)


@pytest.mark.parametrize(
    ("metric", "text", "value"),
    [
        (ExactMatch(), "Paris", 1.0),
        (ExactMatch(), "paris", 0.0),
        (ExactMatch(), "Paris\n", 0.0),
        (ExactMatch(ignore_case=True), "PARIS", 1.0),
        (ExactMatch(strip=True), " Paris\n", 1.0),
        (ExactMatch(strip=True), "Paris.", 0.0),
    ],
)
def test_text_is_equal_up_to_what_the_options_name(metric, text, value, make_trial):
    assert metric(make_trial("Paris", response=Response(text=text))).value == value


def test_the_answer_is_found_beside_relevance_judgments(make_trial):
    expected = {"passages": {"a": 1}, "answer": "Paris"}
    assert ExactMatch()(make_trial(expected, response=Response(text="Paris"))).value == 1.0


def test_case_folding_is_that_of_unicode(make_trial):
    trial = make_trial("STRASSE", response=Response(text="straße"))
    assert ExactMatch(ignore_case=True)(trial).value == 1.0


def test_structured_answers_are_equal_whatever_the_order_of_their_keys(make_trial):
    trial = make_trial({"a": 1, "b": [2]}, response=Response(data={"b": [2], "a": 1}))
    assert ExactMatch()(trial).value == 1.0


def test_true_is_not_the_number_one(make_trial):
    assert ExactMatch()(make_trial([1], response=Response(data=[True]))).value == 0.0


def test_nothing_to_compare_with_is_a_failure(make_trial):
    outcome = ExactMatch()(make_trial(None, response=Response(text="")))
    assert isinstance(outcome, Failure)
    assert "no expected answer" in outcome.error


def test_options_that_are_on_stand_in_the_label():
    assert ExactMatch(ignore_case=True, strip=True).spec.label == (
        "exact_match(ignore_case=true, strip=true)"
    )
