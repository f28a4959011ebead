"""How much of a reference an answer holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dataset import Case
from holdfast.metric import Failure, Trial
from holdfast.metrics import ReferenceRecall
from holdfast.system import Passage, Response


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


OPEN, SENIOR = "Is the dock open?", "May an engineer promise money?"


@pytest.mark.parametrize(
    ("question", "reference", "said", "value"),
    [
        # A bare yes or no is an answer, said outright or by repeating the question.
        (OPEN, "Yes.", "Yes [2].", 1.0),
        (OPEN, "Yes.", "Yes, it is.", 1.0),
        (OPEN, "Yes.", "The dock is open.", 1.0),
        (OPEN, "Yes.", "The dock is not open.", 0.0),
        (OPEN, "Yes.", "No.", 0.0),
        (OPEN, "Yes.", "31 euros", 0.0),
        (OPEN, "No", "no", 1.0),
        (OPEN, "No", "It is not open.", 1.0),
        (OPEN, "No", "yes", 0.0),
        # What only repeats the question adds nothing to it.
        (OPEN, "Yes, the dock is open.", "It is not open.", 0.0),
        (OPEN, "Yes, the dock is open.", "The dock is open.", 1.0),
        (OPEN, "No, it is not open.", "It is open.", 0.0),
        # The opposite is wrong, however many words it shares; silence costs nothing.
        (SENIOR, "No; engineers promise help, never that.", "Yes, engineers promise help.", 0.0),
        (SENIOR, "No; they promise help.", "No [1].", 0.5),
        (SENIOR, "No; they promise help.", "No, just help [1].", 1.0),
        (SENIOR, "No; they promise help.", "They promise help.", 1.0),
        (SENIOR, "No; they promise help.", "Not money.", 0.5),
        ("Why did no alarm sound?", "No alarm existed.", "None existed.", 1.0),
    ],
)
def test_yes_and_no_are_told_apart(question, reference, said, value):
    assert score(question, reference, said).value == value


WORDS = ["lantern", "harbour", "copper", "seventh", "mailbag"]


@given(
    words=st.lists(st.sampled_from(WORDS), unique=True),
    said=st.lists(st.sampled_from(["lantern", "harbour", "copper", "meadow"]), unique=True),
    assent=st.sampled_from(["Yes", "No"]),
)
def test_saying_the_right_yes_or_no_never_costs_and_the_wrong_one_never_pays(words, said, assent):
    reference = f"{assent}; {' '.join(words)}." if words else f"{assent}."
    silent = score(OPEN, reference, " ".join(said)).value
    assert score(OPEN, reference, f"{assent}, {' '.join(said)}").value >= silent
    other = {"Yes": "No", "No": "Yes"}[assent]
    assert score(OPEN, reference, f"{other}, {' '.join(said)}").value == 0.0


@pytest.mark.parametrize(
    ("reference", "said", "value"),
    [
        ("7.40", "7", 0.0),
        ("7.40", "7.4", 1.0),
        ("99.73 %", "100 %", 0.0),
        ("1,200", "1200", 1.0),
        ("-18", "18", 1.0),
        ("18", "-18", 0.0),
    ],
)
def test_numbers_are_equal_or_they_are_not(reference, said, value):
    assert score("How much?", reference, said).value == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("Some days [rent-31-euros].", 0.0),
        ("Some days [rent-31-euros, 2].", 0.0),
        ("Some days [1 - 31, 2].", 0.0),
        ("The amount is [31 euros].", 1.0),
        ("The amount is [31-euros].", 1.0),
    ],
)
def test_ids_that_cite_a_passage_are_no_part_of_the_answer(said, value):
    case = Case(id="a", input="How much?", expected={"answer": "31 euros"})
    response = Response(text=said, passages=(Passage(id="rent-31-euros"),))
    outcome = ReferenceRecall()(Trial(case=case, repeat=0, response=response, seconds=1.0))
    assert outcome.value == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("31 euros", 1.0),
        ("45 euros", 0.5),
        ("for the euros", 0.5),
        ("31 dollars", 0.5),
        ("31", 0.5),
    ],
)
def test_words_do_not_make_up_for_a_missing_number(said, value):
    case = Case(id="a", input="How much?", expected={"answer": "31 euros"})
    made = Trial(case=case, repeat=0, response=Response(text=said), seconds=1.0)
    assert ReferenceRecall(exact_numbers=True)(made).value == value


@given(
    words=st.lists(st.sampled_from(WORDS), unique=True, min_size=1),
    numbers=st.lists(st.integers(20, 30), unique=True),
    said=st.lists(st.sampled_from([*WORDS, "20", "21", "22", "23"]), unique=True),
)
def test_exact_numbers_lower_a_score_to_a_half_and_only_where_one_is_missing(words, numbers, said):
    reference = " ".join([*words, *map(str, numbers)])
    case = Case(id="a", input="?", expected={"answer": reference})
    response = Response(text=" ".join(said))
    made = Trial(case=case, repeat=0, response=response, seconds=1.0)
    loose, exact = ReferenceRecall()(made).value, ReferenceRecall(exact_numbers=True)(made).value
    missing = any(str(number) not in said for number in numbers)
    assert exact == (min(loose, 0.5) if missing else loose)
