"""Yes and no: as a reference answer decides, and as an answer says it."""

import pytest

from holdfast.metrics.assent import opening_assent, read_assent, restated_assent


@pytest.mark.parametrize(
    ("reference", "assent"),
    [
        ("Yes", True),
        ("Yes.", True),
        ("yes!", True),
        ("Yes; since 2025.", True),
        ("Yes, up to five days.", True),
        ("Yes – with a press of ten seconds.", True),
        ("Yes (since spring).", True),
        ("No.", False),
        ("NO", False),
        ("No, unless alcohol was involved.", False),
        ("No: the deputy decides.", False),
        ('"No."', False),
        ("No alarm existed for a queue that is merely long.", None),
        ("No-one may enter.", None),
        ("No. 7 is the seal.", None),
        ("Nobody.", None),
        ("Yesterday.", None),
        ("Norway.", None),
        ("31 euros.", None),
        ("", None),
    ],
)
def test_a_reference_decides_by_its_first_word(reference, assent):
    assert read_assent(reference) is assent


@pytest.mark.parametrize(
    ("answer", "assent"),
    [
        ("Yes", True),
        ("**Yes**, you may.", True),
        ("Yes it is", True),
        ("Of course, any day.", True),
        ("Correct.", True),
        ("The answer is yes.", True),
        ("Answer: Yes", True),
        ('{"answer": "yes"}', True),
        ("No", False),
        ("no it is not", False),
        ("No parking is available to guests.", False),
        ("Not before May.", False),
        ("Never.", False),
        ("Of course not.", False),
        ("Certainly not, ask first.", False),
        ("By no means", False),
        ("The answer is: no.", False),
        ("Yes and no.", None),
        ("No later than Monday.", None),
        ("No more than 3 days.", None),
        ("No problem, take it.", None),
        ("No. 7 fits.", None),
        ("Not only on Monday.", None),
        ("Correct contacts are cleaned weekly.", None),
        ("Right after the meeting", None),
        ("Northern Hall", None),
        ("31 euros [2]", None),
        ("", None),
    ],
)
def test_an_answer_says_yes_or_no_first(answer, assent):
    assert opening_assent(answer) is assent


@pytest.mark.parametrize(
    ("question", "answer", "assent"),
    [
        ("May I keep a gift?", "You may keep a gift of 30 euros.", True),
        ("May I keep a gift?", "You may not keep a gift.", False),
        ("May I keep a gift?", "A gift can't be kept.", False),
        ("Is parking available to guests?", "Parking is available to guests.", True),
        ("Is parking available to guests?", "Guests have no parking available.", False),
        ("Is parking available to guests?", "31 euros.", None),
        ("Is parking available to guests?", "", None),
        ("Is it not allowed to keep gifts?", "It is allowed to keep gifts.", None),
        ("Is the dock closed?", "No, the dock is open.", False),
    ],
)
def test_an_answer_may_repeat_the_question_as_a_statement(question, answer, assent):
    assert restated_assent(answer, question=question) is assent
