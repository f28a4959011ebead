import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.verifying.words import IRREGULAR, stem, tokens


@pytest.mark.parametrize(("form", "base"), sorted(IRREGULAR.items()))
def test_an_irregular_form_has_the_stem_of_its_base(form, base):
    assert stem(form) == stem(base)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("on 2015-07-01", "on 1 July 2015"),
        ("8 per cent", "8 percent"),
        ("the United States Senate", "the U.S. Senate"),
        ("the United Kingdom", "the UK"),
        ("at 7.40am", "at 7:40 a.m"),
        ("at 3:20 pm", "at 15:20"),
        ("on 03/14/2022", "on 14 March 2022"),
        ("on 14/3/2022 and 3/3/2022", "on 14 March 2022 and 3 March 2022"),
        ("from 9 AM to 5:30 PM", "from 9:00 to 17:30"),
        ("at 7 P.M", "at 19:00"),
        ("on 2015-07-01T10:00", "on 1 July 2015 T10:00"),
        ("the U.S.A. won", "the USA won"),
        ("an N.H.S. ward", "an NHS ward"),
        ("a 42-year-old nurse", "a 42 nurse"),
        ("a three-year-old dog", "a three dog"),
        ("He is 42 years old.", "He is aged 42."),
        ("10\u00a0000 and 1\u202f234\u202f567 people", "10000 and 1234567 people"),
        ("Mu\u0308ller in Nor\u00adway\u200b", "M\u00fcller in Norway"),
        ("at 5 \u00b0C", "at 5 degrees Celsius"),
        ("1 \u00b0F", "1 degree Fahrenheit"),
        ("50 USD in the center", "50 dollars in the centre"),
    ],
)
def test_one_thing_in_two_forms_has_the_same_stems(one, other):
    assert [word.stem for word in tokens(one)] == [word.stem for word in tokens(other)]


@pytest.mark.parametrize("text", ["0.05 \u00b0C", "5 per cent", "1.5 degrees Celsius"])
def test_a_unit_is_one_word_however_it_is_written(text):
    assert len(tokens(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "on 3/4/2022",
        "on 13/14/2022",
        "J.K. Rowling",
        "in 2010\u00a0men",
        "a four-year deal",
        "the village 30 miles on",
        "at 12 amps",
    ],
)
def test_what_only_looks_like_another_form_is_read_as_written(text):
    assert "".join(word.text for word in tokens(text)) == re.sub(r"[\W_]", "", text)


@pytest.mark.parametrize("text", ["it's", "they\u2019ve", "didn't", "won't", "We're", "Mr"])
def test_contractions_and_titles_carry_no_content(text):
    assert not any(word.content for word in tokens(text))


def test_a_sign_of_money_is_its_word():
    (pound, _), (_, word) = tokens("£5"), tokens("5 pounds")
    assert (pound.stem, pound.content) == (word.stem, word.content)


@given(st.text(alphabet="abSY'019.,:-%$£ \nsth_", max_size=40))
def test_a_text_in_ascii_is_read_as_beside_other_letters(text):
    *words, other = tokens(f"{text}\n\u00e9")
    assert (tuple(words), other.text) == (tokens(text), "\u00e9")
