"""How much of a reference an answer holds."""

import pytest

from holdfast.dataset import Case
from holdfast.metric import Failure, Trial
from holdfast.metrics import ReferenceRecall
from holdfast.system import Response


def score(question, reference, said, *, abstained=False):
    case = Case(id="a", input=question, expected={"answer": reference})
    response = Response(text=said, abstained=abstained)
    return ReferenceRecall()(Trial(case=case, repeat=0, response=response, seconds=1.0))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("31 euros [2]", 1.0),
        ("It is 31 euros per gateway.", 1.0),
        ("31 dollars", 0.5),
        ("The rent per gateway [31]", 0.0),
        ("32", 0.0),
    ],
)
def test_numbers_and_words_that_the_question_lacks_count(said, value):
    assert score("What is the rent per gateway?", "31 euros per gateway.", said).value == value


def test_small_numbers_are_numbers_in_words_too():
    assert score("How long?", "At most six days.", "6 days").value == pytest.approx(2 / 3)
    assert score("How long?", "6 days", "six days").value == 1.0


def test_words_are_compared_by_their_beginning():
    assert score("Why?", "The seal was leaking.", "seals leak").value == 1.0
    assert score("Why?", "Corroded contacts.", "the contact corrodes").value == 1.0


def test_a_choice_named_in_the_question_counts():
    assert score("Ingest or Records?", "Records.", "records [1]").value == 1.0
    assert score("Ingest or Records?", "Records.", "ingest [1]").value == 0.0


@pytest.mark.parametrize(("abstained", "value"), [(True, 1.0), (False, 0.0)])
def test_what_none_can_know_is_to_be_declined(abstained, value):
    assert score("Who?", None, "Ada", abstained=abstained).value == value


def test_declining_what_is_told_is_worth_nothing():
    assert score("Who?", "Ada.", "Ada", abstained=True).value == 0.0


@pytest.mark.parametrize("reference", [["Ada"], 3, "Is it?"])
def test_a_reference_must_tell_something(reference):
    assert isinstance(score("Who?", reference, "Ada"), Failure)


def test_a_case_without_a_reference_is_a_failure():
    case = Case(id="a", input="?", expected={"passages": {}})
    trial = Trial(case=case, repeat=0, response=Response(text="x"), seconds=1.0)
    assert isinstance(ReferenceRecall()(trial), Failure)


def test_the_numbers_of_a_range_of_citations_are_no_part_of_the_answer():
    case = Case(id="a", input="How long?", expected={"answer": "3 days"})
    response = Response(text="Some days [1-3].")
    outcome = ReferenceRecall()(Trial(case=case, repeat=0, response=response, seconds=1.0))
    assert outcome.value == 0.5
