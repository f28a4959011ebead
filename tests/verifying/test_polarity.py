import pytest

from holdfast.verifying.polarity import OPPOSITES, hedges, negations, scopes
from holdfast.verifying.words import stem, tokens


@pytest.mark.parametrize(
    "text",
    [
        "She is not only proud but relieved.",
        "The museum did not open until 1998.",
        "No fewer than 20 people came.",
        "There is no doubt that it sank.",
    ],
)
def test_what_denies_nothing_is_no_negation(text):
    assert not negations(tokens(text))


@pytest.mark.parametrize("text", ["It did not open.", "No boat sailed.", "Nobody came."])
def test_what_denies_is_a_negation(text):
    assert len(negations(tokens(text))) == 1


def test_the_month_of_may_is_no_hedge():
    assert not hedges(tokens("On 3 May the council voted."))
    assert len(hedges(tokens("The council may vote in May."))) == 1


def test_a_part_of_an_ordinal_is_no_word_of_scope():
    assert scopes(tokens("in the twenty-first race")) == ()


def test_words_that_only_sometimes_bound_a_number_do_so_before_one():
    assert not scopes(tokens("A man was held over the theft."))
    assert scopes(tokens("A man was held over 30 thefts.")) == ("over",)


@pytest.mark.parametrize(
    ("one", "other"), [("defeat", "beat"), ("victory", "defeated"), ("rights", "left")]
)
def test_words_that_go_together_are_no_opposites(one, other):
    assert stem(other) not in OPPOSITES.get(stem(one), ())


@pytest.mark.parametrize(("one", "other"), [("rose", "fell"), ("lost", "won"), ("bought", "sold")])
def test_opposites_are_known_in_their_irregular_forms(one, other):
    assert stem(other) in OPPOSITES[stem(one)]
