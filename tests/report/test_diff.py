"""A diff marks what differs and changes nothing else."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from holdfast.report.diff import marked_pair
from tests.report.hostile import TEXTS

texts = st.text(alphabet="ab <>&'\" \n.", max_size=60) | st.sampled_from(TEXTS)


def plain(html: str) -> str:
    return unescape(re.sub("</?(del|ins)>", "", html))


@given(texts, texts)
def test_both_texts_survive_their_marks(old: str, new: str) -> None:
    pair = marked_pair(old, new)
    assert plain(pair.baseline) == old
    assert plain(pair.candidate) == new


@given(texts)
def test_equal_texts_have_no_marks(text: str) -> None:
    pair = marked_pair(text, text)
    assert "<del>" not in pair.baseline
    assert "<ins>" not in pair.candidate


@given(texts, texts)
def test_no_markup_but_the_marks_is_left(old: str, new: str) -> None:
    pair = marked_pair(old, new)
    assert "<" not in re.sub("</?del>", "", pair.baseline)
    assert "<" not in re.sub("</?ins>", "", pair.candidate)


def test_words_are_marked_without_the_spaces_before_them() -> None:
    pair = marked_pair("settled within 30 days", "settled within 60 working days")
    assert pair.baseline == "settled within <del>30</del> days"
    assert pair.candidate == "settled within <ins>60 working</ins> days"


@given(texts, texts)
def test_what_is_not_marked_is_the_same_in_both(old: str, new: str) -> None:
    pair = marked_pair(old, new)
    rest = re.sub("<del>.*?</del>", "", pair.baseline, flags=re.DOTALL)
    other = re.sub("<ins>.*?</ins>", "", pair.candidate, flags=re.DOTALL)
    assert "".join(rest.split()) == "".join(other.split())


def test_a_word_that_moved_is_marked_and_what_kept_its_order_is_not() -> None:
    pair = marked_pair("the one two three four five end", "the five one two three four end")
    assert pair.baseline == "the one two three four <del>five</del> end"
    assert pair.candidate == "the <ins>five</ins> one two three four end"


def test_the_work_counts_pairs_of_equal_words() -> None:
    assert marked_pair("a", "b").work == 0
    assert marked_pair("x a a", "y a a a").work == 0  # the common end is not compared
    assert marked_pair("x a a y", "z a a a w").work == 6
